/** The colours of the pages: as the system has them, or as somebody chose. Templates follow the same rules: quiz/web/themes.py. */

import { html, useState } from "../vendor/preact.mjs";
import { Icon } from "./glyphs.js";
import { t } from "./text.js";

const COOKIE = "quiz_theme";
const YEAR_S = 365 * 24 * 3600;

const THEMES = [
  ["system", t("Colours of this device")],
  ["light", t("Light")],
  ["dark", t("Dark")],
  ["light-contrast", t("Light, high contrast")],
  ["dark-contrast", t("Dark, high contrast")],
];

function wear(theme) {
  const dark = theme === "system" ? "(prefers-color-scheme: dark)" : theme.startsWith("dark") ? "all" : "not all";
  document.documentElement.dataset.theme = theme;
  document.querySelector("#theme-dark").media = dark;
  document.querySelector("#theme-contrast").media = theme.endsWith("contrast") ? "all" : "(prefers-contrast: more)";
}

function keep(theme) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${COOKIE}=${theme}; Path=/; Max-Age=${theme === "system" ? 0 : YEAR_S}; SameSite=Lax${secure}`;
}

export function ThemeMenu() {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme);
  const choose = (event) => {
    setTheme(event.target.value);
    wear(event.target.value);
    keep(event.target.value);
  };
  return html`
    <label class="chooser">
      <span class="sr-only">${t("Colours")}</span><${Icon} name="theme" />
      <select data-testid="theme" onChange=${choose}>
        ${THEMES.map(([name, text]) => html`<option key=${name} value=${name} selected=${name === theme}>${text}</option>`)}
      </select>
    </label>`;
}
