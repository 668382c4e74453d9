/** An image, brought from this device and kept by the server. */

import { html, useRef, useState } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { t } from "../text.js";
import { Problem, useName } from "./fields.js";
import { refusal } from "./problems.js";
import { bringImage } from "./quizzes.js";

const KINDS = "image/png,image/jpeg,image/webp,image/gif";
const TOO_LARGE = t("This file is too large.");

/** `small` is a button beside a choice. */
export function ImageField({ label, image, problem, onChange, small }) {
  const file = useRef(null);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState(null);
  const name = useName();

  const bring = async (chosen) => {
    if (!chosen) return;
    setBusy(true);
    setRefused(null);
    try {
      onChange(await bringImage(chosen));
    } catch (error) {
      setRefused(error.status === 413 ? TOO_LARGE : refusal(error));
    }
    setBusy(false);
    file.current.value = "";
  };
  const drop = (event) => {
    event.preventDefault();
    bring(event.dataTransfer.files[0]);
  };
  const pick = () => file.current.click();
  const input = html`
    <input ref=${file} class="sr-only" type="file" accept=${KINDS} tabindex="-1" aria-label=${label} data-testid=${small ? undefined : "image-file"}
      onChange=${(event) => bring(event.target.files[0])} />`;
  const wrong = html`<${Problem} id=${`${name}-problem`} problem=${refused ?? problem} />`;

  if (small) {
    return html`
      ${input}
      ${image
        ? html`<button type="button" class="button is-bare thumb" aria-label=${t("Remove: {what}", { what: label })} onClick=${() => onChange("")}>
            <img src=${image} alt="" /><${Icon} name="cross" />
          </button>`
        : html`<button type="button" class="button is-bare" aria-label=${t("Choose: {what}", { what: label })} disabled=${busy} onClick=${pick}>
            <${Icon} name="image" />
          </button>`}
      ${(refused ?? problem) && wrong}`;
  }
  return html`
    <div class="field image-field" onDragOver=${(event) => event.preventDefault()} onDrop=${drop}>
      <span>${label}</span>
      ${input}
      <div class="image-row">
        ${image && html`<img class="image-shown" src=${image} alt="" />`}
        <button type="button" class="button is-compact" disabled=${busy} onClick=${pick} aria-describedby=${`${name}-problem`}>
          <${Icon} name="image" />${busy ? t("Bringing it…") : image ? t("Another image") : t("Choose an image")}
        </button>
        ${image && html`<button type="button" class="button is-compact" onClick=${() => onChange("")}>${t("Remove the image")}</button>`}
      </div>
      ${wrong}
    </div>`;
}
