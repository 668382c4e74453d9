/** The file of a quiz, in one of the formats that the server writes, and what that format has no place for. */

import { html, useLayoutEffect, useRef, useState } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { enumerated } from "../question.js";
import { number, t, tn } from "../text.js";
import { sentenceOf } from "./problems.js";

const FORMATS = {
  json: ["JSON", t("keeps everything")],
  csv: ["CSV", t("a table, for any spreadsheet")],
  xlsx: ["Excel", t("a workbook")],
  gift: ["GIFT", t("for Moodle")],
  kahoot: ["Kahoot", t("a workbook for Kahoot")],
};
/** Questions that are named; of more it is said how many. */
const NAMED = 12;

/** `quizzes` is what `quizzesOf` made. */
export function Export({ quiz, quizzes, formats }) {
  const [open, setOpen] = useState(false); // there is one for each quiz: its dialog is made when it is wanted
  const { slug, title } = quiz;
  return html`
    <button type="button" class="button is-bare" aria-label=${t("Export {title}", { title })} title=${t("Export")} data-testid=${`export-${slug}`}
      onClick=${() => setOpen(true)}><${Icon} name="download" /></button>
    ${open && html`<${Formats} quiz=${quiz} quizzes=${quizzes} formats=${formats} onClose=${() => setOpen(false)} />`}`;
}

function Formats({ quiz: { slug, title }, quizzes, formats, onClose }) {
  const dialog = useRef(null);
  const [leftOut, setLeftOut] = useState(null); // null while nobody knows
  useLayoutEffect(() => {
    dialog.current.showModal();
    quizzes.leftOut(slug).then(setLeftOut, () => {}); // away: the file can't be had either, and says so
  }, []);
  const close = () => dialog.current.close();
  return html`
    <dialog ref=${dialog} class="dialog" aria-label=${t("Export {title}", { title })} onClose=${onClose}>
      <h2>${t("Export {title}", { title: html`<bdi>${title}</bdi>` })}</h2>
      <ul class="export-formats">
        ${formats.map((format) => {
          const [name, use] = FORMATS[format] ?? [format, ""];
          return html`
            <li key=${format}>
              <a class="button is-wide" href=${quizzes.exportAddress(slug, format)} download data-testid=${`format-${format}`} onClick=${close}>
                <b>${name}</b><span class="soft">${use}</span>
              </a>
              <${LeftOut} losses=${leftOut?.find((one) => one.format === format)?.left_out} format=${format} />
            </li>`;
        })}
      </ul>
      <div class="dialog-actions"><button type="button" class="button" onClick=${close}>${t("Cancel")}</button></div>
    </dialog>`;
}

/** Before the file is fetched: what will not be in it. Ids of questions are for programs, which read of them in the interface. */
function LeftOut({ losses = [], format }) {
  const told = losses.filter(({ reason }) => !reason.startsWith("id: "));
  if (told.length === 0) return null;
  return html`
    <details class="left-out" data-testid=${`left-out-${format}`}>
      <summary><${Icon} name="warning" />${tn("Leaves out or changes one thing", "Leaves out or changes {count} things", told.length)}</summary>
      <ul>
        ${told.map(({ reason, questions }) => html`
          <li key=${reason}>${sentenceOf(reason)} ${questions.length > 0 && html`<span class="soft">${placed(questions)}</span>`}</li>`)}
      </ul>
    </details>`;
}

function placed(questions) {
  if (questions.length > NAMED) return tn("In one question.", "In {count} questions.", questions.length);
  return tn("In question {numbers}.", "In questions {numbers}.", questions.length, { numbers: enumerated(questions.map((one) => number(one))) });
}
