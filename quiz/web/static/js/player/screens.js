/** The screens on which a player waits. */

import { html } from "../../vendor/preact.mjs";
import { Board, ordinal, points } from "../board.js";
import { TimeBar, useSecondsLeft } from "../clock.js";
import { sentence } from "../errors.js";
import { Icon } from "../glyphs.js";
import { provisional } from "../outage.js";
import { inWords, TYPE_NAMES, sizeOf } from "../question.js";
import { Live, Screen } from "./screen.js";

export function Joining() {
  return html`<${Screen} name="joining" label="Joining"><p class="waiting"><span class="spinner"></span>Joining…</p><//>`;
}

export function Lobby({ state }) {
  return html`
    <${Screen} name="lobby" label="Lobby">
      <${Live}>
        <p class="eyebrow" dir="auto">${state.game.title}</p>
        <h1 class="hero">You're in!</h1>
        <p class="name-tag" dir="auto">${state.player.nickname}</p>
        <p class="soft">See your name up there?</p>
      <//>
      <p class="waiting"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>Waiting for the host to start</p>
    <//>`;
}

/** The countdown: the question can be read, its answers come when the time starts. */
export function Ready({ clock, question }) {
  const seconds = useSecondsLeft(clock, question.opened_at);
  return html`
    <${Screen} name="ready" label="Get ready">
      <p class="eyebrow">Question ${question.index + 1} of ${question.total}</p>
      <div class="count" key=${seconds} aria-hidden="true">${seconds || "Go!"}</div>
      <${Live}><p class="soft">Get ready</p><//>
      <h1 class=${sizeOf(question.text)} dir="auto">${question.text}</h1>
      <p class="tag">${TYPE_NAMES[question.type]}</p>
    <//>`;
}

export function Sent({ state, clock, over }) {
  const { sent, question, link } = state;
  const mine = sent?.question === question.id ? sent : null;
  const [icon, title] = wordsFor(mine, link);
  const given = mine ? inWords(question, mine.answer) : "";
  const kept = mine?.status === "sent";
  return html`
    <${Screen} name="sent" kind=${mine && mine.status !== "late" ? "" : "is-late"} label="Answer">
      ${!over && html`<${TimeBar} clock=${clock} question=${question} />`}
      <span class=${`medal ${mine?.status === "sending" ? "is-busy" : ""}`}><${Icon} name=${icon} /></span>
      <${Live}><h1 data-testid="sent-status">${title}</h1><//>
      ${given && html`<p class="given" dir="auto">${given}</p>`}
      <${Live}><p class="soft">${provisional(state) ? delayed(kept, over) : next(kept, over)}</p><//>
    <//>`;
}

function next(kept, over) {
  if (over) return "Here comes the answer";
  return kept ? "Waiting for the others" : "";
}

/** In an outage nobody can say how an answer fared, and nothing follows the deadline. */
function delayed(kept, over) {
  if (over) return `${kept ? "Your answer is safe. " : ""}The result comes when the score keeper is back.`;
  return kept ? "It is safe, and will be counted when the score keeper is back." : "";
}

function wordsFor(sent, link) {
  if (!sent || sent.status === "late") return ["clock", "Time's up"];
  if (sent.status === "sent") return ["check", "Answer sent"];
  return ["send", link === "online" ? "Sending…" : "Will be sent when you are back"];
}

/** Between questions: where the player stands. */
export function Standing({ state }) {
  const { you, board, player, question } = state;
  const last = question && question.index + 1 >= question.total;
  return html`
    <${Screen} name="leaderboard" label="Leaderboard">
      <${Place} you=${you} players=${board?.players} />
      ${board && html`<${Board} board=${board} me=${player.id} limit=${5} />`}
      <p class="waiting">
        ${provisional(state) ? "The game goes on when the score keeper is back" : last ? "The podium is next" : "Next question soon"}
      </p>
    <//>`;
}

export function Place({ you, players }) {
  return html`
    <${Live}>
      <p class="place">
        <span class="place-rank" data-testid="rank">${you.rank ? ordinal(you.rank) : "–"}</span>
        <span class="soft">${players ? `of ${players}` : ""} · ${points(you.score)} points</span>
      </p>
    <//>`;
}

export function Paused() {
  return html`
    <${Screen} name="paused" label="Paused">
      <span class="medal"><${Icon} name="pause" /></span>
      <${Live}><h1>Paused</h1><p class="soft">The host will go on in a moment. Your time is kept.</p><//>
    <//>`;
}

export function Kicked({ reason }) {
  return html`
    <${Screen} name="kicked" label="Removed">
      <span class="medal is-wrong"><${Icon} name="cross" /></span>
      <${Live}>
        <h1>You were removed</h1>
        <p class="soft">${sentence({ code: "kicked" })}</p>
        ${reason && html`<p class="given" dir="auto">${reason}</p>`}
      <//>
      <a class="button is-wide" href="/">Join another game</a>
    <//>`;
}

export function Gone({ error }) {
  return html`
    <${Screen} name="error" label="Error">
      <span class="medal is-wrong"><${Icon} name="cross" /></span>
      <${Live}><h1>No game here</h1><p class="soft" data-testid="error">${sentence(error)}</p><//>
      <a class="button is-primary is-wide" href="/">Enter another PIN</a>
    <//>`;
}
