/** Entry of `/host/games/<pin>`: the screen a host projects. */

import { html, render, useState } from "../../vendor/preact.mjs";
import { WAITS } from "../errors.js";
import { ReconnectingBanner, Toast } from "../notices.js";
import { useStore } from "../store.js";
import { t } from "../text.js";
import { Lobby } from "./lobby.js";
import { Leaderboard, OpenGame, Paused, PodiumScreen } from "./standings.js";
import { QuestionStage } from "./question_stage.js";
import { RevealStage } from "./reveal_stage.js";
import { Controls } from "./controls.js";
import { OpenDialog } from "./dialogs.js";
import { shownState } from "./hidden_names.js";
import { Roster } from "./roster.js";
import { HostSession } from "./session.js";
import { Trouble } from "./trouble.js";

/** Where the scenes are. What is more than the screen holds, which changes with colours and typefaces, can be scrolled by keyboard. */
function Area({ children }) {
  return html`<div class="stage" tabindex="0">${children}</div>`;
}

function Stage({ session, place }) {
  const held = useStore(session);
  const [rosterOpen, setRosterOpen] = useState(false);
  const [dialog, setDialog] = useState("");
  if (held.error) return html`<${Trouble} error=${held.error} />`;
  if (!held.game) return html`<p class="loading" role="status">${held.link === "waiting" ? WAITS.resume : t("Connecting…")}</p>`;
  const state = shownState(held);
  return html`
    <${ReconnectingBanner} link=${state.link} />
    <p class="sr-only" role="status" data-testid="said">${wordsOf(state)}</p>
    <div class="stage-area">
      <${Area}><${Scene} session=${session} state=${state} place=${place} /><//>
      <${Roster} open=${rosterOpen} session=${session} state=${state} onClose=${() => setRosterOpen(false)} />
    </div>
    <${Controls} session=${session} state=${state} place=${place} onRoster=${() => setRosterOpen(!rosterOpen)} onDialog=${setDialog} />
    <${OpenDialog} name=${dialog} session=${session} place=${place} onClose=${() => setDialog("")} />
    <${Toast} toast=${state.toast} onDone=${() => session.set({ toast: null })} />`;
}

/** For who does not see it. */
function wordsOf({ game, question }) {
  const asked = question && t("Question {number} of {total}", { number: question.index + 1, total: question.total });
  const words = { lobby: t("Lobby"), question: asked, reveal: t("Answer"), leaderboard: t("Leaderboard"), paused: t("Paused"), finished: t("Podium") };
  return words[game.state] ?? "";
}

function Scene({ session, state, place }) {
  switch (state.game.state) {
    case "lobby":
      return html`<${Lobby} session=${session} state=${state} place=${place} />`;
    case "question":
      return state.question && html`<${QuestionStage} key=${state.question.id} session=${session} state=${state} />`;
    case "reveal":
      return state.question && html`<${RevealStage} state=${state} />`;
    case "leaderboard":
      return html`<${Leaderboard} session=${session} state=${state} />`;
    case "paused":
      return html`<${Paused} state=${state} />`;
    case "open":
      return html`<${OpenGame} session=${session} state=${state} place=${place} />`;
    default:
      return html`<${PodiumScreen} state=${state} />`;
  }
}

const root = document.querySelector("#app");
const { pin, joinUrl, joinHost, origin, watched = "null" } = root.dataset;
const session = new HostSession(pin, JSON.parse(watched));
session.open();
root.replaceChildren();
render(html`<${Stage} session=${session} place=${{ pin, joinUrl, joinHost, origin }} />`, root);
