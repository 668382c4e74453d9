/** Question after question at the player's own pace, with feedback at once and the live board. */

import { html } from "../../vendor/preact.mjs";
import { Board } from "../board.js";
import { usePhase } from "../clock.js";
import { Icon } from "../glyphs.js";
import { t } from "../text.js";
import { AnswerScreen } from "./answering.js";
import { Final, kindOf, RightAnswer, Verdict } from "./results.js";
import { Screen } from "./screen.js";
import { Joining, Place } from "./screens.js";

export function SelfPaced({ session, state }) {
  const { game, question, result } = state;
  if (game.state === "finished") return html`<${Final} state=${state} />`;
  if (state.finished) return html`<${Finished} state=${state} />`;
  if (!question) return html`<${Joining} />`;
  return html`
    <${Progress} answered=${state.you.answered.length} total=${game.question_count} />
    ${result
      ? html`<${Feedback} key=${`after-${question.id}`} session=${session} state=${state} />`
      : html`<${Asking} key=${question.id} session=${session} state=${state} />`}`;
}

function Progress({ answered, total }) {
  return html`
    <div class="progress" role="progressbar" aria-label=${t("Questions answered")} aria-valuenow=${answered} aria-valuemax=${total}>
      <span style=${{ width: `${(100 * answered) / Math.max(1, total)}%` }}></span>
    </div>`;
}

function Asking({ session, state }) {
  const { question, sent } = state;
  const late = usePhase(session.clock, question) === "over";
  if (late) return html`<${Late} session=${session} />`;
  if (sent?.question === question.id) {
    return html`<${Screen} name="sent" label=${t("Answer")}><p class="waiting"><span class="spinner"></span>${t("Checking…")}</p><//>`;
  }
  return html`<${AnswerScreen} session=${session} question=${question} />`;
}

function Feedback({ session, state }) {
  const { question, result, you, board, player } = state;
  return html`
    <${Screen} name="result" kind=${kindOf(result)} label=${t("Result")}>
      <${Verdict} result=${result} answered=${!result.late} />
      ${result.correct === false && result.right_answer !== undefined &&
      html`<${RightAnswer} question=${question} correct=${result.right_answer} />`}
      <${Place} you=${you} players=${board?.players} />
      ${board && html`<${Board} board=${board} me=${player.id} limit=${3} />`}
      <${NextButton} session=${session} />
    <//>`;
}

function Late({ session }) {
  return html`
    <${Screen} name="result" kind="is-wrong" label=${t("Result")}>
      <span class="medal is-wrong"><${Icon} name="clock" /></span>
      <h1>${t("Time's up")}</h1>
      <${NextButton} session=${session} />
    <//>`;
}

function NextButton({ session }) {
  return html`
    <button class="button is-primary is-wide is-large is-next" data-testid="next" onClick=${() => session.nextQuestion()}>
      ${t("Next")}<${Icon} name="send" />
    </button>`;
}

function Finished({ state }) {
  const { you, board, player } = state;
  return html`
    <${Screen} name="finished" label=${t("Finished")}>
      <span class="medal is-right"><${Icon} name="check" /></span>
      <h1>${t("All done!")}</h1>
      <${Place} you=${you} players=${board?.players} />
      ${board && html`<${Board} board=${board} me=${player.id} limit=${5} />`}
      <p class="soft">${t("The board goes on moving while others play.")}</p>
      <a class="button is-wide" href="/">${t("Play another game")}</a>
    <//>`;
}
