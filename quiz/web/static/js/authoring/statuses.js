/** Whether what is written is kept, and who else writes. */

import { html } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { refusal } from "./problems.js";

const KEPT = { new: "New", saving: "Saving a draft…", kept: "Draft saved", saved: "Saved" };
const ICONS = { new: "edit", saving: "clock", kept: "edit", saved: "check", away: "warning" };

export function KeptStatus({ state: { phase, kept, away } }) {
  if (phase !== "ready") return html`<span class="kept" role="status"></span>`;
  return html`
    <span class=${`kept is-${kept}`} role="status" data-testid="kept">
      <${Icon} name=${ICONS[kept]} />
      <span>${kept === "away" ? lacking(away) : KEPT[kept]}</span>
    </span>`;
}

function lacking(error) {
  if (error?.status === 401) return html`Not saved: <a href="/host" target="_blank">sign in again</a>. It is kept in this browser.`;
  if (error?.status === 413) return "Not saved: the quiz is too large.";
  if (error?.code === "limit_reached") return `Not saved: ${refusal(error)}`;
  return "Not saved: offline. It is kept in this browser.";
}

export function OtherEditors({ editing, state: { others, newer, found, base } }) {
  const me = editing.host.name;
  const names = [...new Set(others.filter((name) => name !== me))];
  const twice = others.includes(me);
  return html`
    <div class="editor-notes" role="status">
      ${names.length > 0 && html`
        <p class="note" data-testid="others"><${Icon} name="people" /><span><bdi>${names.join(", ")}</bdi> ${names.length > 1 ? "have" : "has"} this quiz open too.</span></p>`}
      ${twice && html`<p class="note" data-testid="twice"><${Icon} name="people" /><span>You have this quiz open in another window too.</span></p>`}
      ${newer && html`
        <p class="note is-warning" data-testid="newer">
          <${Icon} name="warning" />
          <span>${newer.by ? html`<bdi>${newer.by}</bdi>` : "Somebody"} has saved another version since yours began. Nothing of yours is lost.</span>
          <button type="button" class="button is-compact" data-testid="compare" onClick=${() => editing.compare()}>Compare</button>
        </p>`}
      ${found && html`
        <p class="note" data-testid="found">
          <${Icon} name="edit" /><span>This is your draft${base === null ? "" : ", which differs from the saved quiz"}.</span>
          <button type="button" class="button is-compact" data-testid="discard" onClick=${() => editing.discard()}>Discard the draft</button>
        </p>`}
    </div>`;
}
