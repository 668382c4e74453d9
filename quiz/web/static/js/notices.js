/** What floats above every screen: the reconnecting banner and short messages. */

import { html, useEffect } from "../vendor/preact.mjs";
import { WAITS } from "./errors.js";
import { Icon } from "./glyphs.js";

const TOAST_MS = 5000;

export function ReconnectingBanner({ link }) {
  return ["reconnecting", "waiting"].includes(link) && html`
    <div class="banner" role="status" data-testid="banner-reconnecting">
      <span class="spinner" aria-hidden="true"></span>${link === "waiting" ? WAITS.resume : "Reconnecting…"}
    </div>`;
}

/** `toast` is {text, kind?, at}; a new one replaces the last. */
export function Toast({ toast, onDone }) {
  useEffect(() => {
    if (!toast) return undefined;
    const timer = setTimeout(onDone, TOAST_MS);
    return () => clearTimeout(timer);
  }, [toast]);
  return html`
    <div class="toasts" role="status">
      ${toast && html`
        <div class=${`toast ${toast.kind ? `is-${toast.kind}` : ""}`} data-testid="toast">
          <span>${toast.text}</span>
          <button class="button is-bare" onClick=${onDone} aria-label="Dismiss"><${Icon} name="cross" /></button>
        </div>`}
    </div>`;
}

export const toastOf = (text, kind) => ({ text, kind, at: Date.now() });
