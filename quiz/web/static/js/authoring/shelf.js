/** All quizzes that a host has before them: found by words and tags, started, written, copied, exported, deleted and brought back. */

import { html, useEffect, useRef, useState } from "../../vendor/preact.mjs";
import { sentence, WAITS } from "../errors.js";
import { Icon } from "../glyphs.js";
import { QuizCard } from "../host/quiz_card.js";
import { Toast, toastOf } from "../notices.js";
import { t, tn } from "../text.js";
import { Deleted } from "./deleted.js";
import { Export } from "./export.js";
import { refusal } from "./problems.js";
import { drafts as allDrafts, pageOf, quizzesOf } from "./quizzes.js";

const TYPING_MS = 200;
const REFRESH_MS = 15000;
const RETRY_MS = 2000;
const PAGE = 60;
const MOST_TAGS = 24;

/**
 * `host` is who looks; `owner` the name of another host, whose quizzes an admin looks at, or null. `first` is what the page brought
 * along: {quizzes, next, total, tags, drafts}.
 */
export function Shelf({ host, owner = null, formats, first = null, onSignedOut }) {
  const [quizzes] = useState(() => quizzesOf(owner));
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState([]);
  const [asked, setAsked] = useState({ words: "", tags: chosen, pages: 1 });
  const [found, setFound] = useState(first); // {quizzes, next, total}
  const [tags, setTags] = useState(first?.tags ?? []);
  const [drafts, setDrafts] = useState(first?.drafts ?? []);
  const [error, setError] = useState(null);
  const [toast, setToast] = useState(null);
  const latest = useRef(first && asked); // what is shown, or will be

  /** Only what was asked last is shown, whatever comes back when. */
  const load = async () => {
    latest.current = asked;
    try {
      const [list, tagList, draftList] = await Promise.all([pages(quizzes, asked), quizzes.tags(), allDrafts()]);
      if (latest.current !== asked) return;
      setFound(list);
      setTags(tagList);
      setDrafts(draftList);
      setError(null);
    } catch (problem) {
      if (problem.status === 401) onSignedOut();
      else setError(problem);
    }
  };
  useEffect(() => {
    if (latest.current !== asked || error) load();
    const timer = setInterval(() => document.visibilityState === "visible" && load(), error ? RETRY_MS : REFRESH_MS);
    return () => clearInterval(timer);
  }, [asked, error === null]);
  useEffect(() => {
    const same = words.trim() === asked.words;
    if (same && chosen === asked.tags) return undefined;
    const timer = setTimeout(() => setAsked({ words: words.trim(), tags: chosen, pages: 1 }), same ? 0 : TYPING_MS);
    return () => clearTimeout(timer);
  }, [words, chosen]);

  const act = async (work) => {
    try {
      setToast(await work());
      await load();
    } catch (problem) {
      setToast(toastOf(problem.code === "version_conflict" ? t("Somebody has just changed this quiz. Look at it again first.") : refusal(problem), "error"));
      load();
    }
  };
  const remove = (quiz) =>
    act(async () => {
      await quizzes.remove(quiz.slug, quiz.version);
      setFound((now) => ({ ...now, quizzes: now.quizzes.filter((one) => one !== quiz) }));
      const undo = () =>
        act(async () => {
          await quizzes.restore(quiz);
          return toastOf(t("“{title}” is back", { title: quiz.title }));
        });
      return toastOf(t("“{title}” deleted", { title: quiz.title }), undefined, { text: t("Undo"), go: undo });
    });
  const duplicate = (quiz) =>
    act(async () => {
      const made = await quizzes.duplicate(quiz.slug);
      return toastOf(t("“{title}” made", { title: made.title }), undefined, { text: t("Edit"), go: () => location.assign(pageOf(made.slug)) });
    });
  const toggle = (tag) => setChosen(chosen.includes(tag) ? chosen.filter((one) => one !== tag) : [...chosen, tag]);

  const unborn = drafts.filter((one) => one.base === null && (owner === null || one.owner === owner));
  const others = (name) => (name === null || name === host.name ? null : name);
  return html`
    <section aria-labelledby="quizzes">
      <div class="shelf-head">
        ${owner === null ? html`<h2 id="quizzes">${t("Quizzes")}</h2>` : html`<h1 id="quizzes">${t("Quizzes of {name}", { name: owner })}</h1>`}
        <label class="shelf-search"><span class="sr-only">${t("Search quizzes")}</span><${Icon} name="search" />
          <input class="input" type="search" placeholder=${t("Search")} data-testid="search" maxlength="200" value=${words}
            onInput=${(event) => setWords(event.target.value)} />
        </label>
        ${owner === null && html`<a class="button" href="/host/import" data-testid="import"><${Icon} name="import" />${t("Import")}</a>`}
        <a class="button is-primary" href=${pageOf("new", owner)} data-testid="new-quiz"><${Icon} name="plus" />${t("New quiz")}</a>
      </div>
      ${tags.length > 0 && html`
        <div class="shelf-tags" role="group" aria-label=${t("Only quizzes with these tags")}>
          ${tags.slice(0, MOST_TAGS).map(
            ({ tag, quizzes: count }) => html`
              <button key=${tag} type="button" class=${`tag is-choice ${chosen.includes(tag) ? "is-on" : ""}`} aria-pressed=${chosen.includes(tag)}
                data-testid=${`tag-${tag}`} onClick=${() => toggle(tag)}><bdi>${tag}</bdi> <span class="soft">${count}</span></button>`,
          )}
        </div>`}
      ${unborn.length > 0 && html`
        <ul class="games" aria-label=${t("Unfinished quizzes")} data-testid="drafts">
          ${unborn.map(
            ({ slug, title, owner: whose }) => html`
              <li key=${`${whose} ${slug}`}><a class="game-row" href=${pageOf(slug, others(whose))}>
                <${Icon} name="edit" /><span class="game-title" dir="auto">${title || t("Without a title")}</span><span class="tag is-warning">${t("unfinished")}</span>
              </a></li>`,
          )}
        </ul>`}
      <p class="sr-only" role="status">${found && tn("{count} quiz", "{count} quizzes", found.total)}</p>
      ${error && !found && html`
        <p class="form-error" role="alert" data-testid="shelf-error">${error.code === "server_busy" ? WAITS.desk : sentence(error)} <button type="button" class="button is-compact" onClick=${load}>${t("Try again")}</button></p>`}
      ${!found && !error && html`<p class="soft" data-testid="shelf-loading">${t("Loading…")}</p>`}
      ${found && found.total === 0 && html`<${Nothing} owner=${owner} filtered=${asked.words !== "" || asked.tags.length > 0} />`}
      ${found && html`
        <ul class="cards">
          ${found.quizzes.map(
            (quiz) => html`
              <${QuizCard} key=${`${quiz.owner} ${quiz.slug}`} quiz=${quiz} plays=${owner === null} draft=${drafts.some((one) => one.slug === quiz.slug && one.owner === quiz.owner)}>
                <${Tools} quiz=${quiz} quizzes=${quizzes} formats=${formats} onDuplicate=${() => duplicate(quiz)} onDelete=${() => remove(quiz)} />
              <//>`,
          )}
        </ul>
        ${found.next && html`
          <button type="button" class="button" data-testid="more" onClick=${() => setAsked({ ...asked, pages: asked.pages + 1 })}>
            ${t("Show more: {shown} of {total}", { shown: found.quizzes.length, total: found.total })}
          </button>`}
        <p class="shelf-foot"><${Deleted} quizzes=${quizzes} shared=${owner === null && host.admin} onBack=${load} /></p>`}
    </section>
    <${Toast} toast=${toast} onDone=${() => setToast(null)} />`;
}

async function pages(quizzes, { words, tags, pages: count }) {
  let all = null;
  for (let page = 0; page < count && (page === 0 || all.next); page += 1) {
    const next = await quizzes.list({ words, tags, cursor: all?.next, limit: PAGE });
    all = { ...next, quizzes: [...(all?.quizzes ?? []), ...next.quizzes] };
  }
  return all;
}

function Nothing({ owner, filtered }) {
  return html`
    <div class="shelf-nothing card" data-testid="nothing">
      ${filtered
        ? html`<p>${t("No quiz fits that. Try fewer words or tags.")}</p>`
        : owner !== null
        ? html`<p>${t("{name} has no quizzes.", { name: owner })}</p>`
        : html`<p>${t("No quizzes yet. Write one, or bring one from Kahoot, Excel, Moodle and others.")}</p>
            <p><a class="button is-primary" href="/host/quizzes/new"><${Icon} name="plus" />${t("New quiz")}</a> <a class="button" href="/host/import"><${Icon} name="import" />${t("Import")}</a></p>`}
    </div>`;
}

function Tools({ quiz, quizzes, formats, onDuplicate, onDelete }) {
  const { slug, title, editable } = quiz;
  const copies = quizzes.owner === null ? t("Duplicate") : t("Copy to my quizzes");
  return html`
    <div class="quiz-tools" role="group" aria-label=${t("More with {title}", { title })}>
      ${editable
        ? html`
            <a class="button is-compact" href=${pageOf(slug, quizzes.owner)} data-testid=${`edit-${slug}`}><${Icon} name="edit" />${t("Edit")}<span class="sr-only"> ${title}</span></a>
            <button type="button" class="button is-bare" aria-label=${quizzes.owner === null ? t("Duplicate {title}", { title }) : t("Copy {title} to my quizzes", { title })} title=${copies} data-testid=${`duplicate-${slug}`}
              onClick=${onDuplicate}><${Icon} name="copy" /></button>`
        : html`
            <button type="button" class="button is-compact" data-testid=${`duplicate-${slug}`} onClick=${onDuplicate}>
              <${Icon} name="copy" />${t("Copy to edit")}<span class="sr-only"> ${title}</span>
            </button>`}
      <${Export} quiz=${quiz} quizzes=${quizzes} formats=${formats} />
      ${editable && html`
        <button type="button" class="button is-bare" aria-label=${t("Delete {title}", { title })} title=${t("Delete")} data-testid=${`delete-${slug}`} onClick=${onDelete}><${Icon} name="trash" /></button>`}
    </div>`;
}
