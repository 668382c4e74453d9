/** The language of the pages: as the browser asks for it, or as somebody chose here. The server follows: quiz/web/languages.py. */

import { html, useLayoutEffect, useRef } from "../vendor/preact.mjs";
import { Icon } from "./glyphs.js";
import { attempt } from "./storage.js";
import { LANGUAGE, t } from "./text.js";

const COOKIE = "quiz_language";
const YEAR_S = 365 * 24 * 3600;
const CHOSEN = "quiz:language-chosen"; // the page comes anew since somebody chose, and goes on at its menu

const { languages, languageNames = "" } = document.documentElement.dataset; // a page of the release before names none
const NAMES = languageNames.split("|"); // what those call them who speak them: Intl takes a slow phone long to say
const LANGUAGES = languages.split(" ").map((code, place) => [code, NAMES[place] || code]);

function choose({ target: { value } }) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${COOKIE}=${value}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
  attempt(() => sessionStorage.setItem(CHOSEN, "1"));
  location.reload();
}

function justChosen() {
  const chosen = attempt(() => sessionStorage.getItem(CHOSEN)) === "1";
  attempt(() => sessionStorage.removeItem(CHOSEN));
  return chosen;
}

export function LanguageMenu() {
  const list = useRef(null);
  useLayoutEffect(() => {
    if (!justChosen()) return;
    list.current.closest("details")?.setAttribute("open", "");
    list.current.focus();
  }, []);
  return html`
    <label class="chooser">
      <span class="sr-only">${t("Language")}</span><${Icon} name="language" />
      <select ref=${list} data-testid="page-language" onChange=${choose}>
        ${LANGUAGES.map(([code, name]) => html`<option key=${code} value=${code} lang=${code} selected=${code === LANGUAGE}>${name}</option>`)}
      </select>
    </label>`;
}
