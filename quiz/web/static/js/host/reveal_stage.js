/** What was right, and how the room answered. */

import { html } from "../../vendor/preact.mjs";
import { Badge, Icon, tint } from "../glyphs.js";
import { authored, choiceText, inWords, isRight, QuestionText, tally } from "../question.js";
import { t } from "../text.js";

const MOST_ROWS = 6;

export function RevealStage({ state: { question, reveal } }) {
  const shown = reveal?.question === question.id ? reveal : null;
  return html`
    <section class="scene scene-reveal" data-screen="reveal" aria-label=${t("Answer")}>
      <${QuestionText} question=${question} />
      ${shown && html`<${Outcome} question=${question} reveal=${shown} />`}
    </section>`;
}

export function Outcome({ question, reveal: { correct, distribution, explanation, skipped } }) {
  const Answers = { text: TypedAnswers, number: TypedAnswers, order: RightOrder }[question.type] ?? ChoiceBars;
  return html`
    ${skipped && html`<p class="skipped" data-testid="skipped"><${Icon} name="skip" />${t("Skipped: this question gives nobody points")}</p>`}
    <${Answers} question=${question} correct=${correct} distribution=${distribution} />
    ${explanation && html`<p class="explanation" ...${authored()}>${explanation}</p>`}`;
}

const share = (count, most) => ({ width: `${most ? (100 * count) / most : 0}%` });
/** Numbers of one width, so that all tracks have one length, and their bars can be compared. */
const digits = (most) => ({ "--digits": String(most).length });

function ChoiceBars({ question, correct, distribution }) {
  const rows = tally(question, distribution);
  const most = Math.max(...rows.map(([, count]) => count));
  const crowded = rows.length > 4 || question.choices?.some(({ text }) => text.length > 40);
  return html`
    <ul class=${`bars ${crowded ? "is-many" : ""}`} style=${digits(most)} data-testid="distribution">
      ${rows.map(([answer, count]) => {
        const right = isRight(question, correct, answer);
        const colour = typeof answer === "boolean" ? `is-${answer}` : tint(answer);
        const fate = question.type === "poll" ? "" : right ? "is-right" : "is-wrong";
        return html`
          <li key=${answer} class=${`bar ${colour} ${fate}`} data-testid=${`bar-${answer}`}>
            ${typeof answer === "boolean"
              ? html`<span class="badge"><${Icon} name=${answer ? "check" : "cross"} /></span>`
              : html`<${Badge} id=${answer} />`}
            <span class="bar-body">
              <span class="bar-text" ...${authored()}>${inWords(question, answer)}</span>
              ${right && html`<span class="bar-right"><${Icon} name="check" /><span class="sr-only">${t("right")}</span></span>`}
              <span class="bar-track"><span class="bar-fill" style=${share(count, most)}></span></span>
            </span>
            <b class="bar-count">${count}</b>
          </li>`;
      })}
    </ul>`;
}

const fold = (answer) => String(answer).normalize("NFKC").trim().toLowerCase();

/** What was typed, the most frequent first. */
function TypedAnswers({ question, correct, distribution }) {
  const rows = distribution.slice(0, MOST_ROWS);
  const most = Math.max(0, ...rows.map(({ count }) => count));
  const right = new Set([correct].flat().map(fold));
  return html`
    <p class="stage-right"><${Icon} name="check" /><b ...${authored()} data-testid="right-answer">${inWords(question, correct)}</b></p>
    <ul class="bars is-rows" style=${digits(most)} data-testid="distribution">
      ${rows.map(
        ({ answer, count }) => html`
          <li key=${String(answer)} class=${`bar ${right.has(fold(answer)) ? "is-right" : ""}`}>
            <span class="bar-body">
              <span class="bar-text" ...${authored()}>${inWords(question, answer)}</span>
              <span class="bar-track"><span class="bar-fill" style=${share(count, most)}></span></span>
            </span>
            <b class="bar-count">${count}</b>
          </li>`,
      )}
    </ul>`;
}

/** The right order, and how many had it: the many wrong ones would tell nobody anything. */
function RightOrder({ question, correct, distribution }) {
  const all = distribution.reduce((sum, { count }) => sum + count, 0);
  const right = distribution.find(({ answer }) => String(answer) === String(correct))?.count ?? 0;
  return html`
    <ol class="right-order" data-testid="right-answer">
      ${correct.map((id, place) => html`<li key=${id}><b>${place + 1}</b><span ...${authored()}>${choiceText(question, id)}</span></li>`)}
    </ol>
    <p class="right-share" data-testid="distribution">${t("{right} of {all} had it exactly right", { right, all })}</p>`;
}
