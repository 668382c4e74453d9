/** Question after question at the player's own pace, with feedback at once and the live board. */

import { html } from "../../vendor/preact.mjs";
import { Board } from "../board.js";
import { usePhase } from "../clock.js";
import { Deadline } from "../deadline.js";
import { Icon } from "../glyphs.js";
import { authored, inWords } from "../question.js";
import { t, tn } from "../text.js";
import { AnswerScreen } from "./answering.js";
import { TeamList } from "./own_team.js";
import { Farewell, Final, kindOf, RightAnswer, Verdict } from "./results.js";
import { Live, Screen } from "./screen.js";
import { Joining, Place } from "./screens.js";

export function SelfPaced({ session, state }) {
  const { game, question, result } = state;
  if (game.state === "finished") return html`<${Final} session=${session} state=${state} />`;
  if (state.finished) return html`<${Finished} session=${session} state=${state} />`;
  if (!question) return html`<${Joining} />`;
  return html`
    <${Progress} session=${session} state=${state} />
    ${result
      ? html`<${Feedback} key=${`after-${question.id}`} session=${session} state=${state} />`
      : html`<${Asking} key=${question.id} session=${session} state=${state} />`}`;
}

/** How far the player is, until when they may play, and the way to the other questions. */
function Progress({ session, state }) {
  const { game, you } = state;
  const [answered, total] = [you.answered.length, game.question_count];
  return html`
    <div class="progress-row">
      <button class="button is-bare progress-list" data-testid="list" aria-label=${t("All questions")} onClick=${() => session.openList()}>
        <${Icon} name="list" />
      </button>
      <div class="progress" role="progressbar" aria-label=${t("Questions answered")} aria-valuenow=${answered} aria-valuemax=${total}
        aria-valuetext=${t("{answered} of {total}", { answered, total })}>
        <span style=${{ width: `${(100 * answered) / Math.max(1, total)}%` }}></span>
      </div>
      <${Deadline} clock=${session.clock} closesAt=${game.closes_at} />
    </div>`;
}

function Asking({ session, state }) {
  const { question, sent } = state;
  const late = usePhase(session.clock, question) === "over";
  if (late) return html`<${Late} session=${session} />`;
  if (sent?.question === question.id) {
    return html`<${OnItsWay} state=${state} />`;
  }
  // Where time limits count, a question's time runs on whether or not it is looked at.
  const skippable = !question.closes_at && state.you.answered.length + 1 < state.game.question_count;
  return html`
    <${AnswerScreen} session=${session} question=${question}>
      ${skippable && html`
        <button class="button is-bare skip" data-testid="skip" onClick=${() => session.skip()}>${t("Skip for now")}</button>`}
    <//>`;
}

/** With a network a moment, without one as long as that takes: then it is said what becomes of the answer. */
function OnItsWay({ state: { question, sent, link } }) {
  const words = link === "online" ? t("Checking…") : t("Will be sent when you are back");
  const given = link === "online" ? "" : inWords(question, sent.answer);
  return html`
    <${Screen} name="sent" label=${t("Answer")}>
      ${given
        ? html`<span class="medal is-busy"><${Icon} name="send" /></span><h1 data-testid="sent-status">${words}</h1><p class="given" dir="auto">${given}</p>`
        : html`<p class="waiting"><span class="spinner"></span>${words}</p>`}
    <//>`;
}

function Feedback({ session, state }) {
  const { question, result, board, player } = state;
  return html`
    <${Screen} name="result" kind=${kindOf(result)} label=${t("Result")}>
      <${Verdict} result=${result} answered=${!result.late} />
      ${result.correct === false && result.right_answer !== undefined &&
      html`<${RightAnswer} question=${question} correct=${result.right_answer} />`}
      ${result.explanation && html`<p class="explanation" ...${authored()}>${result.explanation}</p>`}
      <${Place} state=${state} />
      ${board?.top.length > 0 && html`<${Board} board=${board} me=${player.id} limit=${3} />`}
      <${NextButton} session=${session} />
    <//>`;
}

function Late({ session }) {
  return html`
    <${Screen} name="result" kind="is-wrong" label=${t("Result")}>
      <span class="medal is-wrong"><${Icon} name="clock" /></span>
      <${Live}><h1>${t("Time's up")}</h1><//>
      <${NextButton} session=${session} />
    <//>`;
}

function NextButton({ session }) {
  return html`
    <button class="button is-primary is-wide is-large is-next" data-testid="next" onClick=${() => session.nextQuestion()}>
      ${t("Next")}<${Icon} name="send" />
    </button>`;
}

function Finished({ session, state }) {
  const { board, player, game, you } = state;
  return html`
    <${Screen} name="finished" label=${t("Finished")}>
      <span class="medal is-right"><${Icon} name="check" /></span>
      <${Live}>
        <h1>${t("All done!")}</h1>
        <p class="soft">${tn("You have answered {count} question", "You have answered {count} questions", you.answered.length)}</p>
      <//>
      <${Place} state=${state} />
      ${board?.top.length > 0 && html`
        <${Board} board=${board} me=${player.id} limit=${5} />
        <p class="soft">${t("The board goes on moving while others play.")}</p>`}
      <${TeamList} state=${state} />
      <${Deadline} clock=${session.clock} closesAt=${game.closes_at} />
      <${Farewell} session=${session} state=${state} />
    <//>`;
}
