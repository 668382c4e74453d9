/** Shapes and icons, drawn here so that nothing is fetched. Choices are told apart by shape, colour and letter. */

import { html } from "../vendor/preact.mjs";
import { SHAPES } from "./shapes.js";
import { t } from "./text.js";

const ICONS = {
  back: "M20 12H4M12 5.5 5.5 12l6.5 6.5",
  check: "m4.5 12.5 5 5 10-11",
  clock: "M12 7v5l3.5 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  cross: "m6 6 12 12M18 6 6 18",
  dice: "M4.5 4.5h15v15h-15zM8.5 8.5h.01M15.5 8.5h.01M12 12h.01M8.5 15.5h.01M15.5 15.5h.01",
  down: "m6 9 6 6 6-6",
  download: "M12 4v11M6.5 10l5.5 5.5 5.5-5.5M4.5 20h15",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  expand: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  flame: "M12 3c.5 4 5 5.5 5 11a5 5 0 0 1-10 0c0-2 1-3.5 2-4.5 0 2 1 3 2 3 1.5-2.5-.5-5.5 1-9.5z",
  grip: "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
  hidden: "M4 4l16 16M9.9 5.2A10 10 0 0 1 12 5c5 0 8.5 4 9.5 7a11 11 0 0 1-3 4.2M6.2 7A12 12 0 0 0 2.5 12c1 3 4.5 7 9.5 7a9.6 9.6 0 0 0 4.2-1M10 10a3 3 0 0 0 4 4",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01",
  import: "M12 15V4M7.5 8.5 12 4l4.5 4.5M4.5 19.5h15",
  keyboard: "M3 6.5h18v11H3zM6.5 10h.01M10 10h.01M14 10h.01M17.5 10h.01M8 14h8",
  language: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 4 6 4 9s-1 6-4 9c-3-3-4-6-4-9s1-6 4-9z",
  leave: "M14 4H5.5v16H14M10 12h10.5M16.5 8l4 4-4 4",
  list: "M9 6.5h11M9 12h11M9 17.5h11M4.5 6.5h.01M4.5 12h.01M4.5 17.5h.01",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M5.5 11h13v9.5h-13z",
  more: "M5 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2zM12 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2zM19 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2z",
  pause: "M8.5 5v14M15.5 5v14",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 11.5a3 3 0 1 0-.5-6M18 14.5c2 .7 3.2 2.5 3.5 5.5",
  play: "M8 5.5v13l10.5-6.5z",
  plus: "M12 5v14M5 12h14",
  print: "M7 8V3.5h10V8M7 17H4V8.5h16V17h-3M7 14h10v6.5H7z",
  remote: "M7.5 2.5h9v19h-9zM11 18.3h2",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM20 20l-4.9-4.9",
  send: "M4 12h14M12 5.5l6.5 6.5-6.5 6.5",
  settings: "M4 7.5h8M17.5 7.5H20M4 16.5h2.5M12 16.5h8M14.75 4.75a2.75 2.75 0 1 0 0 5.5 2.75 2.75 0 0 0 0-5.5zM9.25 13.75a2.75 2.75 0 1 0 0 5.5 2.75 2.75 0 0 0 0-5.5z",
  share: "M12 15V4M8 7.5 12 3.5l4 4M6.5 11H5v9.5h14V11h-1.5",
  shown: "M2.5 12c1-3 4.5-7 9.5-7s8.5 4 9.5 7c-1 3-4.5 7-9.5 7s-8.5-4-9.5-7zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  skip: "M5 6.5 12.5 12 5 17.5zM13 6.5l7.5 5.5-7.5 5.5z",
  theme: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 3v18M15 4v16M18 6.5v11",
  trash: "M4.5 6.5h15M9 6V4h6v2M6.5 6.5 7.5 20h9l1-13.5",
  trophy: "M7 4h10v6a5 5 0 0 1-10 0zM7 6H3.5c0 3.5 1.5 5 3.8 5M17 6h3.5c0 3.5-1.5 5-3.8 5M12 15v3M8 20.5h8",
  unlock: "M7 11V8a5 5 0 0 1 9.5-2M5.5 11h13v9.5h-13z",
  up: "m6 15 6-6 6 6",
  warning: "M12 4 22 20.5H2zM12 10v5M12 17.7v.1",
};

/** Those that point where reading goes. */
const DIRECTED = ["back", "leave", "send", "skip"];

export const letter = (id) => String.fromCharCode(65 + (id % 26));

/** The class that carries a choice's colour. */
export const tint = (id) => `tint-${id % SHAPES.length}`;

function Shape({ id }) {
  return html`
    <svg class="shape" viewBox="0 0 24 24" aria-hidden="true"><path d=${SHAPES[id % SHAPES.length]} /></svg>`;
}

/** A choice's badge: its shape with its letter beside it. */
export function Badge({ id }) {
  return html`<span class="badge"><${Shape} id=${id} /><b>${letter(id)}</b></span>`;
}

export function Icon({ name }) {
  return html`<svg class=${`icon ${DIRECTED.includes(name) ? "is-directed" : ""}`} viewBox="0 0 24 24" aria-hidden="true"><path d=${ICONS[name]} /></svg>`;
}

export function Brand() {
  return html`
    <a class="brand" href="/">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <rect class="brand-tile" width="32" height="32" rx="9" />
        <path class="brand-mark" d="M16 6.5a9.5 9.5 0 1 0 4.9 17.6l2.9 2.9 2.7-2.7-2.9-2.9A9.5 9.5 0 0 0 16 6.5m0 3.9a5.6 5.6 0 1 1 0 11.2 5.6 5.6 0 0 1 0-11.2" />
      </svg>
      <span>${t("Quiz")}</span>
    </a>`;
}
