/** What a player may set during a game: sound, vibration where the device has it, the page's language and colours. */

import { html, useLayoutEffect, useRef } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { Menus } from "../menus.js";
import { useStore } from "../store.js";
import { t } from "../text.js";
import { canVibrate, prefer, preferences } from "./preferences.js";
import { signal } from "./signals.js";

export function Menu() {
  const { sound, vibration } = useStore(preferences);
  const menu = useRef(null);

  useLayoutEffect(() => {
    const close = (event) => {
      const outside = event.type === "pointerdown" && !menu.current.contains(event.target);
      if (!menu.current.open || !(outside || event.key === "Escape")) return;
      menu.current.open = false;
      if (event.key === "Escape") menu.current.querySelector("summary").focus();
    };
    document.addEventListener("pointerdown", close);
    document.addEventListener("keydown", close);
    return () => {
      document.removeEventListener("pointerdown", close);
      document.removeEventListener("keydown", close);
    };
  }, []);

  const turn = (name) => (event) => {
    prefer({ [name]: event.target.checked });
    if (event.target.checked) signal("open");
  };

  return html`
    <details class="menu" ref=${menu}>
      <summary class="button is-bare" aria-label=${t("Settings")} data-testid="menu"><${Icon} name="settings" /></summary>
      <div class="menu-sheet card">
        <label class="switch"><input type="checkbox" data-testid="sound" checked=${sound} onChange=${turn("sound")} /><span>${t("Sound")}</span></label>
        ${canVibrate && html`
          <label class="switch"><input type="checkbox" data-testid="vibration" checked=${vibration} onChange=${turn("vibration")} /><span>${t("Vibration")}</span></label>`}
        <${Menus} />
      </div>
    </details>`;
}
