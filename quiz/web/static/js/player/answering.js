/** The question with its control. */

import { html } from "../../vendor/preact.mjs";
import { TimeBar, TimeDisc } from "../clock.js";
import { QuestionText, TYPE_NAMES } from "../question.js";
import { t } from "../text.js";
import { CONTROLS } from "./controls.js";
import { Screen } from "./screen.js";

/** `children` stand below what answers it. */
export function AnswerScreen({ session, question, children }) {
  const shown = question.text ? question : { ...question, text: t("Look at the big screen") };
  return html`
    <${Screen} name="question" kind=${`is-${question.type}`} label=${shown.text}>
      <${Asked} clock=${session.clock} question=${shown} drafts=${session.drafts} onSend=${(answer) => session.submit(answer)} />
      ${children}
    <//>`;
}

/** What is asked and what answers it; also what its author looks at, without `drafts`. */
export function Asked({ clock, question, drafts, onSend }) {
  const Control = CONTROLS[question.type];
  return html`
    <${TimeBar} clock=${clock} question=${question} />
    <${QuestionText} question=${question}>
      <p class="question-hint">
        ${question.closes_at && html`<${TimeDisc} clock=${clock} until=${question.closes_at} />`}
        ${TYPE_NAMES[question.type]}
      </p>
    <//>
    <${Control} key=${question.id} question=${question} drafts=${drafts} onSend=${onSend} />`;
}
