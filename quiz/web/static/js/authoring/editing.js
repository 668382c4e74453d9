/** One quiz being written: what it holds, what is wrong with it, whether it is kept, who else is there. Views read `state`. */

import { currentSession } from "../api.js";
import { Store } from "../store.js";
import { toastOf } from "../notices.js";
import { t } from "../text.js";
import { blankQuestion, blankQuiz, copied, held, moved, same, sent } from "./content.js";
import { DraftKeeper } from "./draft_keeper.js";
import { Presence } from "./presence.js";
import { problemsByQuestion, refusal, unchanged } from "./problems.js";
import { check, drafts, imagesBrought, pageOf, quizzesOf } from "./quizzes.js";

const CALM_MS = 250;
const CHECK_MS = 400;
const RETRY_MS = 2000;
const NEW = /^new-[a-z0-9]{12}$/;

const newSlug = () => `new-${Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => (byte % 36).toString(36)).join("")}`;

export class Editing extends Store {
  #quizzes;
  #slug;
  #new;
  #keeper;
  #presence;
  #checking;
  #original = null; // the quiz as it is saved, to tell whether anything is not

  /**
   * `slug` is the quiz's, or a made-up one of which only the draft is known; null begins a new quiz. `owner`: whose it is, for an
   * admin who writes another host's; else null.
   */
  constructor(slug, owner = null) {
    super({
      phase: "loading", // then "ready", or "missing", "foreign", "away", "drafts", "clash"
      kept: "new", // then "saving", "kept" as a draft, "saved", "away"
      others: [],
      problems: [],
      touched: new Set(),
      tried: false,
      newer: null,
      said: "",
      sought: null, // finds what gets the focus once the page shows what there is now
      toast: null,
      busy: false,
    });
    this.#quizzes = quizzesOf(owner);
    this.#new = slug === null;
    this.#slug = slug ?? newSlug();
  }

  /** Another host, whose quiz this is, or null. */
  get owner() {
    return this.#quizzes.owner;
  }

  /** Where the quizzes beside it are. */
  get shelf() {
    return this.owner === null ? "/host" : `/host/quizzes?${new URLSearchParams({ owner: this.owner })}`;
  }

  /** Where this quiz is written. */
  get page() {
    return pageOf(this.#slug, this.owner);
  }

  /** Reads what the server and this browser have, and goes on with the newest. */
  async load() {
    try {
      const host = await currentSession();
      if (!host) {
        location.replace(`/host?next=${encodeURIComponent(location.pathname + location.search)}`);
        return;
      }
      this.host = host;
      const [quiz, draft] = this.#new ? [null, null] : await Promise.all([this.#quizzes.find(this.#slug), this.#kept()]);
      if (quiz && !host.admin && quiz.owner !== host.name) this.set({ phase: "foreign", foreign: quiz });
      else this.#begin(quiz, draft);
    } catch (error) {
      this.set({ phase: "away", error });
      setTimeout(() => this.load(), RETRY_MS);
    }
  }

  async #kept() {
    const known = (await drafts()).some(({ slug, owner }) => slug === this.#slug && (this.owner === null || this.owner === owner));
    return known ? this.#quizzes.draft(this.#slug) : null;
  }

  #begin(quiz, draft) {
    this.#new = false;
    this.#keep();
    const stored = this.#keeper.stored();
    this.#keeper.begin(draft?.version ?? null);
    this.#original = quiz && held(quiz);
    if (stored && !DraftKeeper.continues(stored, draft)) {
      const theirs = draft ?? (quiz && { content: quiz, base: quiz.version, saved: true });
      if (theirs && !same(held(stored.content), held(theirs.content))) {
        this.set({ phase: "drafts", quiz: held(theirs.content), drafts: { mine: stored, theirs, server: quiz } });
        return;
      }
    }
    this.#goOn(quiz, stored ?? draft, stored !== null);
  }

  /** Of two drafts of the same host, the one to go on with. */
  choose(which) {
    const { mine, theirs, server } = this.state.drafts;
    this.set({ drafts: null });
    if (which === "mine") this.#goOn(server, mine, true);
    else this.#keeper.forget().then(() => {
      this.#keeper.begin(theirs.saved ? null : theirs.version);
      this.#goOn(server, theirs.saved ? null : theirs, false);
    });
  }

  #goOn(quiz, draft, unkept) {
    if (!quiz && !draft && !NEW.test(this.#slug)) {
      this.set({ phase: "missing" });
      return;
    }
    const content = draft ? held(draft.content) : this.#original ?? blankQuiz();
    const base = draft ? draft.base : quiz?.version ?? null;
    this.set({
      phase: "ready",
      quiz: content,
      base,
      selected: content.questions[0]?.key ?? null,
      kept: unkept ? "saving" : draft ? "kept" : quiz ? "saved" : "new",
      found: Boolean(draft),
    });
    this.#notice(quiz?.version ?? null, quiz?.updated_by);
    if (unkept) this.#keeper.change(sent(content), base);
    this.#attend();
    this.#check(0);
  }

  #keep() {
    this.#keeper?.close();
    this.#keeper = new DraftKeeper(this.#quizzes, this.host.name, this.#slug, {
      onStatus: (kept, away) => this.set({ kept, away }),
      onKept: ({ quiz_version: version }) => this.#notice(version),
      onOther: (theirs) => this.set({ phase: "drafts", drafts: { mine: { content: sent(this.state.quiz), base: this.state.base }, theirs, live: true } }),
    });
  }

  #attend() {
    this.#presence?.close();
    this.#presence = new Presence(this.#quizzes, this.#slug, ({ editors, quiz_version: version, updated_by: by }) => {
      const others = editors.map(({ name }) => name);
      if (others.join() !== this.state.others.join()) this.set({ others });
      this.#notice(version, by);
    });
  }

  /** Somebody saved the quiz since this text began. */
  #notice(version, by = null) {
    const { base, newer, phase } = this.state;
    if (phase === "clash" || this.state.busy) return;
    if (version === base || version === null) {
      if (newer) this.set({ newer: null });
    } else if (newer?.version !== version || (by && newer.by !== by)) {
      this.set({ newer: { version, by } });
    }
  }

  /** Of two drafts while writing: over the other's, or on with it. */
  async chooseLive(which) {
    const { theirs } = this.state.drafts;
    this.set({ phase: "ready", drafts: null });
    if (which === "mine") {
      this.#keeper.resolve(theirs?.version ?? null);
      return;
    }
    await this.#keeper.forget();
    this.set({ phase: "loading" });
    await this.load();
  }

  // changes

  change(patch) {
    const quiz = { ...this.state.quiz, ...patch };
    const [before, after] = [sent(this.state.quiz), sent(quiz)];
    const kept = this.state.kept === "away" ? "away" : "saving";
    this.set({ quiz, problems: unchanged(this.state.problems, before, after), found: false, kept });
    this.#keeper.change(after, this.state.base);
    this.#check(CHECK_MS);
  }

  changeQuestion(key, patch) {
    this.change({ questions: this.state.quiz.questions.map((one) => (one.key === key ? { ...one, ...patch } : one)) });
  }

  select(key) {
    this.set({ selected: key });
  }

  /** Adds a question after the selected one. */
  add(question = blankQuestion()) {
    const questions = [...this.state.quiz.questions];
    const place = this.placeOf(this.state.selected) + 1 || questions.length;
    questions.splice(place, 0, question);
    this.change({ questions });
    this.set({ selected: question.key, said: t("Question {number} of {total} added", { number: place + 1, total: questions.length }) });
  }

  copy(key) {
    this.select(key);
    this.add(copied(this.state.quiz.questions[this.placeOf(key)]));
  }

  remove(key) {
    const place = this.placeOf(key);
    const before = this.state.quiz.questions;
    const questions = before.filter((one) => one.key !== key);
    this.change({ questions });
    const undo = () => {
      const now = [...this.state.quiz.questions];
      now.splice(Math.min(place, now.length), 0, before[place]);
      this.change({ questions: now });
      this.set({ selected: key });
    };
    this.set({
      selected: questions[Math.min(place, questions.length - 1)]?.key ?? null,
      toast: toastOf(t("Question {number} deleted", { number: place + 1 }), undefined, { text: t("Undo"), go: undo }),
    });
  }

  move(key, to) {
    const from = this.placeOf(key);
    const { questions } = this.state.quiz;
    if (to < 0 || to >= questions.length || to === from) return;
    this.change({ questions: moved(questions, from, to) });
    this.set({ said: t("Question {from} is now question {to} of {total}", { from: from + 1, to: to + 1, total: questions.length }) });
  }

  placeOf(key) {
    return this.state.quiz.questions.findIndex((one) => one.key === key);
  }

  /** From now on the problem of this field is shown. */
  touch(field) {
    if (this.state.touched.has(field)) return;
    // Not at once: words that come in would push away the button whose press took the focus from here.
    setTimeout(() => this.set({ touched: new Set(this.state.touched).add(field) }), CALM_MS);
  }

  #check(ms) {
    clearTimeout(this.#checking);
    this.#checking = setTimeout(async () => {
      const asked = this.state.quiz;
      try {
        const problems = await check(sent(asked));
        if (this.state.quiz === asked) this.set({ problems });
      } catch {
        // Away: it is asked again after the next change, and before saving.
      }
    }, ms);
  }

  // saving

  /** Makes the draft the quiz. False if it can't be yet. */
  async save() {
    this.set({ busy: true });
    await imagesBrought(); // what was chosen before is a part of it
    try {
      return await this.#save(this.state.base);
    } catch (error) {
      if (error.status === 412 || (error.status === 404 && this.state.base !== null)) await this.#clash();
      else if (error.document?.problems) this.set({ problems: error.document.problems, tried: true });
      else this.set({ toast: toastOf(refusal(error), "error") });
      return false;
    } finally {
      this.#keeper.goOn();
      this.set({ busy: false });
    }
  }

  async #save(version, quiz = this.state.quiz) {
    const problems = await check(sent(quiz));
    this.set({ problems, tried: problems.length > 0 });
    if (problems.length > 0) return false;
    await this.#keeper.stop();
    const made = version === null ? await this.#quizzes.create(sent(quiz), this.#slug) : await this.#quizzes.save(this.#slug, sent(quiz), version);
    await this.#saved(made, quiz);
    return true;
  }

  async #saved(made, quiz) {
    const later = this.state.quiz === quiz ? null : this.state.quiz; // typed while it was saved
    await this.#keeper.forget();
    this.#original = held(made);
    this.set({ base: made.version, newer: null, kept: "saved", tried: false, said: t("Saved") });
    if (made.slug !== this.#slug) {
      this.#slug = made.slug;
      history.replaceState(null, "", this.page);
      this.#keep();
      this.#attend();
    }
    if (later) this.#keeper.change(sent(later), made.version);
  }

  /** Shows the newest version beside this one. */
  async compare() {
    await this.#clash().catch((error) => this.set({ toast: toastOf(refusal(error), "error") }));
  }

  async #clash() {
    const theirs = await this.#quizzes.find(this.#slug);
    if (theirs && same(held(theirs), this.state.quiz)) await this.#saved(theirs, this.state.quiz); // it was this save that came before
    else this.set({ phase: "clash", clash: { theirs } });
  }

  /** "mine" over theirs, "theirs" instead of mine, mine as a "copy", or back to "writing". */
  async settle(how) {
    const { theirs } = this.state.clash;
    const back = (more) => this.set({ phase: "ready", clash: null, ...more });
    if (how === "writing") return back({ newer: theirs && { version: theirs.version, by: theirs.updated_by } });
    this.set({ busy: true });
    try {
      if (how === "theirs") {
        await this.#keeper.forget({ server: true });
        back({ newer: null });
        this.#original = held(theirs);
        this.#goOn(theirs, null, false);
      } else if (how === "copy") {
        await this.#keeper.stop();
        const made = await this.#quizzes.create({ ...sent(this.state.quiz), title: `${this.state.quiz.title.slice(0, 180)} (${t("my version")})` }, this.#slug);
        await this.#keeper.forget({ server: true });
        location.assign(pageOf(made.slug, this.owner));
      } else {
        await this.#save(theirs.version);
        back();
      }
    } catch (error) {
      if (error.status === 412) await this.compare();
      else this.set({ toast: toastOf(refusal(error), "error") });
    } finally {
      this.#keeper.goOn();
      this.set({ busy: false });
    }
    return undefined;
  }

  /** Gives up what is not saved. */
  async discard() {
    try {
      await this.#keeper.forget({ server: true });
      if (this.state.base === null) location.assign(this.shelf);
      else await this.load();
    } catch (error) {
      this.set({ toast: toastOf(refusal(error), "error") });
    }
  }

  async duplicate() {
    const made = await this.#quizzes.duplicate(this.#slug);
    location.assign(pageOf(made.slug));
  }

  /** The problems of each question, by its key, and those of the quiz as a whole under "". */
  get problems() {
    return problemsByQuestion(this.state.problems, this.state.quiz.questions);
  }
}
