/** Who is just ahead of a player, and by how much. */

import { html } from "../../vendor/preact.mjs";
import { tn, t } from "../text.js";

/**
 * {nickname, by} of who is next to reach, {rank, by} of the last place on the board where that is all that is known, or null: for
 * who leads, and where nobody is shown. A result names its neighbour once; a board that has the player on it is newer.
 */
export function aheadOf({ you, board, result, player }) {
  if (you.rank === null || you.rank === 1) return null;
  const above = (board?.top ?? []).filter(({ score }) => score > you.score);
  const nearest = above.at(-1);
  const listed = board?.top.some((row) => row.player === player.id);
  if (!listed && result?.ahead?.score > you.score) {
    return { nickname: result.ahead.nickname, by: result.ahead.score - you.score };
  }
  if (!nearest) return null;
  const by = nearest.score - you.score;
  return listed ? { nickname: nearest.nickname, by } : { rank: nearest.rank, by };
}

export function Ahead({ state }) {
  const { you, board } = state;
  if (you.rank === 1 && board?.players > 1 && you.score > 0) return html`<p class="ahead" data-testid="ahead">${t("You are in the lead")}</p>`;
  const found = aheadOf(state);
  if (!found) return null;
  const { nickname, rank, by } = found;
  return html`
    <p class="ahead" data-testid="ahead">
      ${nickname === undefined
        ? tn("{count} point to place {rank}", "{count} points to place {rank}", by, { rank })
        : tn("{count} point behind {name}", "{count} points behind {name}", by, { name: html`<b dir="auto">${nickname}</b>` })}
    </p>`;
}
