/** What floats above every screen: the reconnecting banner and short messages. */

import { html, useEffect, useRef } from "../vendor/preact.mjs";
import { WAITS } from "./errors.js";
import { Icon } from "./glyphs.js";
import { t } from "./text.js";

const TOAST_MS = 5000;
const OFFER_MS = 15000;

export function ReconnectingBanner({ link }) {
  return ["reconnecting", "waiting"].includes(link) && html`
    <div class="banner" role="status" data-testid="banner-reconnecting">
      <span class="spinner" aria-hidden="true"></span>${link === "waiting" ? WAITS.resume : t("Reconnecting…")}
    </div>`;
}

/** `toast` is {text, kind?, offer?, at}; a new one replaces the last. An `offer`, {text, go}, is a button, and stays longer. */
export function Toast({ toast, onDone }) {
  const offer = useRef(null);
  useEffect(() => {
    if (!toast) return undefined;
    // What was pressed may be gone with what it deleted; the keyboard goes on here.
    if (document.activeElement === document.body) offer.current?.focus();
    const timer = setTimeout(onDone, toast.offer ? OFFER_MS : TOAST_MS);
    return () => clearTimeout(timer);
  }, [toast]);
  const take = () => {
    onDone();
    toast.offer.go();
  };
  return html`
    <div class="toasts" role="status">
      ${toast && html`
        <div class=${`toast ${toast.kind ? `is-${toast.kind}` : ""}`} data-testid="toast">
          <span>${toast.text}</span>
          ${toast.offer && html`<button ref=${offer} class="button is-bare toast-offer" data-testid="toast-offer" onClick=${take}>${toast.offer.text}</button>`}
          <button class="button is-bare" onClick=${onDone} aria-label=${t("Dismiss")}><${Icon} name="cross" /></button>
        </div>`}
    </div>`;
}

export const toastOf = (text, kind, offer) => ({ text, kind, offer, at: Date.now() });
