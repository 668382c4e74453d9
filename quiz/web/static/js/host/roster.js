/** Everybody in the game, in a panel; a click on a name asks whether to remove or rename it, or to give it more time. */

import { html, useLayoutEffect, useRef, useState } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { number, t, times, tn } from "../text.js";

const SHOWN = 60;
const FACTORS = [1, 1.25, 1.5, 2];

/** `options` are the game's; `openly` says on the name who has more time, for a screen that the host alone sees. */
export function KickButton({ session, player, options, openly = false }) {
  const [doing, setDoing] = useState("");
  const place = useFocusKept(doing);
  const done = () => setDoing("");
  return html`<span class="name-place" ref=${place}><${Doing} ...${{ session, player, options, openly, doing, setDoing, done }} /></span>`;
}

/** The focus goes back to the name when all is done, and to the name beside it when the player is gone; who went on meanwhile keeps theirs. */
function useFocusKept(doing) {
  const place = useRef(null);
  const before = useRef("");
  useLayoutEffect(() => {
    const left = document.activeElement !== document.body; // which has it when what had it is gone
    if (before.current && !doing && !left) place.current.querySelector("button").focus();
    before.current = doing;
  }, [doing]);
  useLayoutEffect(
    () => () => {
      if (!place.current?.contains(document.activeElement)) return;
      const item = place.current.closest("li");
      const beside = (item?.nextElementSibling ?? item?.previousElementSibling)?.querySelector("button");
      const [list, stage] = [".roster", ".stage"].map((outer) => place.current.closest(outer));
      (beside ?? list?.querySelector("button") ?? stage)?.focus();
    },
    [],
  );
  return place;
}

function Doing({ session, player, options, openly, doing, setDoing, done }) {
  if (doing === "renaming") return html`<${Rename} session=${session} player=${player} onDone=${done} />`;
  if (!doing) {
    return html`
      <button class=${`name ${player.connected === false ? "is-away" : ""}`} data-testid=${`kick-${player.id}`}
        title=${t("Remove or rename this player")} onClick=${() => setDoing("asking")}>
        <bdi>${player.nickname}</bdi>
        ${openly && player.extra_time && html`<span class="tag" data-testid="extra-time"><${Icon} name="clock" />${times(player.extra_time)}</span>`}
      </button>`;
  }
  return html`
    <span class="name is-asking" role="group" aria-label=${t("Remove {name}?", { name: player.nickname })}>
      <span>${t("Remove {name}?", { name: html`<bdi><b>${player.nickname}</b></bdi>` })}</span>
      <${Confirm} onYes=${() => session.kick(player.id)} onRename=${() => setDoing("renaming")} onNo=${done} />
      <${TimeChoice} session=${session} player=${player} most=${options?.extra_time ?? 1} onDone=${done} />
    </span>`;
}

function Confirm({ onYes, onRename, onNo }) {
  const yes = useRef(null);
  useLayoutEffect(() => yes.current.focus(), []);
  return html`
    <button ref=${yes} class="button is-danger is-compact" data-testid="confirm-kick" onClick=${onYes}>${t("Remove")}</button>
    <button class="button is-compact" data-testid="rename" onClick=${onRename}>${t("Rename")}</button>
    <button class="button is-compact" onClick=${onNo}>${t("Keep")}</button>`;
}

/** For who needs longer to read or to write: each question is open longer for them, and fast is counted by that. */
function TimeChoice({ session, player, most, onDone }) {
  const factors = FACTORS.filter((factor) => factor <= most);
  if (factors.length < 2) return null;
  const choose = async (event) => {
    await session.extend(player.id, Number(event.target.value));
    onDone();
  };
  return html`
    <label class="time-choice"><${Icon} name="clock" /><span>${t("Time")}</span>
      <select class="input" data-testid="extend" onChange=${choose}>
        ${factors.map((factor) => html`
          <option key=${factor} value=${factor} selected=${factor === (player.extra_time ?? 1)}>${factor === 1 ? t("as all") : times(factor)}</option>`)}
      </select>
    </label>`;
}

function Rename({ session, player, onDone }) {
  const field = useRef(null);
  useLayoutEffect(() => field.current.select(), []);
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

const fold = (name) => name.normalize("NFKC").toLowerCase();

/** `openly`: see KickButton; it is all that there is then, as long as it is open. */
export function Roster({ open, session, state, onClose, openly = false }) {
  const close = useRef(null);
  const [sought, setSought] = useState("");
  useLayoutEffect(() => {
    if (!open) return undefined;
    const before = document.activeElement;
    close.current.focus();
    return () => before.focus();
  }, [open]);
  useLayoutEffect(() => {
    if (!open) return undefined;
    const press = (event) => event.key === "Escape" && !document.querySelector("dialog[open]") && onClose();
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  });
  if (!open) return null;
  const found = [...state.players.values()].filter(({ nickname }) => fold(nickname).includes(fold(sought.trim())));
  const more = found.length - SHOWN;
  return html`
    <section class="roster" data-testid="roster" role=${openly ? "dialog" : "complementary"} aria-modal=${openly ? "true" : null} aria-label=${t("Players")}>
      <header>
        <h2>${t("Players")} <span class="soft">${number(state.players.size)}</span></h2>
        <button ref=${close} class="button is-bare" onClick=${onClose} aria-label=${t("Close the list")}><${Icon} name="cross" /></button>
      </header>
      ${state.players.size > 8 && html`
        <input class="input" type="search" data-testid="seek-player" aria-label=${t("Find a player")} placeholder=${t("Find a player")} value=${sought}
          onInput=${(event) => setSought(event.target.value)} />`}
      ${found.length === 0 && html`<p class="soft">${t("Nobody here by that name")}</p>`}
      <ul>
        ${found.slice(0, SHOWN).map((player) => html`
          <li key=${player.id}><${KickButton} session=${session} player=${player} options=${state.game.options} openly=${openly} /></li>`)}
      </ul>
      ${more > 0 && html`<p class="soft">${tn("and {count} more", "and {count} more", more)}</p>`}
    </section>`;
}
