/** The file of a quiz, in one of the formats that the server writes. */

import { html, useRef } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { exportAddress } from "./quizzes.js";

const FORMATS = {
  json: ["JSON", "keeps everything"],
  csv: ["CSV", "a table, for any spreadsheet"],
  xlsx: ["Excel", "a workbook"],
  gift: ["GIFT", "for Moodle"],
  kahoot: ["Kahoot", "a workbook for Kahoot"],
};

export function Export({ quiz: { slug, title }, formats }) {
  const dialog = useRef(null);
  return html`
    <button type="button" class="button is-bare" aria-label=${`Export ${title}`} title="Export" data-testid=${`export-${slug}`}
      onClick=${() => dialog.current.showModal()}><${Icon} name="download" /></button>
    <dialog ref=${dialog} class="dialog" aria-label=${`Export ${title}`}>
      <h2>Export “<bdi>${title}</bdi>”</h2>
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
      <div class="dialog-actions"><button type="button" class="button" onClick=${() => dialog.current.close()}>Cancel</button></div>
    </dialog>`;
}
