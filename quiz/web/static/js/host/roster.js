/** Everybody in the game, in a panel; a click on a name asks whether to remove or rename it. */

import { html, useEffect, useRef, useState } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { number, t } from "../text.js";

export function KickButton({ session, player }) {
  const [doing, setDoing] = useState("");
  const done = () => setDoing("");
  if (doing === "renaming") return html`<${Rename} session=${session} player=${player} onDone=${done} />`;
  if (!doing) {
    return html`
      <button class=${`name ${player.connected === false ? "is-away" : ""}`} data-testid=${`kick-${player.id}`}
        title=${t("Remove or rename this player")} onClick=${() => setDoing("asking")}>
        <bdi>${player.nickname}</bdi>
      </button>`;
  }
  return html`
    <span class="name is-asking" role="group" aria-label=${t("Remove {name}?", { name: player.nickname })}>
      <span>${t("Remove {name}?", { name: html`<bdi><b>${player.nickname}</b></bdi>` })}</span>
      <${Confirm} onYes=${() => session.kick(player.id)} onRename=${() => setDoing("renaming")} onNo=${done} />
    </span>`;
}

function Confirm({ onYes, onRename, onNo }) {
  const yes = useRef(null);
  useEffect(() => yes.current.focus(), []);
  return html`
    <button ref=${yes} class="button is-danger is-compact" data-testid="confirm-kick" onClick=${onYes}>${t("Remove")}</button>
    <button class="button is-compact" data-testid="rename" onClick=${onRename}>${t("Rename")}</button>
    <button class="button is-compact" onClick=${onNo}>${t("Keep")}</button>`;
}

function Rename({ session, player, onDone }) {
  const field = useRef(null);
  useEffect(() => field.current.select(), []);
  const send = async (event) => {
    event.preventDefault();
    if (await session.rename(player.id, field.current.value)) onDone();
  };
  return html`
    <form class="name is-asking" aria-label=${t("Rename {name}", { name: player.nickname })} onSubmit=${send}
      onKeyDown=${(event) => event.key === "Escape" && (event.stopPropagation(), onDone())}>
      <input ref=${field} class="input" data-testid="new-name" aria-label=${t("New nickname")} dir="auto" defaultValue=${player.nickname} />
      <button class="button is-compact" data-testid="confirm-rename">${t("Rename")}</button>
      <button type="button" class="button is-compact" onClick=${onDone}>${t("Keep")}</button>
    </form>`;
}

export function Roster({ open, session, state, onClose }) {
  const close = useRef(null);
  useEffect(() => close.current?.focus(), [open]);
  if (!open) return null;
  return html`
    <aside class="roster" data-testid="roster" aria-label=${t("Players")} onKeyDown=${(event) => event.key === "Escape" && onClose()}>
      <header>
        <h2>${t("Players")} <span class="soft">${number(state.players.size)}</span></h2>
        <button ref=${close} class="button is-bare" onClick=${onClose} aria-label=${t("Close the list")}><${Icon} name="cross" /></button>
      </header>
      <ul>
        ${[...state.players.values()].map((player) => html`<li key=${player.id}><${KickButton} session=${session} player=${player} /></li>`)}
      </ul>
    </aside>`;
}
