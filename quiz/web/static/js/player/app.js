/** Which screen a player sees. */

import { html } from "../../vendor/preact.mjs";
import { points, Provisional } from "../board.js";
import { usePhase } from "../clock.js";
import { Brand } from "../glyphs.js";
import { ReconnectingBanner, Toast } from "../notices.js";
import { provisional } from "../outage.js";
import { useStore } from "../store.js";
import { outOf, t } from "../text.js";
import { JoinForm } from "./join_form.js";
import { AnswerScreen } from "./answering.js";
import { Gone, Joining, Kicked, Lobby, Next, Paused, Ready, Sent, Standing } from "./screens.js";
import { Final, Result } from "./results.js";
import { LastMoments } from "./deadline.js";
import { Menu } from "./menu.js";
import { QuestionList } from "./question_list.js";
import { Review } from "./review.js";
import { Said } from "./screen.js";
import { SelfPaced } from "./self_paced.js";
import { useSignal } from "./signals.js";
import { useWakeLock } from "./wake_lock.js";

export function App({ session, pin, fixed, names }) {
  const state = useStore(session);
  return html`
    <${ReconnectingBanner} link=${state.link} />
    ${state.phase === "seated" ? html`<${TopBar} state=${state} />` : html`<header class="topbar"><${Brand} /></header>`}
    ${state.phase === "seated" && session.selfPaced && html`<${LastMoments} session=${session} state=${state} />`}
    <${Phase} session=${session} state=${state} pin=${pin} fixed=${fixed} names=${names} />
    <${Said} />
    <${Toast} toast=${state.toast} onDone=${() => session.set({ toast: null })} />`;
}

function Phase({ session, state, pin, fixed, names }) {
  switch (state.phase) {
    case "form":
      return html`<${JoinForm} session=${session} state=${state} pin=${pin} fixed=${fixed} names=${names} />`;
    case "joining":
      return html`<${Joining} />`;
    case "kicked":
      return html`<${Kicked} />`;
    case "gone":
      return html`<${Gone} error=${state.error} />`;
    default:
      if (state.review) return html`<${Review} key=${state.review.question.id} session=${session} state=${state} />`;
      if (state.list) return html`<${QuestionList} session=${session} state=${state} />`;
      return session.selfPaced
        ? html`<${SelfPaced} session=${session} state=${state} />`
        : html`<${Live} session=${session} state=${state} />`;
  }
}

function Live({ session, state }) {
  switch (state.game.state) {
    case "lobby":
      return html`<${Lobby} state=${state} />`;
    case "question":
      if (!state.question) return html`<${Joining} />`;
      return state.question.id === state.past
        ? html`<${Next} />`
        : html`<${LiveQuestion} key=${state.question.id} session=${session} state=${state} />`;
    case "reveal":
      return html`<${Result} key=${state.result?.question} state=${state} />`;
    case "leaderboard":
      return html`<${Standing} state=${state} />`;
    case "paused":
      return html`<${Paused} />`;
    default:
      return html`<${Final} session=${session} state=${state} />`;
  }
}

function LiveQuestion({ session, state }) {
  const { question, sent } = state;
  const phase = usePhase(session.clock, question);
  useWakeLock(phase !== "over");
  useSignal(phase === "open" && sent?.question !== question.id ? "open" : null, phase);
  if (phase === "ready") return html`<${Ready} clock=${session.clock} question=${question} />`;
  if (sent?.question === question.id || phase === "over") {
    return html`<${Sent} state=${state} clock=${session.clock} over=${phase === "over"} />`;
  }
  return html`<${AnswerScreen} session=${session} question=${question} />`;
}

function TopBar({ state }) {
  const { player, you, game, question } = state;
  const at = question?.index ?? game.index; // between questions a reload brings the place alone
  const progress = at !== undefined && game.state !== "lobby" && game.state !== "finished";
  return html`
    <header class="topbar">
      <span class="topbar-name" dir="auto">${player.nickname}</span>
      ${progress && html`<span class="topbar-progress">${outOf(at + 1, game.question_count)}</span>`}
      <${Provisional} show=${provisional(state)} />
      <span class="topbar-score"><span class="sr-only">${t("Score")} </span><b data-testid="score">${points(you.score)}</b></span>
      <${Menu} />
    </header>`;
}
