/** Entry of `/host/games/<pin>`: the screen a host projects. */

import { html, render, useState } from "../../vendor/preact.mjs";
import { sentence, WAITS } from "../errors.js";
import { ReconnectingBanner, Toast } from "../notices.js";
import { useStore } from "../store.js";
import { t } from "../text.js";
import { Lobby } from "./lobby.js";
import { Leaderboard, OpenGame, Paused, PodiumScreen } from "./standings.js";
import { QuestionStage } from "./question_stage.js";
import { RevealStage } from "./reveal_stage.js";
import { Controls } from "./controls.js";
import { Roster } from "./roster.js";
import { HostSession } from "./session.js";

function Stage({ session, place }) {
  const state = useStore(session);
  const [rosterOpen, setRosterOpen] = useState(false);
  if (state.error) return html`<${Trouble} error=${state.error} />`;
  if (!state.game) return html`<p class="loading" role="status">${state.link === "waiting" ? WAITS.resume : t("Connecting…")}</p>`;
  return html`
    <${ReconnectingBanner} link=${state.link} />
    <div class="stage-area">
      <div class="stage"><${Scene} session=${session} state=${state} place=${place} /></div>
      <${Roster} open=${rosterOpen} session=${session} state=${state} onClose=${() => setRosterOpen(false)} />
    </div>
    <${Controls} session=${session} state=${state} place=${place} onRoster=${() => setRosterOpen(!rosterOpen)} />
    <${Toast} toast=${state.toast} onDone=${() => session.set({ toast: null })} />`;
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
      return html`<${OpenGame} state=${state} place=${place} />`;
    default:
      return html`<${PodiumScreen} state=${state} />`;
  }
}

function Trouble({ error }) {
  const signedOut = error.code === "unauthorized";
  const next = encodeURIComponent(location.pathname);
  return html`
    <div class="centre" data-screen=${signedOut ? "sign-in" : "error"}>
      <h1>${signedOut ? t("Please sign in") : t("No game here")}</h1>
      <p class="soft">${signedOut ? t("Only hosts can see this screen.") : sentence(error)}</p>
      <a class="button is-primary is-large" href=${signedOut ? `/host?next=${next}` : "/host"}>
        ${signedOut ? t("Sign in") : t("Back to the quizzes")}
      </a>
    </div>`;
}

const root = document.querySelector("#app");
const { pin, joinUrl, joinHost } = root.dataset;
const session = new HostSession(pin);
session.open();
root.replaceChildren();
render(html`<${Stage} session=${session} place=${{ pin, joinUrl, joinHost }} />`, root);
