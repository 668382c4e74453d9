/** Answering at a keyboard: digits choose by place, letters by the letter of a choice. */

import { useLayoutEffect } from "../../vendor/preact.mjs";
import { letter } from "../glyphs.js";

/** The choice that a key means, if any. */
export function choiceOf(key, choices) {
  const digit = /^[1-9]$/.test(key) && choices[Number(key) - 1];
  return digit || choices.find(({ id }) => typeof id === "number" && letter(id) === key.toUpperCase()) || null;
}

// A layout effect: who sees a question can answer it by key, also on a machine that is slow to paint.
export function useKeys(choices, choose) {
  useLayoutEffect(() => {
    const press = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (event.target.closest?.("input, textarea, select, [open]")) return;
      const choice = choiceOf(event.key, choices);
      if (choice) choose(choice.id);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  });
}
