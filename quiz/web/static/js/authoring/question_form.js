/** All fields of one question. `problems` is a Map of field → words; those are shown for which `shows(field)`. */

import { html } from "../../vendor/preact.mjs";
import { number, t } from "../text.js";
import { AnswerFields } from "./answer_fields.js";
import { retyped, TYPES } from "./content.js";
import { SelectField, TextField } from "./fields.js";
import { ImageField } from "./image_field.js";

const POINTS = [
  ["", t("As usual")],
  ["0", t("None")],
  ["1000", number(1000)],
  ["2000", t("{points}: double", { points: 2000 })],
];

export function QuestionForm({ question, problems, shows, onChange, onLeave }) {
  const at = (field) => ({
    problem: shows(field) ? problems?.get(field) : undefined,
    onBlur: () => onLeave(field),
  });
  const points = POINTS.some(([value]) => value === question.points) ? POINTS : [...POINTS, [question.points, question.points]];
  return html`
    <div class="question-form" data-testid="question-form">
      <${SelectField} label=${t("Type")} testid="type" value=${question.type} choices=${Object.entries(TYPES)} problem=${at("type").problem}
        onChange=${(type) => onChange(retyped(question, type))} />
      <${TextField} label=${t("Question")} rows=${2} maxlength="1000" testid="text" value=${question.text}
        onChange=${(text) => onChange({ text })} ...${at("text")} />
      <${AnswerFields} key=${question.type} question=${question} onChange=${onChange} at=${at} />
      <div class="field-row">
        <${TextField} label=${t("Time (seconds)")} inputmode="decimal" testid="seconds" value=${question.seconds}
          onChange=${(seconds) => onChange({ seconds })} ...${at("time_limit")} />
        ${question.type !== "poll" && html`
          <${SelectField} label=${t("Points")} testid="points" value=${question.points} choices=${points} problem=${at("points").problem}
            onChange=${(value) => onChange({ points: value })} />`}
      </div>
      <${ImageField} label=${t("Image")} image=${question.image} problem=${at("image").problem} onChange=${(image) => onChange({ image, ...(!image && { alt: "" }) })} />
      ${question.image && html`
        <${TextField} label=${t("What the image shows")} maxlength="300" testid="alt" value=${question.alt} hint=${t("Read out to who can't see it.")}
          onChange=${(alt) => onChange({ alt })} ...${at("image_alt")} />`}
      <${TextField} label=${t("Explanation")} rows=${2} maxlength="1000" testid="explanation" value=${question.explanation}
        hint=${t("Shown with the right answer.")} onChange=${(explanation) => onChange({ explanation })} ...${at("explanation")} />
      ${at("id").problem && html`<p class="field-problem">${at("id").problem}</p>`}
    </div>`;
}
