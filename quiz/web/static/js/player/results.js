/** How an answer fared, and how the game ended. */

import { html } from "../../vendor/preact.mjs";
import { Board, ordinal, Podium, points } from "../board.js";
import { Icon } from "../glyphs.js";
import { authored, inWords } from "../question.js";
import { number, t, tn } from "../text.js";
import { timeIsUp } from "./deadline.js";
import { TeamEnd, TeamStanding } from "./own_team.js";
import { Place } from "./screens.js";
import { Live, Screen } from "./screen.js";
import { ShareButton } from "./share.js";
import { useSignal } from "./signals.js";

export function Result({ state }) {
  const { result, question, right, sent } = state;
  // `result` follows the reveal by a moment.
  if (!result) return html`<${Screen} name="sent" label=${t("Answer")}><p class="waiting"><span class="spinner"></span></p><//>`;
  if (sent?.status === "unasked" && sent.question === result.question) return html`<${Unasked} state=${state} />`;
  const answered = result.elapsed_ms !== null;
  const late = !answered && sent?.question === result.question;
  const shown = right?.question === question?.id ? right : null;
  return html`
    <${Screen} name="result" kind=${kindOf(result)} label=${t("Result")}>
      <${Verdict} result=${result} answered=${answered} late=${late} />
      ${result.correct === false && question && shown && html`<${RightAnswer} question=${question} correct=${shown.correct} />`}
      ${shown?.explanation && html`<p class="explanation" ...${authored()}>${shown.explanation}</p>`}
      <${Place} state=${state} />
    <//>`;
}

/** Who came when all was told has missed nothing of their own. */
function Unasked({ state: { game, player } }) {
  return html`
    <${Screen} name="result" kind="is-neutral" label=${t("Result")}>
      <${Live}>
        <h1 class="hero" data-testid="verdict">${t("You're in!")}</h1>
        <p class="name-tag" dir="auto">${player.nickname}</p>
        <p class="soft">${game.index + 1 < game.question_count
          ? t("This question was over when you came. The next one is yours.")
          : t("The last question was over when you came. The podium is next.")}</p>
      <//>
    <//>`;
}

export const kindOf = ({ correct, skipped }) => (skipped || correct === null ? "is-neutral" : correct ? "is-right" : "is-wrong");

/** `correct` is null for polls, which have no right answer; `late`: an answer was given that did not arrive in time. */
export function Verdict({ result, answered, late = false }) {
  const { correct, points: won, streak, skipped } = result;
  const missed = answered ? t("Not this time") : late ? t("Your answer came too late") : t("No answer");
  useSignal(skipped || correct === null ? null : correct ? "right" : "wrong", result);
  if (skipped) return html`<${Skipped} />`;
  const told = correct === null ? t("Thanks for your vote") : t("Correct!");
  const title = (correct === null ? answered : correct) ? told : missed;
  return html`
    <span class=${`medal ${kindOf(result)}`}><${Icon} name=${told === title ? "check" : "cross"} /></span>
    <${Live}>
      <h1 data-testid="verdict">${title}</h1>
      ${correct !== null && html`<p class="won" data-testid="points">${number(won, { signDisplay: "always" })}</p>`}
      ${correct && streak > 1 && html`<p class="tag is-streak" data-testid="streak"><${Icon} name="flame" />${tn("{count} in a row", "{count} in a row", streak)}</p>`}
    <//>`;
}

const Skipped = () => html`
  <span class="medal is-neutral"><${Icon} name="skip" /></span>
  <${Live}>
    <h1 data-testid="verdict">${t("Skipped")}</h1>
    <p>${t("This question gives nobody points")}</p>
  <//>`;

export function RightAnswer({ question, correct }) {
  return html`
    <p class="right-answer"><span>${t("Right answer")}</span><b ...${authored()} data-testid="right-answer">${inWords(question, correct)}</b></p>`;
}

export function Final({ session, state }) {
  const { you, player, board, game } = state;
  useSignal("end", game.id);
  const onPodium = you.rank !== null && you.rank <= 3;
  return html`
    <${Screen} name="podium" label=${t("Final result")}>
      <div class=${`final ${onPodium ? `is-rank-${you.rank}` : ""}`}>
        <p class="eyebrow" ...${authored()}>${game.title}</p>
        <${Icon} name="trophy" />
        <${Live}>
          ${timeIsUp(game) && html`<${TimeIsUp} lost=${session.begun.length > 0 || state.sent?.status === "late"} />`}
          <h1>${you.rank ? t("{rank} place", { rank: html`<span data-testid="rank">${ordinal(you.rank)}</span>` }) : t("Well played!")}</h1>
          <p class="final-name" dir="auto">${player.nickname}</p>
          <p class="final-score">${tn("{number} point", "{number} points", you.score ?? 0, { number: html`<b>${points(you.score)}</b>` })}</p>
        <//>
        <${TeamStanding} state=${state} />
      </div>
      <${TeamEnd} state=${state} />
      ${board?.top.length > 1 && html`<${Podium} board=${board} me=${player.id} />`}
      ${board?.top.length > 3 && html`<${Board} board=${board} me=${player.id} limit=${5} />`}
      <${Farewell} session=${session} state=${state} />
    <//>`;
}

/** `lost`: something that was entered did not arrive in time. */
const TimeIsUp = ({ lost }) => html`
  <p class="tag" data-testid="time-is-up"><${Icon} name="clock" />${t("Time's up")}</p>
  ${lost && html`<p class="soft" data-testid="lost">${t("What you entered last came too late to count.")}</p>`}`;

/** What a player may do when it is over. */
export function Farewell({ session, state }) {
  return html`
    <div class="farewell">
      <${ShareButton} state=${state} />
      <button class="button is-wide" data-testid="look-again" onClick=${() => session.openList()}>
        <${Icon} name="list" />${t("Go over the questions")}
      </button>
      <a class="button is-wide" href="/">${t("Play another game")}</a>
    </div>`;
}
