/** The language of the pages: as the browser asks for it, or as somebody chose here. The server follows: quiz/web/languages.py. */

import { html } from "../vendor/preact.mjs";
import { Icon } from "./glyphs.js";
import { LANGUAGE, t } from "./text.js";

const COOKIE = "quiz_language";
const YEAR_S = 365 * 24 * 3600;

/** What those call it who speak it. */
function nameOf(code) {
  const name = new Intl.DisplayNames([code], { type: "language" }).of(code);
  return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
}

const LANGUAGES = document.documentElement.dataset.languages.split(" ").map((code) => [code, nameOf(code)]);

function choose({ target: { value } }) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${COOKIE}=${value}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
  location.reload();
}

export function LanguageMenu() {
  return html`
    <label class="chooser">
      <span class="sr-only">${t("Language")}</span><${Icon} name="language" />
      <select data-testid="page-language" onChange=${choose}>
        ${LANGUAGES.map(([code, name]) => html`<option key=${code} value=${code} lang=${code} selected=${code === LANGUAGE}>${name}</option>`)}
      </select>
    </label>`;
}
