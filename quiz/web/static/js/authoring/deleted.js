/** Deleted quizzes that can be brought back: in a dialog of the shelf. */

import { html, useRef, useState } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { moment, t, tn } from "../text.js";
import { refusal } from "./problems.js";
import { pageOf } from "./quizzes.js";

const DAY_MS = 24 * 3600 * 1000;
const day = (milliseconds) => moment(milliseconds, { dateStyle: "medium" });

/** `shared`: also what all hosts share; `onBack` is told when something is on the shelf again. */
export function Deleted({ quizzes, shared, onBack }) {
  const dialog = useRef(null);
  const [found, setFound] = useState(null); // {days, gone: [{quiz, back}]}
  const [error, setError] = useState(null);

  const open = async () => {
    dialog.current.showModal();
    setFound(null);
    setError(null);
    try {
      const lists = await Promise.all([quizzes.deleted(), ...(shared ? [quizzes.deleted({ shared: true })] : [])]);
      const gone = lists.flatMap((list) => list.quizzes).sort((one, other) => other.deleted_at - one.deleted_at);
      setFound({ days: lists[0].kept_days, gone: gone.map((quiz) => ({ quiz, back: null })) });
    } catch (problem) {
      setError(refusal(problem));
    }
  };
  const restore = async (quiz) => {
    setError(null);
    try {
      const back = await quizzes.restore(quiz);
      setFound((now) => ({ ...now, gone: now.gone.map((one) => (one.quiz === quiz ? { quiz, back } : one)) }));
      onBack();
    } catch (problem) {
      setError(refusal(problem));
    }
  };

  return html`
    <button type="button" class="button" data-testid="deleted" onClick=${open}><${Icon} name="trash" />${t("Deleted quizzes")}</button>
    <dialog ref=${dialog} class="dialog is-wide" aria-label=${t("Deleted quizzes")}>
      <h2>${t("Deleted quizzes")}</h2>
      <p class="form-error" role="alert">${error}</p>
      ${!found && !error && html`<p class="soft">${t("Loading…")}</p>`}
      ${found && html`<p class="soft">${tn("What is deleted can be brought back for one day.", "What is deleted can be brought back for {count} days.", found.days)}</p>`}
      ${found?.gone.length === 0 && html`<p data-testid="nothing-deleted">${t("Nothing has been deleted.")}</p>`}
      ${found && html`
        <ul class="games">
          ${found.gone.map((one) => html`<${Gone} key=${`${one.quiz.owner} ${one.quiz.slug}`} ...${one} days=${found.days} owner=${quizzes.owner} onRestore=${() => restore(one.quiz)} />`)}
        </ul>`}
      <div class="dialog-actions"><button type="button" class="button" onClick=${() => dialog.current.close()}>${t("Close")}</button></div>
    </dialog>`;
}

function Gone({ quiz, back, days, owner, onRestore }) {
  const { slug, title, question_count: count, deleted_at: at, updated_by: by } = quiz;
  return html`
    <li class="game-row" data-testid=${`gone-${slug}`}>
      <span class="game-title">
        <span dir="auto">${title}</span> ${quiz.owner === null && html`<span class="tag">${t("shared")}</span>`}
        <span class="soft gone-words">
          ${tn("{count} question", "{count} questions", count)} · ${by ? t("deleted by {name} on {day}", { name: by, day: day(at) }) : t("deleted on {day}", { day: day(at) })} ·
          ${" "}${t("gone for good on {day}", { day: day(at + days * DAY_MS) })}
        </span>
      </span>
      ${back
        ? html`<span role="status"><${Icon} name="check" />${t("is back")}</span>
            <a class="button is-compact" href=${pageOf(back.slug, owner)}>${t("Edit")}<span class="sr-only"> ${title}</span></a>`
        : html`<button type="button" class="button is-compact" data-testid=${`restore-${slug}`} onClick=${onRestore}>${t("Bring back")}<span class="sr-only"> ${title}</span></button>`}
    </li>`;
}
