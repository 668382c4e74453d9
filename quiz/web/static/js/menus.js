/** What people choose for the pages themselves: at the foot of those that they begin with, and in a player's menu. */

import { html } from "../vendor/preact.mjs";
import { LanguageMenu } from "./languages.js";
import { ThemeMenu } from "./themes.js";

export function Menus() {
  return html`<div class="menus"><${LanguageMenu} /><${ThemeMenu} /></div>`;
}
