/** The state of a game with numbers in place of names, for a screen that all can read while its host hides them. */

import { t } from "../text.js";

const masks = new WeakMap(); // players, as a session holds them → the same without their names

function masked(players) {
  if (!masks.has(players)) {
    let number = 0;
    const named = [...players].map(([id, player]) => [id, { ...player, nickname: t("Player {number}", { number: (number += 1) }) }]);
    masks.set(players, new Map(named));
  }
  return masks.get(players);
}

/** Numbers go by who came first. Somebody on the board whom nobody knows has none. */
export function shownState(state) {
  if (!state.game?.names_hidden) return state;
  const players = masked(state.players);
  const unnamed = (row) => ({ ...row, nickname: players.get(row.player)?.nickname ?? t("Player") });
  return { ...state, players, board: state.board && { ...state.board, top: state.board.top.map(unnamed) } };
}
