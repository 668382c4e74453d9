/** A question that is over, with what the player answered, what was right, and why. */

import { html } from "../../vendor/preact.mjs";
import { Badge, Icon, tint } from "../glyphs.js";
import { authored, inWords, isRight, QuestionText } from "../question.js";
import { number, t } from "../text.js";
import { kindOf } from "./results.js";
import { Screen } from "./screen.js";

export function Review({ session, state }) {
  const { review, list } = state;
  const { question, result } = review;
  const lines = list.filter(({ over }) => over || state.game.state === "finished");
  const place = lines.findIndex((line) => line.question === question.id);
  const beside = (by) => lines[place + by];
  return html`
    <${Screen} name="review" kind=${kindOf(result)} label=${t("Question {number} of {total}", { number: question.index + 1, total: question.total })}>
      <p class="eyebrow">${t("Question {number} of {total}", { number: question.index + 1, total: question.total })}</p>
      <${QuestionText} question=${question} />
      ${question.choices && question.type !== "order"
        ? html`<${Marked} question=${question} result=${result} />`
        : html`<${InWords} question=${question} result=${result} />`}
      ${result.explanation && html`<p class="explanation" ...${authored()}>${result.explanation}</p>`}
      ${result.correct !== null && html`<p class="tag" data-testid="review-points">${outcome(result)}</p>`}
      <nav class="review-ways" aria-label=${t("All questions")}>
        <button class="button is-bare" disabled=${!beside(-1)} aria-label=${t("Previous")} onClick=${() => session.look(beside(-1).question)}>
          <${Icon} name="back" />
        </button>
        <button class="button" data-testid="to-list" onClick=${() => session.openList()}><${Icon} name="list" />${t("All questions")}</button>
        <button class="button is-bare" data-testid="review-next" disabled=${!beside(1)} aria-label=${t("Next")}
          onClick=${() => session.look(beside(1).question)}><${Icon} name="send" /></button>
      </nav>
    <//>`;
}

function outcome({ answer, correct, points }) {
  if (answer === undefined) return t("No answer");
  return correct ? t("Correct! {points}", { points: number(points, { signDisplay: "always" }) }) : t("Not this time");
}

function Marked({ question, result }) {
  const mine = (id) => [result.answer].flat().includes(id);
  return html`
    <ul class="reviewed">
      ${question.choices.map((choice) => {
        const right = isRight(question, result.right_answer, choice.id);
        return html`
          <li key=${choice.id} class=${`reviewed-choice ${tint(choice.id)} ${right ? "is-right" : ""} ${mine(choice.id) ? "is-mine" : ""}`}>
            <${Badge} id=${choice.id} />
            ${choice.image && html`<img class="choice-image" src=${choice.image} alt="" />`}
            <span class="choice-text" ...${authored()}>${choice.text}</span>
            ${mine(choice.id) && html`<span class="tag">${t("Your answer")}</span>`}
            ${right && html`<span class="reviewed-mark"><${Icon} name="check" /><span class="sr-only">${t("Right answer")}</span></span>`}
            ${mine(choice.id) && !right && result.correct !== null && html`
              <span class="reviewed-mark is-wrong"><${Icon} name="cross" /><span class="sr-only">${t("wrong")}</span></span>`}
          </li>`;
      })}
    </ul>`;
}

function InWords({ question, result }) {
  return html`
    <div class="reviewed-words">
      ${result.answer !== undefined && html`
        <p class="right-answer is-mine"><span>${t("Your answer")}</span><b dir="auto">${inWords(question, result.answer)}</b></p>`}
      ${result.correct !== true && html`
        <p class="right-answer"><span>${t("Right answer")}</span><b ...${authored()} data-testid="right-answer">${inWords(question, result.right_answer)}</b></p>`}
    </div>`;
}
