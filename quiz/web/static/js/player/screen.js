/** What the player's screens share: the frame with its hook for tests and its focus, the announcement, the button that sends. */

import { html, useEffect, useLayoutEffect, useRef } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { t } from "../text.js";

/** Focus follows the screen, so that keyboards and screen readers start where the eye does; but who is in the menu stays there. */
export function Screen({ name, kind = "", label, children }) {
  const section = useRef(null);
  useLayoutEffect(() => {
    const { activeElement: at } = document;
    if (!section.current.contains(at) && !at?.closest(".menu[open]")) section.current.focus({ preventScroll: true });
  }, []);
  return html`
    <section ref=${section} class=${`screen screen-${name} ${kind}`} data-screen=${name} tabindex="-1" aria-label=${label}>
      ${children}
    </section>`;
}

/** Where it is put what is read out. It is there from the beginning: a region that comes in together with its words is often not read. */
export function Said() {
  return html`<p id="said" class="sr-only" role="status" data-testid="said"></p>`;
}

/** A few words that are read out when they appear or change. */
export function Live({ children }) {
  useEffect(readOut);
  return html`<div class="live">${children}</div>`;
}

/** All of them on a screen at once, and only if they are others than before. */
function readOut() {
  const words = [...document.querySelectorAll(".live")].map((one) => one.innerText.trim()).filter(Boolean).join("\n");
  const said = document.querySelector("#said");
  if (said && said.textContent !== words) said.textContent = words;
}

export function SendButton({ disabled, onClick, children = t("Send") }) {
  return html`
    <button class="button is-primary is-wide is-large" data-testid="send" disabled=${disabled} onClick=${onClick}>
      <${Icon} name="send" /><span>${children}</span>
    </button>`;
}
