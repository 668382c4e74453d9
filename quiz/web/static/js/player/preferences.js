/** What a player prefers on this device: sound, vibration. Sound is off until somebody wants it. */

import { calm } from "../motion.js";
import { Store } from "../store.js";

const KEY = "quiz:preferences";

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {}; // private windows may refuse storage
  }
}

export const canVibrate = typeof navigator.vibrate === "function" && navigator.maxTouchPoints > 0;

export const preferences = new Store({ sound: false, vibration: !calm(), ...kept() });

export function prefer(patch) {
  preferences.set(patch);
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences.state));
  } catch {
    // it lasts as long as the page
  }
}
