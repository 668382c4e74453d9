/** The screens on which a player waits. */

import { html } from "../../vendor/preact.mjs";
import { Board, ordinal } from "../board.js";
import { TimeBar, useSecondsLeft } from "../clock.js";
import { sentence } from "../errors.js";
import { Icon } from "../glyphs.js";
import { provisional } from "../outage.js";
import { authored, inWords, sizeOf, TYPE_NAMES } from "../question.js";
import { t, tn } from "../text.js";
import { Ahead } from "./ahead.js";
import { TeamList, TeamStanding, TeamTag } from "./own_team.js";
import { Live, Screen } from "./screen.js";

export function Joining() {
  return html`<${Screen} name="joining" label=${t("Joining")}><p class="waiting"><span class="spinner"></span>${t("Joining…")}</p><//>`;
}

export function Lobby({ state }) {
  return html`
    <${Screen} name="lobby" label=${t("Lobby")}>
      <${Live}>
        <p class="eyebrow" ...${authored()}>${state.game.title}</p>
        <h1 class="hero">${t("You're in!")}</h1>
        <p class="name-tag" dir="auto">${state.player.nickname}</p>
        <${TeamTag} state=${state} />
        <p class="soft">${state.game.names_hidden ? t("Names are hidden on the big screen.") : t("See your name up there?")}</p>
      <//>
      <p class="waiting"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>${t("Waiting for the host to start")}</p>
    <//>`;
}

/** The next question follows the news that there is one by a moment. */
export const Next = () => html`<${Screen} name="next" label=${t("Get ready")}><p class="waiting"><span class="spinner"></span></p><//>`;

/** The countdown: the question can be read, its answers come when the time starts. */
export function Ready({ clock, question }) {
  const seconds = useSecondsLeft(clock, question.opened_at);
  return html`
    <${Screen} name="ready" label=${t("Get ready")}>
      <p class="eyebrow">${t("Question {number} of {total}", { number: question.index + 1, total: question.total })}</p>
      <div class="count" key=${seconds} aria-hidden="true">${seconds || t("Go!")}</div>
      <${Live}><p class="soft">${t("Get ready")}</p><//>
      ${question.text
        ? html`<h1 class=${sizeOf(question.text)} ...${authored()}>${question.text}</h1>`
        : html`<h1>${t("Look at the big screen")}</h1>`}
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
    <${Screen} name="sent" kind=${mine && mine.status !== "late" ? "" : "is-late"} label=${t("Answer")}>
      ${!over && html`<${TimeBar} clock=${clock} question=${question} />`}
      <span class=${`medal ${mine?.status === "sending" ? "is-busy" : ""}`}><${Icon} name=${icon} /></span>
      <${Live}><h1 data-testid="sent-status">${title}</h1><//>
      ${given && html`<p class="given" dir="auto">${given}</p>`}
      <${Live}><p class="soft">${provisional(state) ? delayed(kept, over) : next(kept, over)}</p><//>
    <//>`;
}

function next(kept, over) {
  if (over) return t("Here comes the answer");
  return kept ? t("Waiting for the others") : "";
}

/** In an outage nobody can say how an answer fared, and nothing follows the deadline. */
function delayed(kept, over) {
  if (over && kept) return t("Your answer is safe. The result comes when the score keeper is back.");
  if (over) return t("The result comes when the score keeper is back.");
  return kept ? t("It is safe, and will be counted when the score keeper is back.") : "";
}

function wordsFor(sent, link) {
  if (!sent || sent.status === "late") return ["clock", t("Time's up")];
  if (sent.status === "sent") return ["check", t("Answer sent")];
  return ["send", link === "online" ? t("Sending…") : t("Will be sent when you are back")];
}

/** Between questions: where the player stands. */
export function Standing({ state }) {
  const { board, player, question, game } = state;
  const last = (question?.index ?? game.index) + 1 >= game.question_count;
  return html`
    <${Screen} name="leaderboard" label=${t("Leaderboard")}>
      <h1 class="sr-only">${t("Leaderboard")}</h1>
      <${Live}><${Place} state=${state} /><//>
      ${board?.top.length > 0 && html`<${Board} board=${board} me=${player.id} limit=${5} />`}
      <${TeamList} state=${state} />
      <p class="waiting">
        ${provisional(state) ? t("The game goes on when the score keeper is back") : last ? t("The podium is next") : t("Next question soon")}
      </p>
    <//>`;
}

/** Where the player stands, and who is next to reach. Games for practice tell of points alone. */
export function Place({ state }) {
  const { you, board } = state;
  const score = you.score ?? 0;
  const players = you.rank && board?.players;
  return html`
    <p class="place">
      ${you.rank && html`<span class="place-rank" data-testid="rank">${ordinal(you.rank)}</span>`}
      <span class="soft">${players
        ? tn("of {players} · {count} point", "of {players} · {count} points", score, { players })
        : tn("{count} point", "{count} points", score)}</span>
    </p>
    <${Ahead} state=${state} />
    <${TeamStanding} state=${state} />`;
}

export function Paused() {
  return html`
    <${Screen} name="paused" label=${t("Paused")}>
      <span class="medal"><${Icon} name="pause" /></span>
      <${Live}><h1>${t("Paused")}</h1><p class="soft">${t("The host will go on in a moment. Your time is kept.")}</p><//>
    <//>`;
}

export function Kicked() {
  return html`
    <${Screen} name="kicked" label=${t("Removed")}>
      <span class="medal is-wrong"><${Icon} name="cross" /></span>
      <${Live}>
        <h1>${t("You were removed")}</h1>
        <p class="soft">${sentence({ code: "kicked" })}</p>
      <//>
      <a class="button is-wide" href="/">${t("Join another game")}</a>
    <//>`;
}

export function Gone({ error }) {
  return html`
    <${Screen} name="error" label=${t("Error")}>
      <span class="medal is-wrong"><${Icon} name="cross" /></span>
      <${Live}><h1>${t("No game here")}</h1><p class="soft" data-testid="error">${sentence(error)}</p><//>
      <a class="button is-primary is-wide" href="/">${t("Enter another PIN")}</a>
    <//>`;
}
