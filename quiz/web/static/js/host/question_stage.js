/** The open question for the room: countdown, text, choices, how many have answered. */

import { html } from "../../vendor/preact.mjs";
import { TimeBar, TimeDisc, usePhase, useSecondsLeft } from "../clock.js";
import { Badge, Icon, tint } from "../glyphs.js";
import { authored, QuestionText, sizeOf, TYPE_NAMES } from "../question.js";
import { number, t } from "../text.js";

export function QuestionStage({ session, state }) {
  const { question } = state;
  const phase = usePhase(session.clock, question);
  if (phase === "ready") return html`<${Ready} clock=${session.clock} question=${question} />`;
  return html`
    <section class="scene scene-question" data-screen="question" aria-label=${t("Question")}>
      <${TimeBar} clock=${session.clock} question=${question} />
      <header class="stage-head">
        ${question.closes_at && html`<${TimeDisc} clock=${session.clock} until=${question.closes_at} />`}
        <p class="eyebrow">${phase === "over" ? t("Waiting for the last answers…") : TYPE_NAMES[question.type]}</p>
        <${Answered} state=${state} />
      </header>
      <${QuestionText} question=${question} />
      <${Offers} question=${question} />
    </section>`;
}

function Ready({ clock, question }) {
  const seconds = useSecondsLeft(clock, question.opened_at);
  return html`
    <section class="scene scene-ready" data-screen="ready" aria-label=${t("Get ready")}>
      <p class="eyebrow">${t("Question {number} of {total}", { number: question.index + 1, total: question.total })} · ${TYPE_NAMES[question.type]}</p>
      <h1 class=${sizeOf(question.text)} ...${authored()}>${question.text}</h1>
      <div class="count" key=${seconds}>${seconds || t("Go!")}</div>
    </section>`;
}

export function Answered({ state: { progress, count } }) {
  const { answered, players } = progress ?? { answered: 0, players: count };
  const share = players ? Math.min(1, answered / players) : 0;
  return html`
    <p class="answered">
      <span class="answered-track" aria-hidden="true"><span style=${{ transform: `scaleX(${share})` }}></span></span>
      <span>${t("{answered} of {players} answered", { answered: html`<b data-testid="answered">${number(answered)}</b>`, players })}</span>
    </p>`;
}

/** What there is to choose from; types without choices say how to answer instead. */
function Offers({ question }) {
  if (question.type === "true_false") {
    return html`
      <ul class="tiles is-pair">
        <li class="tile is-true"><${Icon} name="check" /><span>${t("True")}</span></li>
        <li class="tile is-false"><${Icon} name="cross" /><span>${t("False")}</span></li>
      </ul>`;
  }
  if (question.choices) {
    const crowded = question.choices.length > 4 || question.choices.some(({ text }) => text.length > 40);
    return html`
      <ul class=${`tiles ${crowded ? "is-many" : ""}`}>
        ${question.choices.map(
          (choice) => html`
            <li key=${choice.id} class=${`tile ${question.type === "order" ? "is-plain" : tint(choice.id)}`}>
              ${question.type !== "order" && html`<${Badge} id=${choice.id} />`}
              ${choice.image && html`<img class="choice-image" src=${choice.image} alt="" />`}
              <span ...${authored()}>${choice.text}</span>
            </li>`,
        )}
      </ul>`;
  }
  return html`<p class="offer-typed">${question.type === "number" ? t("Enter your number on your device") : t("Type your answer on your device")}</p>`;
}
