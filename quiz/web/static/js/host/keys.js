/** What keys and presenters' clickers do on the host's screen. */

import { useLayoutEffect } from "../../vendor/preact.mjs";
import { t } from "../text.js";

const STORED = "quiz.host.single-keys";

/** `keys` are `KeyboardEvent.key`s; those that are `single` can be switched off, since speech input and shaky hands press them. */
export const KEYS = [
  { id: "onward", keys: ["PageDown", "ArrowRight", " "], words: t("Go on: start, close, next") },
  { id: "pause", keys: ["p", "b", "."], words: t("Pause, or go on"), single: true },
  { id: "time", keys: ["+", "t"], words: t("Add 10 seconds"), single: true },
  { id: "skip", keys: ["s"], words: t("Skip the question"), single: true },
  { id: "players", keys: ["w"], words: t("Who plays"), single: true },
  { id: "names", keys: ["n"], words: t("Hide the names, or show them"), single: true },
  { id: "lock", keys: ["l"], words: t("Lock the game, or unlock it"), single: true },
  { id: "remote", keys: ["r"], words: t("Your phone as remote control"), single: true },
  { id: "screen", keys: ["f"], words: t("Full screen"), single: true },
  { id: "keys", keys: ["?"], words: t("These keys") },
];

const BY_KEY = new Map(KEYS.flatMap((one) => one.keys.map((key) => [key, one])));
const NAMES = { PageDown: t("Page down"), ArrowRight: "→", " ": t("Space") };

export const keyNames = (keys) => keys.map((key) => NAMES[key] ?? key.toUpperCase());

let single = localStorage.getItem(STORED) !== "no";

export const singleKeys = () => single;

export function setSingleKeys(on) {
  single = on;
  localStorage.setItem(STORED, on ? "yes" : "no");
}

const FIELDS = "input, select, textarea, [contenteditable]";
const PRESSED_BY_SPACE = `${FIELDS}, button, a, summary`;

/** `moves`: by a key's id what it does now; none while a dialog is open or somebody types. */
export function useKeys(moves) {
  useLayoutEffect(() => {
    const press = (event) => {
      const known = BY_KEY.get(event.key.length === 1 ? event.key.toLowerCase() : event.key);
      const move = known && moves[known.id];
      if (!move || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
      if ((known.single && !single) || document.querySelector("dialog[open]")) return;
      if (event.target.closest?.(event.key === " " ? PRESSED_BY_SPACE : FIELDS)) return;
      event.preventDefault();
      move();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  });
}
