/** A question as a player's phone shows it, by the player's own code. It is there to be looked at, not to be answered. */

import { html } from "../../vendor/preact.mjs";
import { Asked } from "../player/answering.js";
import { t } from "../text.js";
import { hasChoices } from "./content.js";

const NO_CLOCK = null; // nothing runs out

/** What the server would send of it; an order is never shown as it is right. */
function viewOf({ key, type, text, choices, image, alt }) {
  const shown = choices.map((choice, id) => ({ id, text: choice.text || "…", image: choice.image || undefined }));
  return {
    id: `${key} ${type} ${choices.map((choice) => choice.key + choice.text).join(" ")}`,
    type,
    text: text || t("Your question"),
    choices: hasChoices(type) ? (type === "order" ? [...shown.slice(1), shown[0]] : shown) : undefined,
    image: image || undefined,
    image_alt: alt,
    opened_at: null,
    closes_at: null,
  };
}

export function Preview({ question }) {
  return html`
    <section class="preview" aria-label=${t("Preview: as a player sees it")}>
      <h2>${t("As a player sees it")}</h2>
      <div class="preview-phone" inert data-testid="preview">
        <div class=${`screen screen-question is-${question.type}`}>
          <${Asked} clock=${NO_CLOCK} question=${viewOf(question)} onSend=${() => {}} />
        </div>
      </div>
      ${question.explanation.trim() && html`<p class="preview-explanation"><b>${t("Afterwards:")}</b> <bdi>${question.explanation}</bdi></p>`}
    </section>`;
}
