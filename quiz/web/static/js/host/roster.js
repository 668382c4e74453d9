/** Everybody in the game, in a panel; a click on a name asks whether to remove it. */

import { html, useEffect, useRef, useState } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";

export function KickButton({ session, player }) {
  const [asking, setAsking] = useState(false);
  if (!asking) {
    return html`
      <button class=${`name ${player.connected === false ? "is-away" : ""}`} data-testid=${`kick-${player.id}`}
        title="Remove this player" onClick=${() => setAsking(true)}>
        <span dir="auto">${player.nickname}</span>
      </button>`;
  }
  return html`
    <span class="name is-asking" role="group" aria-label=${`Remove ${player.nickname}?`}>
      <span>Remove <b dir="auto">${player.nickname}</b>?</span>
      <${Confirm} onYes=${() => session.kick(player.id)} onNo=${() => setAsking(false)} />
    </span>`;
}

function Confirm({ onYes, onNo }) {
  const yes = useRef(null);
  useEffect(() => yes.current.focus(), []);
  return html`
    <button ref=${yes} class="button is-danger is-compact" data-testid="confirm-kick" onClick=${onYes}>Remove</button>
    <button class="button is-compact" onClick=${onNo}>Keep</button>`;
}

export function Roster({ open, session, state, onClose }) {
  const close = useRef(null);
  useEffect(() => close.current?.focus(), [open]);
  if (!open) return null;
  return html`
    <aside class="roster" data-testid="roster" aria-label="Players" onKeyDown=${(event) => event.key === "Escape" && onClose()}>
      <header>
        <h2>Players <span class="soft">${state.players.size}</span></h2>
        <button ref=${close} class="button is-bare" onClick=${onClose} aria-label="Close the list"><${Icon} name="cross" /></button>
      </header>
      <ul>
        ${[...state.players.values()].map((player) => html`<li key=${player.id}><${KickButton} session=${session} player=${player} /></li>`)}
      </ul>
    </aside>`;
}
