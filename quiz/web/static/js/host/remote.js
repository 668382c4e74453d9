/** Entry of `/host/games/<pin>/remote`: the same game on the host's phone, with large buttons. The room does not see it. */

import { html, render, useEffect, useState } from "../../vendor/preact.mjs";
import { Board, Provisional } from "../board.js";
import { TimeBar, TimeDisc, usePhase } from "../clock.js";
import { WAITS } from "../errors.js";
import { Icon } from "../glyphs.js";
import { ReconnectingBanner, Toast } from "../notices.js";
import { provisional } from "../outage.js";
import { inWords, TYPE_NAMES } from "../question.js";
import { useStore } from "../store.js";
import { number, outOf, t, tn } from "../text.js";
import { MainButton, mainMove, sideMoves, Waits } from "./controls.js";
import { OpenDialog } from "./dialogs.js";
import { Answered } from "./question_stage.js";
import { Roster } from "./roster.js";
import { HostSession } from "./session.js";
import { Trouble } from "./trouble.js";

const BOARD_ROWS = 5;

function Remote({ session, place }) {
  const state = useStore(session);
  const [rosterOpen, setRosterOpen] = useState(false);
  const [dialog, setDialog] = useState("");
  useAwake();
  if (state.error) return html`<${Trouble} error=${state.error} />`;
  if (!state.game) return html`<p class="loading" role="status">${state.link === "waiting" ? WAITS.resume : t("Connecting…")}</p>`;
  const { game, question } = state;
  const stepping = question && !["lobby", "open", "finished"].includes(game.state);
  return html`
    <${ReconnectingBanner} link=${state.link} />
    <header class="remote-head" inert=${rosterOpen}>
      <span class="controls-pin">${t("PIN {pin}", { pin: html`<b>${place.pin}</b>` })}</span>
      ${stepping && html`<span class="controls-step">${outOf(question.index + 1, question.total)}</span>`}
      <${Provisional} show=${provisional(state)} />
      <a class="button is-quiet" href=${`/host/games/${place.pin}`} aria-label=${t("The big screen")} title=${t("The big screen")}><${Icon} name="expand" /></a>
      ${game.state !== "finished" && html`
        <button class="button is-quiet" data-testid="end" onClick=${() => setDialog("end")}>${t("End")}</button>`}
    </header>
    <section class="remote-now" tabindex="0" inert=${rosterOpen} data-screen="remote" aria-label=${t("Remote control")}><${Now} session=${session} state=${state} /></section>
    <${Waits} session=${session} state=${state} />
    <${Buttons} session=${session} state=${state} covered=${rosterOpen} onRoster=${() => setRosterOpen(true)} onDialog=${setDialog} />
    <${Roster} open=${rosterOpen} session=${session} state=${state} openly onClose=${() => setRosterOpen(false)} />
    <${OpenDialog} name=${dialog} session=${session} place=${place} onClose=${() => setDialog("")} />
    <${Toast} toast=${state.toast} onDone=${() => session.set({ toast: null })} />`;
}

/** Where the game stands, in few words. */
function Now({ session, state }) {
  const { game, question, reveal, board, count } = state;
  switch (game.state) {
    case "lobby":
    case "open":
      return html`
        <h1 dir="auto">${game.title}</h1>
        <p class="remote-count">${tn("{number} player is here", "{number} players are here", count, {
          number: html`<b data-testid="player-count">${number(count)}</b>`,
        })}</p>
        ${board && game.state === "open" && html`<${Board} board=${board} limit=${BOARD_ROWS} />`}`;
    case "question":
      return question && html`<${Asked} key=${question.id} session=${session} state=${state} />`;
    case "reveal":
      return question && html`
        <p class="eyebrow">${reveal?.skipped ? t("Skipped: this question gives nobody points") : t("The right answer")}</p>
        <h1 dir="auto">${reveal && (inWords(question, reveal.correct) || t("There is none"))}</h1>
        <p class="soft" dir="auto">${question.text}</p>
        ${reveal?.explanation && html`<p class="remote-note" dir="auto">${reveal.explanation}</p>`}`;
    case "paused":
      return html`<h1>${t("Paused")}</h1>${question && html`<p class="soft" dir="auto">${question.text}</p>`}`;
    default:
      return html`
        <h1>${game.state === "finished" ? t("The game is over") : t("Leaderboard")}</h1>
        ${board?.top.length > 0 && html`<${Board} board=${board} limit=${BOARD_ROWS} />`}`;
  }
}

function Asked({ session, state }) {
  const { question } = state;
  const phase = usePhase(session.clock, question);
  return html`
    ${phase !== "ready" && html`<${TimeBar} clock=${session.clock} question=${question} />`}
    <div class="stage-head">
      ${phase === "ready"
        ? html`<p class="eyebrow">${t("Get ready")}</p>`
        : question.closes_at && html`<${TimeDisc} clock=${session.clock} until=${question.closes_at} />`}
      <${Answered} state=${state} />
    </div>
    <h1 dir="auto">${question.text}</h1>
    <p class="soft">${phase === "over" ? t("Waiting for the last answers…") : TYPE_NAMES[question.type]}</p>`;
}

/** `covered` by the list of players, as all of the page is. */
function Buttons({ session, state, covered, onRoster, onDialog }) {
  const { game, count } = state;
  const main = mainMove(session, state);
  const side = sideMoves(session, state);
  const running = game.state !== "finished";
  return html`
    <footer class="remote-buttons" inert=${covered}>
      ${main && html`
        <${MainButton} main=${main} state=${state} kind="remote-main">
          ${state.busy && html`<span class="spinner" aria-hidden="true"></span>`}
        <//>`}
      ${!running && html`
        <a class="button is-accent remote-main" data-testid="results" href=${`/host/results/${game.id}`}>${t("Results")}</a>`}
      <div class="remote-grid">
        <${Big} id="pause" icon="pause" words=${t("Pause")} go=${game.state === "paused" ? null : side.pause} />
        <${Big} id="add-time" icon="clock" words=${t("+10 s")} go=${side.time} />
        <${Big} id="skip" icon="skip" words=${t("Skip")} go=${side.skip && (() => onDialog("skip"))} />
        <${Big} id="players" icon="people" words=${tn("{count} player", "{count} players", count)} go=${onRoster} />
        <${Big} id="hide-names" icon=${game.names_hidden ? "hidden" : "shown"} on=${game.names_hidden}
          words=${game.names_hidden ? t("Show names") : t("Hide names")} go=${side.names} />
        <${Big} id="lock" icon=${game.locked ? "lock" : "unlock"} on=${game.locked} words=${game.locked ? t("Unlock") : t("Lock")} go=${side.lock} />
      </div>
    </footer>`;
}

/** Stays in its place when there is nothing to press, so that no thumb hits another. */
function Big({ id, icon, words, go, on = false }) {
  return html`
    <button class=${`button is-quiet remote-button ${on ? "is-on" : ""}`} data-testid=${id} disabled=${!go} onClick=${go}>
      <${Icon} name=${icon} /><span>${words}</span>
    </button>`;
}

/** A phone in the hand of a host must not fall asleep, where the browser can be told so. */
function useAwake() {
  useEffect(() => {
    let lock = null;
    const hold = async () => {
      if (document.visibilityState === "visible") lock = await navigator.wakeLock?.request("screen").catch(() => null);
    };
    hold();
    document.addEventListener("visibilitychange", hold);
    return () => {
      document.removeEventListener("visibilitychange", hold);
      lock?.release();
    };
  }, []);
}

const root = document.querySelector("#app");
const { pin, watched = "null" } = root.dataset;
const session = new HostSession(pin, JSON.parse(watched));
session.open();
root.replaceChildren();
render(html`<${Remote} session=${session} place=${{ pin, origin: location.origin }} />`, root);
