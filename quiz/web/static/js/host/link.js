/** The address that players open, for who hands it out in writing. */

import { html } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { t } from "../text.js";

/** `tell` shows it too where the browser copies nothing. */
export function CopyLink({ url, tell }) {
  const copy = async () => tell((await copied(url)) ? t("Link copied: {address}", { address: url }) : url);
  return html`<button class="button is-compact" data-testid="copy-link" onClick=${copy}><${Icon} name="copy" />${t("Copy the link")}</button>`;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text); // pages that are not served securely have none
    return true;
  } catch {
    return copiedFromField(text);
  }
}

function copiedFromField(text) {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.className = "sr-only";
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus();
  return done;
}
