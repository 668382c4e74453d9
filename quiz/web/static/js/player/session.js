/**
 * A player's seat in one game: what the server said last, and what the player does.
 *
 * `phase` is where the player stands: form (not joined), joining, seated, kicked, gone. What a
 * seated player sees follows from `game.state`. Every (re)connection brings the whole state again.
 */

import { Attempts } from "../attempts.js";
import { newer } from "../board.js";
import { ServerClock } from "../clock.js";
import { Connection } from "../connection.js";
import { NOTICES, Refusal, sentence } from "../errors.js";
import { toastOf } from "../notices.js";
import { acknowledged, boarded, noticed, provisional, resynced } from "../outage.js";
import { writtenIn } from "../question.js";
import { Store } from "../store.js";
import { t } from "../text.js";
import { Drafts } from "./drafts.js";
import { forget, recallAnswer, recallWay, remember, rememberAnswer, rememberKick, rememberWay } from "./seats.js";

const ANSWER_ACK_MS = 2500; // a dead line should show while there is still time to answer
const EVENT_PATIENCE_MS = 1200; // how long after `game` its question or result may take
const DEADLINE_PATIENCE_MS = 2500; // the reveal follows a deadline within a second
const LOOK_UP_MS = 500;
const HURRY_MS = 1500; // a hall full of phones does not ask all at once when an outage is over

/** A submission's own name. */
const named = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;

export class PlayerSession extends Store {
  #seat = null; // {pin, token} once joined
  #patience = null;
  #attempts = new Attempts(); // repeated after its acknowledgement was lost, one does not find the nickname taken by itself
  drafts = new Drafts();

  constructor() {
    super({
      phase: "form",
      link: "idle",
      error: null,
      toast: null,
      player: null,
      game: null,
      you: { score: 0, rank: null, answered: [] },
      board: null,
      teamBoard: null,
      question: null,
      sent: null, // {question, answer, submission, status: sending | sent | late}; unasked: it was over before they joined
      result: null, // live: the `result` event; self-paced: the ack of the answer
      right: null, // live: what was right, from the reveal
      past: null, // live: the question that was told of last, while the next is on its way
      finished: false,
      skipped: [], // self-paced: questions that were left for later
      list: null, // the overview, while the player looks at it
      review: null, // {question, result}: a question that is looked at again
      outage: "", // see outage.js
    });
    this.clock = new ServerClock();
    this.connection = new Connection("/", {
      resume: () => this.#resume(),
      probe: () => (this.state.phase === "seated" ? ["state", {}] : null),
      onProbe: (ack) => this.#apply(ack),
      onLink: (link) => this.set({ link }),
    });
    this.connection.on("game", (event) => this.#onGame(event));
    this.connection.on("question", (question) => this.#onQuestion(question));
    this.connection.on("reveal", (reveal) => this.set({ right: reveal }));
    this.connection.on("result", (result) => this.#onResult(result));
    this.connection.on("leaderboard", (board) => this.#onBoard(board));
    this.connection.on("team_board", (board) => this.set({ teamBoard: newer(this.state.teamBoard, board) }));
    this.connection.on("renamed", ({ nickname }) => this.#renamed(nickname));
    this.connection.on("extended", ({ factor }) => this.#extended(factor));
    this.connection.on("kicked", () => this.#kicked());
    this.connection.on("notice", (notice) => this.#onNotice(notice));
  }

  get selfPaced() {
    return this.state.game?.mode === "self-paced";
  }

  /**
   * Takes a new seat; without a nickname where the game gives one, with a team where players choose theirs. Throws a Refusal that the form shows.
   * Goes on asking a server that is busy, which `refused` hears, while it is `wanted`; whether there is a seat then.
   */
  async join(pin, nickname, { team, wanted, refused }) {
    this.connection.open();
    const payload = { pin, ...(nickname.trim() && { nickname }), ...(team && { team }), attempt: this.#attempts.of(`${pin} ${nickname.trim()}`) };
    const ack = await this.connection.request("join", payload, { wanted, refused, patient: () => true });
    if (ack) this.#take(pin, ack);
    if (ack?.result) this.#missed(pin, ack.result.question);
    return ack !== null;
  }

  #missed(pin, question) {
    const sent = { question, status: "unasked" };
    rememberAnswer(pin, sent);
    this.set({ sent });
  }

  /** Goes back to a seat that this browser remembers. */
  resume(pin, token) {
    this.#seat = { pin, token };
    this.set({ phase: "joining", sent: recallAnswer(pin), skipped: recallWay(pin).skipped });
    this.connection.open();
  }

  async submit(answer) {
    if (this.state.sent?.question === this.state.question.id) return; // a second tap
    await this.#deliver({ question: this.state.question.id, answer, submission: named(), status: "sending" });
  }

  /** Self-paced: what was put together and never sent, as [question's id, answer]. */
  get begun() {
    const { you, sent } = this.state;
    return this.drafts.answers.filter(([question]) => !you.answered.includes(question) && sent?.question !== question);
  }

  /** Self-paced, when the time of all questions, or of this one, is nearly up: what was put together counts as it is. */
  async sendBegun(only = null) {
    const left = this.begun.filter(([question]) => only === null || question === only);
    if (left.length === 0) return;
    this.tell(t("Time is nearly up: what you have entered is sent now."));
    await Promise.all(left.map(([question, answer]) => (question === this.state.question?.id ? this.submit(answer) : this.#sendAside(question, answer))));
  }

  /** The answer to a question that the player is not at. */
  async #sendAside(question, answer) {
    try {
      const ack = await this.connection.request("submit_answer", { question, answer, submission: named() }, { ackMs: ANSWER_ACK_MS });
      this.#counted(question, ack);
    } catch {
      // It was too late, which is said at the end: it is still begun.
    }
  }

  /** Self-paced: goes on to the next question that is left, or to a certain one, or finds that there is none. */
  async nextQuestion(question = null) {
    const behind = this.state.question && { after: this.state.question.id };
    const wish = question ? { question } : (behind ?? {});
    await this.#try("next_question", wish, (ack) => {
      this.clock.observe(ack.question?.now);
      this.set({ question: ack.question ?? null, finished: ack.finished === true, sent: null, result: null, list: null, review: null });
      this.#keepWay();
    });
  }

  #keepWay() {
    const { question, skipped } = this.state;
    if (this.#seat) rememberWay(this.#seat.pin, { at: question?.id ?? null, timed: question?.closes_at != null, skipped });
  }

  /** Self-paced: leaves a question for later. */
  async skip() {
    const { question, skipped } = this.state;
    this.set({ skipped: [...new Set([...skipped, question.id])] });
    await this.nextQuestion();
  }

  async openList() {
    await this.#try("overview", {}, ({ questions }) => this.set({ list: questions, review: null }));
  }

  closeList() {
    this.set({ list: null, review: null });
  }

  /** Shows a question that is over. */
  async look(question) {
    await this.#try("review", { question }, (review) => this.set({ review }));
  }

  async #try(event, payload, done) {
    try {
      done(await this.connection.request(event, payload, { patient: () => provisional(this.state) }));
    } catch (error) {
      this.tell(sentence(error), "error");
    }
  }

  tell(text, kind) {
    if (this.state.phase === "kicked") return; // what was under way then came to nothing, which no longer matters
    this.set({ toast: toastOf(text, kind) });
  }

  async #resume() {
    if (!this.#seat) return;
    const { pin } = this.#seat;
    try {
      this.#take(pin, await this.connection.ask("join", this.#seat));
    } catch (error) {
      if (!(error instanceof Refusal) || error.retryable) throw error;
      this.#unseat(error);
    }
  }

  #take(pin, ack) {
    this.#seat = { pin, token: ack.token };
    remember(pin, { token: ack.token, nickname: ack.player.nickname });
    this.drafts.belongTo(pin, ack.player.id);
    const { sent } = this.state;
    this.set({ phase: "seated", error: null });
    this.#apply(ack);
    // After a reload nobody waits for the ack of an answer any more: send it again.
    if (sent?.status === "sending" && !sent.delivering && sent.question === this.state.question?.id) this.#deliver(sent);
    if (this.selfPaced && ack.game.state === "open" && !this.state.question && !this.state.finished) {
      // Resuming is over only when this returns, and requests wait for that.
      setTimeout(() => this.#goOn(recallWay(pin), ack.you.answered));
    }
  }

  /** After a reload: the question that the player was at, or how its answer fared. One whose time runs comes by itself. */
  async #goOn({ at, timed }, answered) {
    if (!answered.includes(at)) return this.nextQuestion(timed ? null : at);
    return this.#try("review", { question: at }, ({ question, result }) => this.set({ question, result }));
  }

  #unseat(error) {
    const { pin } = this.#seat;
    this.#seat = null;
    if (error.code === "kicked") return void this.#kicked();
    forget(pin);
    const phase = error.code === "game_not_found" ? "gone" : "form";
    // A token that is not accepted means to a player that the seat is gone.
    const reason = error.code === "unauthorized" ? new Refusal({ code: "not_joined" }) : error;
    this.set({ phase, error: reason, game: null, question: null, sent: null });
  }

  #kicked() {
    if (this.#seat) {
      forget(this.#seat.pin);
      rememberKick(this.#seat.pin);
    }
    this.#seat = null;
    this.set({ phase: "kicked", toast: null }); // whatever else there was to say no longer matters
    this.connection.close();
  }

  #extended(factor) {
    this.tell(factor === 1 ? t("You have as much time as the others") : t("You have {factor} times as much time for each question", { factor }));
  }

  #renamed(nickname) {
    if (!this.#seat) return;
    remember(this.#seat.pin, { token: this.#seat.token, nickname });
    this.set({ player: { ...this.state.player, nickname } });
    this.tell(t("The host calls you {name} now.", { name: nickname }));
  }

  /** The ack of `join` and of `state`: everything at once. */
  #apply({ player, game, you, leaderboard, team_board: teams, question, result }) {
    this.clock.observe(question?.now);
    writtenIn(game.language);
    const held = this.state;
    const same = game.state === held.game?.state && (held.question?.index ?? game.index) === game.index;
    const live = game.mode === "live" && {
      question: question ?? (same || (result && held.question?.id === result.question) ? held.question : null),
      result: result ?? (same ? held.result : null),
    };
    this.set({ player, game, you, ...resynced(held, leaderboard), teamBoard: newer(held.teamBoard, teams), ...live });
    if (live && result) this.#lookUp(result);
    if (live && question && you.answered.includes(question.id) && held.sent?.question !== question.id) {
      this.set({ sent: { question: question.id, status: "sent" } });
    }
  }

  /** What was right, and of which question, for who missed the reveal. */
  #lookUp({ question }) {
    const known = () => this.state.question?.id === question && this.state.right?.question === question;
    if (known()) return;
    // Resuming is over only when the caller returns, and requests wait for that; of a hall full of phones not all ask at once.
    const ask = () =>
      this.#try("review", { question }, ({ question: asked, result }) => {
        if (known() || this.state.result?.question !== question || this.state.game.state !== "reveal") return;
        const { right_answer: correct, explanation } = result;
        this.set({ question: { ...asked, closes_at: asked.closes_at ?? 1 }, right: { question, correct, explanation } }); // it is over
      });
    setTimeout(() => !known() && this.state.game.state === "reveal" && ask(), Math.random() * LOOK_UP_MS);
  }

  async #deliver(sent) {
    const { pin } = this.#seat;
    const current = () => this.state.sent?.submission === sent.submission; // the next question may have come
    const mark = (status) => {
      if (!current()) return;
      const marked = { ...sent, status };
      rememberAnswer(pin, marked);
      this.set({ sent: marked });
    };
    rememberAnswer(pin, sent);
    this.set({ sent: { ...sent, delivering: true } });
    try {
      const { question, answer, submission } = sent;
      const ack = await this.connection.request(
        "submit_answer",
        { question, answer, submission },
        { ackMs: ANSWER_ACK_MS, patient: () => provisional(this.state) },
      );
      mark("sent");
      this.#delivered(sent, ack);
    } catch (error) {
      if (error.code === "too_late") {
        mark("late");
        if (this.selfPaced) this.set({ result: { correct: false, points: 0, late: true } });
      } else if (current()) {
        // It did not count, so the controls come back.
        rememberAnswer(pin, null);
        this.set({ sent: null });
        this.tell(sentence(error), "error");
      }
    }
  }

  #delivered({ question }, ack) {
    this.#counted(question, ack);
    if (this.selfPaced) this.set({ result: ack });
  }

  #counted(question, ack) {
    const { you } = this.state;
    const answered = you.answered.includes(question) ? you.answered : [...you.answered, question];
    const standing = this.selfPaced && { score: ack.score, rank: ack.rank };
    this.drafts.drop(question);
    this.set({ ...acknowledged(this.state, ack), you: { ...you, answered, ...standing } });
  }

  #onGame({ state, version, names_hidden: hidden, finished_at: finishedAt }) {
    const { game } = this.state;
    if (!game || version < game.version) return;
    if (state === "question" && game.state !== "paused") this.set({ result: null, right: null, past: this.state.result?.question ?? null });
    this.set({ game: { ...game, state, version, names_hidden: hidden, finished_at: finishedAt } });
    const lacksResult = () => this.state.game.state === "reveal" && !this.state.result;
    const lacksQuestion = () => this.state.game.state === "question" && !this.#questionIsOpen();
    if (lacksResult()) this.#expect(EVENT_PATIENCE_MS, lacksResult);
    if (lacksQuestion()) this.#expect(EVENT_PATIENCE_MS, lacksQuestion);
  }

  #questionIsOpen() {
    const { question, past } = this.state;
    return question?.id !== past && (question?.closes_at ?? 0) > this.clock.now();
  }

  #onQuestion(question) {
    this.clock.observe(question.now);
    const { sent } = this.state;
    // Who was late may answer after all if the host has added time.
    const kept = sent?.question === question.id && (sent.status !== "late" || question.closes_at <= this.clock.now());
    this.set({ question, sent: kept ? sent : null });
    const patience = question.closes_at - this.clock.now() + DEADLINE_PATIENCE_MS;
    this.#expect(patience, () => this.state.game.state === "question" && this.state.question.id === question.id);
  }

  #onResult(result) {
    const { you } = this.state;
    this.set({ result, you: { ...you, score: result.score, rank: result.rank } });
  }

  #onBoard(arrived) {
    const change = boarded(this.state, arrived);
    if (!change) return;
    const { you, player } = this.state;
    const mine = arrived.top.find((row) => row.player === player?.id);
    this.set({ ...change, you: mine ? { ...you, score: mine.score, rank: mine.rank } : you });
  }

  #onNotice({ code, message }) {
    this.set(noticed(this.state, code));
    if (code === "recovered") this.connection.hurry(HURRY_MS);
    // Over a question that has to be read, the mark beside the score is enough; and words from before are not true any more.
    if (this.#answering() && ["degraded", "recovered"].includes(code)) this.set({ toast: null });
    else this.tell(NOTICES[code] ?? message);
  }

  #answering() {
    const { phase, game, question, sent, result } = this.state;
    return phase === "seated" && ["question", "open"].includes(game.state) && question && sent?.question !== question.id && !result;
  }

  /** If an event that must follow stays away, the line may be dead, or the event lost: ask. */
  #expect(ms, stillMissing) {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => stillMissing() && this.connection.check(), ms);
  }
}
