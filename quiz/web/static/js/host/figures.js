/** Numbers as people read them, and bars drawn by hand: in SVG, since printers leave the backgrounds of elements out. */

import { html } from "../../vendor/preact.mjs";

export const moment = (milliseconds) => new Date(milliseconds).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });

export const seconds = (milliseconds) => (milliseconds === null ? "–" : `${(milliseconds / 1000).toFixed(1)} s`);

/** A part of a whole in per cent; a dash of nothing. */
export const percent = (part, whole) => (whole ? `${Math.round((100 * part) / whole)} %` : "–");

export const many = (count, one, more = `${one}s`) => `${count} ${count === 1 ? one : more}`;

/** One bar; what it shows stands beside it in words. */
export function Bar({ part, whole, kind = "" }) {
  const width = whole ? (100 * part) / whole : 0;
  return html`
    <svg class=${`chart-bar ${kind}`} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="chart-track" width="100" height="8" />
      <rect class="chart-fill" width=${width} height="8" />
    </svg>`;
}
