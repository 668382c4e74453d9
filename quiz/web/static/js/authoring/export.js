/** The file of a quiz, in one of the formats that the server writes. */

import { html, useRef } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { t } from "../text.js";
import { exportAddress } from "./quizzes.js";

const FORMATS = {
  json: ["JSON", t("keeps everything")],
  csv: ["CSV", t("a table, for any spreadsheet")],
  xlsx: ["Excel", t("a workbook")],
  gift: ["GIFT", t("for Moodle")],
  kahoot: ["Kahoot", t("a workbook for Kahoot")],
};

export function Export({ quiz: { slug, title }, formats }) {
  const dialog = useRef(null);
  return html`
    <button type="button" class="button is-bare" aria-label=${t("Export {title}", { title })} title=${t("Export")} data-testid=${`export-${slug}`}
      onClick=${() => dialog.current.showModal()}><${Icon} name="download" /></button>
    <dialog ref=${dialog} class="dialog" aria-label=${t("Export {title}", { title })}>
      <h2>${t("Export “{title}”", { title })}</h2>
      <ul class="export-formats">
        ${formats.map((format) => {
          const [name, use] = FORMATS[format] ?? [format, ""];
          return html`
            <li key=${format}>
              <a class="button is-wide" href=${exportAddress(slug, format)} download data-testid=${`format-${format}`} onClick=${() => dialog.current.close()}>
                <b>${name}</b><span class="soft">${use}</span>
              </a>
            </li>`;
        })}
      </ul>
      <div class="dialog-actions"><button type="button" class="button" onClick=${() => dialog.current.close()}>${t("Cancel")}</button></div>
    </dialog>`;
}
