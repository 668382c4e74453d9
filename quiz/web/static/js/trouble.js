/** A page that can't show what it is for: says so, and `children` is where to go from here. */

import { html } from "../vendor/preact.mjs";
import { Icon } from "./glyphs.js";

export function Trouble({ words, children }) {
  return html`
    <div class="centre" data-screen="error">
      <span class="trouble"><${Icon} name="warning" /></span>
      <div role="alert"><h1 class="trouble-words" data-testid="error">${words}</h1></div>
      ${children}
    </div>`;
}
