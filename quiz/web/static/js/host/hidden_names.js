/** The state of a game with numbers in place of names, for a screen that all can read while its host hides them. */

import { attempt } from "../storage.js";
import { t } from "../text.js";

const KEY = "quiz:numbers"; // of the game that this tab showed last

const masks = new WeakMap(); // players, as a session holds them → the same without their names
let given = { game: null, numbers: new Map() }; // player's id → number

/** What the server has not said, as in an outage: then a number stays with its player, also after a reload. */
function numbersOf(game) {
  if (given.game !== game) {
    const kept = attempt(() => JSON.parse(sessionStorage.getItem(KEY)));
    given = { game, numbers: new Map(kept?.game === game ? kept.numbers : []) };
  }
  return given.numbers;
}

// Once, and not with each of a thousand who come.
addEventListener("pagehide", () => {
  if (given.numbers.size > 0) attempt(() => sessionStorage.setItem(KEY, JSON.stringify({ ...given, numbers: [...given.numbers] })));
});

function masked(game, players) {
  if (!masks.has(players)) {
    const numbers = numbersOf(game);
    for (const { id, number } of players.values()) if (number) numbers.set(id, number);
    let last = 0;
    for (const number of numbers.values()) last = Math.max(last, number);
    for (const id of players.keys()) if (!numbers.has(id)) numbers.set(id, (last += 1));
    const named = [...players].map(([id, player]) => [id, { ...player, nickname: t("Player {number}", { number: numbers.get(id) }) }]);
    masks.set(players, new Map(named));
  }
  return masks.get(players);
}

/** Numbers go by who came first, and are the same on each of a game's screens. */
export function shownState(state) {
  if (!state.game?.names_hidden) return state;
  const shown = { ...state, players: masked(state.game.id, state.players) };
  return { ...shown, board: shownBoard(shown, state.board) };
}

/** A board as a shown state has it, also one from before its names were hidden. Somebody on it whom nobody knows has no number. */
export function shownBoard({ game, players }, board) {
  if (!game.names_hidden || !board) return board;
  const unnamed = (row) => ({ ...row, nickname: players.get(row.player)?.nickname ?? t("Player") });
  return { ...board, top: board.top.map(unnamed) };
}
