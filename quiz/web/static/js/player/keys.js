/** Answering at a keyboard: digits choose by place, letters by the letter of a choice. */

import { useEffect } from "../../vendor/preact.mjs";
import { letter } from "../glyphs.js";

/** The choice that a key means, if any. */
export function choiceOf(key, choices) {
  const digit = /^[1-9]$/.test(key) && choices[Number(key) - 1];
  return digit || choices.find(({ id }) => typeof id === "number" && letter(id) === key.toUpperCase()) || null;
}

export function useKeys(choices, choose) {
  useEffect(() => {
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
