/** The question with its control. */

import { html } from "../../vendor/preact.mjs";
import { TimeBar, TimeDisc } from "../clock.js";
import { QuestionText, TYPE_NAMES } from "../question.js";
import { CONTROLS } from "./controls.js";
import { Screen } from "./screen.js";

export function AnswerScreen({ session, question }) {
  const Control = CONTROLS[question.type];
  return html`
    <${Screen} name="question" kind=${`is-${question.type}`} label="Question">
      <${TimeBar} clock=${session.clock} question=${question} />
      <${QuestionText} question=${question}>
        <p class="question-hint">
          ${question.closes_at && html`<${TimeDisc} clock=${session.clock} until=${question.closes_at} />`}
          ${TYPE_NAMES[question.type]}
        </p>
      <//>
      <${Control} key=${question.id} question=${question} onSend=${(answer) => session.submit(answer)} />
    <//>`;
}
