/** Whether what is written is kept, and who else writes. */

import { html } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { listed, t, tn } from "../text.js";
import { refusal } from "./problems.js";

const KEPT = { new: t("New"), saving: t("Saving a draft…"), kept: t("Draft saved"), saved: t("Saved") };
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
  if (error?.status === 401) return t("Not saved: {link}. It is kept in this browser.", { link: html`<a href="/host" target="_blank">${t("sign in again")}</a>` });
  if (error?.status === 413) return t("Not saved: the quiz is too large.");
  if (error?.code === "limit_reached") return t("Not saved: {reason}", { reason: refusal(error) });
  return t("Not saved: offline. It is kept in this browser.");
}

export function OtherEditors({ editing, state: { others, newer, found, base } }) {
  const me = editing.host.name;
  const names = [...new Set(others.filter((name) => name !== me))];
  const twice = others.includes(me);
  return html`
    <div class="editor-notes" role="status">
      ${editing.owner !== null && html`
        <p class="note" data-testid="whose"><${Icon} name="people" /><span>${t("This quiz belongs to {name}.", { name: editing.owner })}</span></p>`}
      ${names.length > 0 && html`
        <p class="note" data-testid="others"><${Icon} name="people" /><span>${tn("{names} has this quiz open too.", "{names} have this quiz open too.", names.length, { names: listed(names) })}</span></p>`}
      ${twice && html`<p class="note" data-testid="twice"><${Icon} name="people" /><span>${t("You have this quiz open in another window too.")}</span></p>`}
      ${newer && html`
        <p class="note is-warning" data-testid="newer">
          <${Icon} name="warning" />
          <span>${t("{who} has saved another version since yours began. Nothing of yours is lost.", { who: newer.by || t("Somebody") })}</span>
          <button type="button" class="button is-compact" data-testid="compare" onClick=${() => editing.compare()}>${t("Compare")}</button>
        </p>`}
      ${found && html`
        <p class="note" data-testid="found">
          <${Icon} name="edit" /><span>${base === null ? t("This is your draft.") : t("This is your draft, which differs from the saved quiz.")}</span>
          <button type="button" class="button is-compact" data-testid="discard" onClick=${() => editing.discard()}>${t("Discard the draft")}</button>
        </p>`}
    </div>`;
}
