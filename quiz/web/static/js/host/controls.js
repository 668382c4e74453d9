/** The host's bar: one main move, known to keys and clickers too, and the rest beside it. */

import { html, useEffect, useRef } from "../../vendor/preact.mjs";
import { Provisional } from "../board.js";
import { usePhase } from "../clock.js";
import { WAITS } from "../errors.js";
import { Icon } from "../glyphs.js";
import { provisional } from "../outage.js";
import { number, t, tn } from "../text.js";

/** What the main button does in each state of the game. */
function mainMove(session, { game, count, question }) {
  const last = question && question.index + 1 >= question.total;
  const onward = last ? t("Show the podium") : t("Next question");
  switch (game.state) {
    case "lobby":
      return { id: "start", text: t("Start"), go: session.start, disabled: count === 0 };
    case "question":
      return { id: "close", text: t("Close question"), go: session.closeQuestion };
    case "reveal":
      return { id: "next", text: t("Next"), go: session.next };
    case "leaderboard":
      return { id: "next", text: question ? onward : t("Next"), go: session.next };
    case "paused":
      return { id: "resume", text: t("Resume"), go: session.resume };
    default:
      return null;
  }
}

export function Controls({ session, state, place, onRoster }) {
  const { game, count, question } = state;
  const move = mainMove(session, state);
  const running = game.state !== "finished";
  useClicker(state.busy || move?.disabled ? null : move?.go);
  return html`
    <${Waits} session=${session} state=${state} />
    <footer class="controls">
      <div class="controls-side">
        ${game.state !== "lobby" && running && html`<span class="controls-pin">${t("PIN {pin}", { pin: html`<b>${place.pin}</b>` })}</span>`}
        ${question && !["lobby", "open", "finished"].includes(game.state) && html`
          <span class="controls-step">${question.index + 1} / ${question.total}</span>`}
        <button class="button is-quiet" data-testid="players" aria-label=${tn("{count} player, show the list", "{count} players, show the list", count)} onClick=${onRoster}>
          <${Icon} name="people" />${number(count)}
        </button>
        <${Provisional} show=${provisional(state)} />
      </div>
      <div class="controls-main">
        ${running && html`
          <button class=${`button is-quiet ${game.locked ? "is-on" : ""}`} data-testid="lock" aria-label=${game.locked ? t("Unlock") : t("Lock")}
            onClick=${() => session.lock(!game.locked)}>
            <${Icon} name=${game.locked ? "lock" : "unlock"} /><span class="wide-only">${game.locked ? t("Unlock") : t("Lock")}</span>
          </button>`}
        ${game.state === "question" && html`
          <button class="button is-quiet" data-testid="pause" aria-label=${t("Pause")} onClick=${session.pause}>
            <${Icon} name="pause" /><span class="wide-only">${t("Pause")}</span>
          </button>`}
        <button class="button is-quiet" onClick=${toggleFullscreen} aria-label=${t("Full screen")}><${Icon} name="expand" /></button>
        ${running
          ? html`<${EndButton} session=${session} />`
          : html`
            <a class="button is-quiet" data-testid="results" href=${`/host/results/${game.id}`}>${t("Results")}</a>
            <a class="button is-accent is-large" data-testid="back" href="/host">${t("Back to the quizzes")}</a>`}
        ${move && html`
          <button class="button is-accent is-large" data-testid=${move.id} disabled=${state.busy || move.disabled}
            onClick=${move.go}>${state.busy && state.waiting > 0 && html`<span class="spinner" aria-hidden="true"></span>`}${move.text}</button>`}
      </div>
    </footer>`;
}

/** Why nothing happens: a move that can't be made yet, or a question whose time is up in an outage. */
function Waits({ session, state }) {
  const asked = state.game.state === "question" && state.question;
  const over = usePhase(session.clock, asked || { closes_at: null }) === "over";
  const away = provisional(state);
  const words = state.waiting > 0 ? (away ? WAITS.game : WAITS.busy) : away && over ? WAITS.game : null;
  return html`
    <div role="status">${words && html`<p class="waits" data-testid="waiting"><span class="spinner" aria-hidden="true"></span>${words}</p>`}</div>`;
}

function EndButton({ session }) {
  const dialog = useRef(null);
  const end = () => {
    dialog.current.close();
    session.end();
  };
  return html`
    <button class="button is-quiet" data-testid="end" onClick=${() => dialog.current.showModal()}>${t("End")}</button>
    <dialog ref=${dialog} class="dialog">
      <h2>${t("End this game?")}</h2>
      <p class="soft">${t("Everybody sees the final result. This cannot be undone.")}</p>
      <div class="dialog-actions">
        <button class="button" onClick=${() => dialog.current.close()}>${t("Keep playing")}</button>
        <button class="button is-danger" data-testid="confirm-end" onClick=${end}>${t("End the game")}</button>
      </div>
    </dialog>`;
}

/** Presenters' clickers send PageDown. */
function useClicker(go) {
  useEffect(() => {
    if (!go) return undefined;
    const press = (event) => {
      if (event.key === "PageDown" && !event.repeat && !document.querySelector("dialog[open]")) go();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  });
}

function toggleFullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
}
