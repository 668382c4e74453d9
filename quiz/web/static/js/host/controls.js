/** The host's bar: one main move, known to keys and clickers too, and the rest beside it. */

import { html, useLayoutEffect, useRef, useState } from "../../vendor/preact.mjs";
import { Provisional } from "../board.js";
import { usePhase } from "../clock.js";
import { WAITS } from "../errors.js";
import { Icon } from "../glyphs.js";
import { useOneRow } from "../one_row.js";
import { provisional } from "../outage.js";
import { number, outOf, t, tn } from "../text.js";
import { useKeys } from "./keys.js";

/** What the main button does in each state of the game. */
export function mainMove(session, { game, count, question }) {
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

/** The moves beside the main one that there are now, by the ids of keys. */
export function sideMoves(session, { game, question, reveal }) {
  const running = game.state !== "finished";
  const paused = game.state === "paused";
  const asking = question && (game.state === "question" || (paused && reveal?.question !== question.id));
  const pausable = ["question", "reveal", "leaderboard"].includes(game.state);
  return {
    pause: paused ? session.resume : pausable ? session.pause : null,
    time: asking ? session.addTime : null,
    skip: asking ? session.skip : null,
    names: running ? () => session.hideNames(!game.names_hidden) : null,
    lock: running ? () => session.lock(!game.locked) : null,
  };
}

const pressable = ({ busy, resting }) => !busy && !resting;

/** Of a main move. While one is under way, or has just been made, it keeps the focus; a key that is held down makes one. */
export function MainButton({ main, state, kind, children }) {
  const idle = !pressable(state);
  return html`
    <button class=${`button is-accent ${kind}`} data-testid=${main.id} disabled=${main.disabled} aria-disabled=${idle ? "true" : undefined}
      onClick=${idle ? undefined : main.go} onKeyDown=${(event) => event.repeat && event.key !== "Tab" && event.preventDefault()}>
      ${children}${main.text}
    </button>`;
}

export function Controls({ session, state, place, onRoster, onDialog }) {
  const { game, count, question } = state;
  const main = mainMove(session, state);
  const side = sideMoves(session, state);
  const running = game.state !== "finished";
  const words = tn("{count} player is here now, show the list", "{count} players are here now, show the list", count);
  // What is seen is part of what is read out, also where "one player" has no number in it.
  const here = words.includes(number(count)) ? words : `${number(count)}: ${words}`;
  const dialog = (name) => () => onDialog(name);
  const moves = {
    ...side,
    onward: pressable(state) && !main?.disabled ? main?.go : null,
    skip: side.skip && dialog("skip"),
    players: onRoster,
    remote: dialog("remote"),
    screen: toggleFullscreen,
    keys: dialog("keys"),
  };
  useKeys(moves);
  const bar = useOneRow(game.state, question?.id, number(count).length, provisional(state), state.busy && state.waiting > 0);
  useHeightTold(bar);
  return html`
    <${Waits} session=${session} state=${state} />
    <footer class="controls" ref=${bar}>
      <div class="controls-side">
        ${!["lobby", "open", "finished"].includes(game.state) && html`<span class="controls-pin">${t("PIN {pin}", { pin: html`<b>${place.pin}</b>` })}</span>`}
        ${question && !["lobby", "open", "finished"].includes(game.state) && html`
          <span class="controls-step">${outOf(question.index + 1, question.total)}</span>`}
        <button class="button is-quiet" data-testid="players" title=${here} aria-label=${here} onClick=${onRoster}>
          <${Icon} name="people" />${number(count)}
        </button>
        <${Provisional} show=${provisional(state)} />
      </div>
      <div class="controls-main">
        ${game.state === "question" && html`<${Quiet} id="pause" icon="pause" words=${t("Pause")} go=${moves.pause} labelled />`}
        ${moves.time && html`<${Quiet} id="add-time" icon="clock" words=${t("+10 s")} title=${t("+10 s: more time for everybody")} go=${moves.time} labelled />`}
        ${moves.skip && html`<${Quiet} id="skip" icon="skip" words=${t("Skip")} go=${moves.skip} labelled />`}
        <${Seldom}>
          ${running && html`
            <${Quiet} id="lock" icon=${game.locked ? "lock" : "unlock"} on=${game.locked} words=${game.locked ? t("Unlock") : t("Lock")} go=${moves.lock} />
            <${Quiet} id="hide-names" icon=${game.names_hidden ? "hidden" : "shown"} on=${game.names_hidden}
              words=${game.names_hidden ? t("Show names") : t("Hide names")} go=${moves.names} />`}
          <${Quiet} id="remote" icon="remote" words=${t("Remote control")} title=${t("Your phone as remote control")} go=${moves.remote} />
          <${Quiet} id="help" icon="keyboard" words=${t("Keys and clicker")} go=${moves.keys} />
          <${Quiet} id="fullscreen" icon="expand" words=${t("Full screen")} go=${moves.screen} />
          ${running && html`
            <button class="button is-quiet" data-testid="end" onClick=${dialog("end")}>
              <span class="listed-only"><${Icon} name="cross" /></span>${t("End")}
            </button>`}
        <//>
        ${!running && html`
          <a class="button is-quiet" data-testid="results" href=${`/host/results/${game.id}`}>${t("Results")}</a>
          <a class="button is-accent is-large" data-testid="back" href="/host">${t("Back to the quizzes")}</a>`}
        ${main && html`
          <${MainButton} main=${main} state=${state} kind="is-large">
            ${state.busy && state.waiting > 0 && html`<span class="spinner" aria-hidden="true"></span>`}
          <//>`}
      </div>
    </footer>`;
}

/** Style sheets know how high the bar is, so that nothing beside it has to be under it. */
function useHeightTold(bar) {
  useLayoutEffect(() => {
    const tell = () => bar.current.parentElement.style.setProperty("--bar", `${bar.current.offsetHeight}px`);
    const observer = new ResizeObserver(tell);
    observer.observe(bar.current, { box: "border-box" });
    return () => observer.disconnect();
  }, []);
}

/** A button of the second rank: a sign, with its words where there is room for them, first of those that are `labelled`. */
function Quiet({ id, icon, words, title = words, go, on = false, labelled = false }) {
  const name = title.includes(words) ? title : words; // what is seen is part of what is read out, in every language
  return html`
    <button class=${`button is-quiet ${on ? "is-on" : ""}`} data-testid=${id} title=${title} aria-label=${name} onClick=${go}>
      <${Icon} name=${icon} /><span class=${labelled ? "wide-only" : "listed-only"}>${words}</span>
    </button>`;
}

/** What is seldom wanted: signs in the bar, or a list behind one where the bar would have a second row. */
function Seldom({ children }) {
  const [open, setOpen] = useState(false);
  const all = useRef(null);
  const toggle = useRef(null);
  const close = () => {
    setOpen(false);
    if (toggle.current.checkVisibility()) toggle.current.focus(); // first: what a dialog gives the focus back to
  };

  useLayoutEffect(() => {
    if (!open) return undefined;
    const leave = (event) => !all.current.contains(event.target) && setOpen(false);
    const press = (event) => event.key === "Escape" && close();
    document.addEventListener("pointerdown", leave);
    document.addEventListener("keydown", press);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("keydown", press);
    };
  }, [open]);

  return html`
    <div class=${`seldom ${open ? "is-open" : ""}`} ref=${all}>
      <button ref=${toggle} class="button is-quiet seldom-toggle" data-testid="more" title=${t("More")} aria-label=${t("More")}
        aria-expanded=${open ? "true" : "false"} onClick=${() => setOpen(!open)}><${Icon} name="more" /></button>
      <div class="seldom-list" onClickCapture=${close}>${children}</div>
    </div>`;
}

/** Why nothing happens: a move that can't be made yet, or a question whose time is up in an outage. */
export function Waits({ session, state }) {
  const asked = state.game.state === "question" && state.question;
  const over = usePhase(session.clock, asked || { closes_at: null }) === "over";
  const away = provisional(state);
  const words = state.waiting > 0 ? (away ? WAITS.game : WAITS.busy) : away && over ? WAITS.game : null;
  return html`
    <div role="status">${words && html`<p class="waits" data-testid="waiting"><span class="spinner" aria-hidden="true"></span>${words}</p>`}</div>`;
}

function toggleFullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
}
