/** The leaderboard: which of two is newer, and the list whose rows glide to their new places. */

import { html, useLayoutEffect, useRef } from "../vendor/preact.mjs";
import { Icon } from "./glyphs.js";
import { calm } from "./motion.js";
import { number, t } from "./text.js";

const GLIDE_MS = 600;

/** The newer of two boards by (epoch, version); what arrives late is dropped. */
export function newer(held, arrived) {
  if (!arrived) return held;
  if (!held || arrived.epoch !== held.epoch) return !held || arrived.epoch > held.epoch ? arrived : held;
  return arrived.version >= held.version ? arrived : held;
}

/** Rows animate from where they were (FLIP): only `transform` moves, so the layout is done once. */
export function useGlide(rows) {
  const list = useRef(null);
  const places = useRef(new Map());
  useLayoutEffect(() => {
    const before = places.current;
    const after = new Map();
    for (const row of list.current.children) {
      const top = row.offsetTop;
      after.set(row.dataset.player, top);
      const from = before.get(row.dataset.player);
      if (calm() || before.size === 0 || from === top) continue;
      const start = from === undefined ? "translateY(60%)" : `translateY(${from - top}px)`;
      row.animate(
        [{ transform: start, opacity: from === undefined ? 0 : 1 }, { transform: "none", opacity: 1 }],
        { duration: GLIDE_MS, easing: "cubic-bezier(.2, .8, .2, 1)" },
      );
    }
    places.current = after;
  }, [rows]);
  return list;
}

/** `me` marks a player's own row; `limit` keeps a phone's list short. */
export function Board({ board, me = null, limit = 10 }) {
  const rows = board.top.slice(0, limit);
  const list = useGlide(rows);
  return html`
    <ol class="board" data-testid="board" ref=${list}>
      ${rows.map(
        (row) => html`
          <li key=${row.player} data-player=${row.player} data-testid="board-row" data-rank=${row.rank}
            class=${`board-row ${row.rank <= 3 && row.score > 0 ? `is-rank-${row.rank}` : ""} ${row.player === me ? "is-me" : ""}`}>
            <span class="board-rank">${row.rank}</span>
            <span class="board-name" dir="auto">${row.nickname}</span>
            <span class="board-score">${points(row.score)}</span>
          </li>`,
      )}
    </ol>`;
}

export const points = (score) => number(score ?? 0);

const ordinals = new Intl.PluralRules("en", { type: "ordinal" });

/** The kinds are those of English; other languages say the same for all. */
export const ordinal = (rank) =>
  ({ one: t("{rank}st", { rank }), two: t("{rank}nd", { rank }), few: t("{rank}rd", { rank }), other: t("{rank}th", { rank }) })[ordinals.select(rank)];

/** The first three on their steps; equal ranks stand equally high. */
export function Podium({ board, me = null, id = "podium" }) {
  const first = board.top.slice(0, 3);
  return html`
    <ol class=${`podium ${first.length === 2 ? "is-pair" : ""}`} data-testid=${id}>
      ${first.map(
        (row, place) => html`
          <li key=${row.player} class=${`podium-step is-place-${place + 1} is-rank-${row.rank} ${row.player === me ? "is-me" : ""}`}>
            <span class="podium-name" dir="auto">${row.nickname}</span>
            <span class="podium-score">${points(row.score)}</span>
            <span class="podium-block"><${Icon} name="trophy" /><b>${row.rank}</b></span>
          </li>`,
      )}
    </ol>`;
}

/** Stands beside what it speaks of. It is there when empty too, else it would not be read out when it appears. */
export function Provisional({ show }) {
  return html`
    <span class="provisional" role="status">
      ${show && html`
        <span class="tag is-warning" data-testid="provisional"><${Icon} name="clock" /><span class="wide-only">${t("scores provisional")}</span><span class="narrow-only">${t("provisional")}</span></span>`}
    </span>`;
}
