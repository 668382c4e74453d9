/** PIN and QR code in giant type, and the names as they arrive. */

import { html } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { authored } from "../question.js";
import { number, t, tn } from "../text.js";
import { hasTeams } from "../teams.js";
import { KickButton } from "./roster.js";
import { TeamRosters } from "./team_board.js";

/** "123 456" is easier to read across a room. */
const spaced = (pin) => `${pin.slice(0, 3)} ${pin.slice(3)}`;

export function JoinCard({ place, locked }) {
  return html`
    <div class="join-card">
      <img class="qr" src=${`/qr/${place.pin}.svg`} alt=${t("QR code to {address}", { address: place.joinUrl })} />
      <div class="join-words">
        <p>${t("Join at {address} with the PIN", { address: html`<b dir="ltr">${place.joinHost}</b>` })}</p>
        <p class="giant-pin" data-testid="pin" dir="ltr" aria-label=${t("PIN {pin}", { pin: [...place.pin].join(" ") })}>${spaced(place.pin)}</p>
        ${locked && html`<p class="tag is-warning"><${Icon} name="lock" />${t("Locked: nobody new can join")}</p>`}
      </div>
    </div>`;
}

const SHOWN = 60;

/** How many there are, for the size of their names. */
const STEPS = [[24, "is-dense"], [16, "is-crowd"], [8, "is-many"], [3, "is-some"]];
const crowdOf = (count) => STEPS.find(([least]) => count > least)?.[1] ?? "";

/** The newest players, each in a place of their own: who comes takes that of who was shown longest, and nobody else moves. */
export function placed(players, most = SHOWN) {
  const shown = [];
  let number = 0;
  for (const player of players.values()) {
    if (number >= players.size - most) shown[number % most] = player;
    number += 1;
  }
  return shown;
}

export function Lobby({ session, state, place }) {
  const players = placed(state.players);
  const more = state.players.size - players.length;
  return html`
    <section class="scene scene-lobby" data-screen="lobby" aria-label=${t("Lobby")}>
      <${JoinCard} place=${place} locked=${state.game.locked} />
      <div class="crowd">
        <h1 class="scene-title" ...${authored()}>${state.game.title}</h1>
        <p class="crowd-count">
          <${Icon} name="people" /><span>${tn("{number} player", "{number} players", state.count, {
            number: html`<b data-testid="player-count">${number(state.count)}</b>`,
          })}</span>
        </p>
        ${hasTeams(state.game) && html`<${TeamRosters} session=${session} state=${state} />`}
        ${players.length === 0
          ? html`<p class="crowd-empty">${t("Waiting for players")}<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span></p>`
          : !hasTeams(state.game) && html`<ul class=${`names ${crowdOf(players.length)}`} data-testid="names">
              ${players.map((player) => html`<li key=${player.id}><${KickButton} session=${session} player=${player} options=${state.game.options} /></li>`)}
            </ul>`}
        ${more > 0 && !hasTeams(state.game) && html`<p class="crowd-more">${tn("and {count} more", "and {count} more", more)}</p>`}
      </div>
    </section>`;
}
