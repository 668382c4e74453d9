/** One row of a file: what was understood of it, or why not, and the fields to correct it in. */

import { html, useLayoutEffect, useRef, useState } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { inWords } from "../question.js";
import { t } from "../text.js";
import { sentQuestion, TYPES } from "./content.js";
import { placeWords } from "./import_rows.js";
import { Preview } from "./preview.js";
import { QuestionForm } from "./question_form.js";

export function Row({ row, skipped, onChange }) {
  const [open, setOpen] = useState(false);
  const fields = useRef(null);
  const { place, question, problems, reason } = row;
  const good = problems.size === 0;
  useLayoutEffect(() => {
    if (open && !good) onChange(question); // a file's reader tells the first problem, the server tells all
    if (open) (fields.current.querySelector("[aria-invalid]") ?? fields.current.querySelector("textarea")).focus();
  }, [open]);
  const state = good ? (reason ? t("corrected") : t("understood")) : skipped ? t("skipped") : t("not understood");
  const does = open ? t("Close") : good ? t("Change") : t("Correct");
  return html`
    <li class=${`import-row card ${good ? "is-good" : "is-bad"}`} data-testid=${`row-${place.replace(" ", "-")}`}>
      <div class="import-head">
        <span class="import-place">${placeWords(place)}</span>
        <span class=${`import-state ${good ? "" : "is-bad"}`}><${Icon} name=${good ? "check" : "warning"} />${state}</span>
        <span class="import-words">
          <span class="import-text" dir="auto">${question.text || t("Without a text")}</span>
          <span class="soft">${TYPES[question.type]}${good && rightWords(question)}</span>
          ${!good && html`<span class="field-problem">${reason ?? [...problems.values()].join(" ")}</span>`}
        </span>
        <button type="button" class=${`button is-compact ${good || open ? "" : "is-primary"}`} aria-expanded=${open} onClick=${() => setOpen(!open)}
          aria-label=${`${does}: ${placeWords(place)}`} data-testid="correct">
          ${does}
        </button>
      </div>
      ${open && html`
        <div class="import-fields" ref=${fields}>
          <${QuestionForm} question=${question} problems=${problems} shows=${() => true} onLeave=${() => {}}
            onChange=${(patch) => onChange({ ...question, ...patch })} />
          <${Preview} question=${question} />
        </div>`}
    </li>`;
}

function rightWords(question) {
  const { type, choices, correct } = sentQuestion(question);
  if (type === "poll") return "";
  const view = { type, choices: choices?.map(({ text }, id) => ({ id, text })) };
  return html`: <bdi>${inWords(view, type === "order" ? choices.map((_, id) => id) : correct)}</bdi>`;
}
