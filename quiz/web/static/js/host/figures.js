/** Numbers as people read them, and bars drawn by hand: in SVG, since printers leave the backgrounds of elements out. */

import { html } from "../../vendor/preact.mjs";
import { number } from "../text.js";

const SECONDS = { style: "unit", unit: "second", minimumFractionDigits: 1, maximumFractionDigits: 1 };

/** A dash where nothing was measured: of who answered nothing, or of answers to questions that nobody had asked for. */
export const seconds = (milliseconds) => (milliseconds ? number(milliseconds / 1000, SECONDS) : "–");

/** A part of a whole in per cent; a dash of nothing. */
export const percent = (part, whole) => (whole ? number(part / whole, { style: "percent" }) : "–");

/** One bar; what it shows stands beside it in words. */
export function Bar({ part, whole, kind = "" }) {
  const width = whole ? (100 * part) / whole : 0;
  return html`
    <svg class=${`chart-bar ${kind}`} aria-hidden="true">
      <rect class="chart-track" width="100%" height="100%" />
      <rect class="chart-fill" width=${`${width}%`} height="100%" />
    </svg>`;
}
