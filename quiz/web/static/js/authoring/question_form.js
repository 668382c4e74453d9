/** All fields of one question. `problems` is a Map of field → words; those are shown for which `shows(field)`. */

import { html } from "../../vendor/preact.mjs";
import { AnswerFields } from "./answer_fields.js";
import { retyped, TYPES } from "./content.js";
import { SelectField, TextField } from "./fields.js";
import { ImageField } from "./image_field.js";

const POINTS = [
  ["", "As usual"],
  ["0", "None"],
  ["1000", "1,000"],
  ["2000", "2,000: double"],
];

export function QuestionForm({ question, problems, shows, onChange, onLeave }) {
  const at = (field) => ({
    problem: shows(field) ? problems?.get(field) : undefined,
    onBlur: () => onLeave(field),
  });
  const points = POINTS.some(([value]) => value === question.points) ? POINTS : [...POINTS, [question.points, question.points]];
  return html`
    <div class="question-form" data-testid="question-form">
      <${SelectField} label="Type" testid="type" value=${question.type} choices=${Object.entries(TYPES)} problem=${at("type").problem}
        onChange=${(type) => onChange(retyped(question, type))} />
      <${TextField} label="Question" rows=${2} maxlength="1000" testid="text" value=${question.text}
        onChange=${(text) => onChange({ text })} ...${at("text")} />
      <${AnswerFields} key=${question.type} question=${question} onChange=${onChange} at=${at} />
      <div class="field-row">
        <${TextField} label="Time (seconds)" inputmode="decimal" testid="seconds" value=${question.seconds}
          onChange=${(seconds) => onChange({ seconds })} ...${at("time_limit")} />
        ${question.type !== "poll" && html`
          <${SelectField} label="Points" testid="points" value=${question.points} choices=${points} problem=${at("points").problem}
            onChange=${(value) => onChange({ points: value })} />`}
      </div>
      <${ImageField} label="Image" image=${question.image} problem=${at("image").problem} onChange=${(image) => onChange({ image, ...(!image && { alt: "" }) })} />
      ${question.image && html`
        <${TextField} label="What the image shows" maxlength="300" testid="alt" value=${question.alt} hint="Read out to who can't see it."
          onChange=${(alt) => onChange({ alt })} ...${at("image_alt")} />`}
      <${TextField} label="Explanation" rows=${2} maxlength="1000" testid="explanation" value=${question.explanation}
        hint="Shown with the right answer." onChange=${(explanation) => onChange({ explanation })} ...${at("explanation")} />
      ${at("id").problem && html`<p class="field-problem">${at("id").problem}</p>`}
    </div>`;
}
