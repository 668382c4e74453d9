/** What a player feels and hears, where they want to: a question opens, an answer was right or wrong, the game is over. */

import { useEffect } from "../../vendor/preact.mjs";
import { canVibrate, preferences } from "./preferences.js";

const PATTERNS = { open: [60], right: [40, 60, 90], wrong: [180], end: [60, 60, 60, 60, 200] };

/** Browsers allow neither before somebody has touched the page, and complain. */
const touched = () => navigator.userActivation?.hasBeenActive !== false;

export async function signal(kind) {
  const { sound, vibration } = preferences.state;
  if (!touched() || document.visibilityState !== "visible") return;
  if (vibration && canVibrate) navigator.vibrate(PATTERNS[kind]);
  if (!sound) return;
  try {
    const { play } = await import("./sounds.js");
    play(kind);
  } catch {
    // the network is away, or the device has no sound
  }
}

/** Gives the signal once for each `key`. */
export function useSignal(kind, key) {
  useEffect(() => {
    if (kind) signal(kind);
  }, [key]);
}
