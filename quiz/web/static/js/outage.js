/**
 * What a page knows of an outage of the score keeper (Redis), for players and hosts alike.
 *
 * `outage` in a session's state is "" (none known), "seen" (an answer or a board said that it is provisional) or "told" (by a
 * notice, and its end will be told too). Each function takes the state and returns what changes in it.
 */

import { newer } from "./board.js";

/** Whether what is shown may still change: the keeper is away, or the board on the screen is from then. */
export const provisional = ({ outage, board }) => outage !== "" || board?.provisional === true;

/** A notice. The boards that follow "recovered" come a moment later; until then the one on the screen is taken at its word. */
export function noticed({ outage, board }, code) {
  if (code === "degraded") return { outage: "told" };
  if (code === "recovered") return { outage: "", board: board && { ...board, provisional: false } };
  return { outage };
}

/** The board of a full resync, which tells how things are now: who was away may have missed a notice. */
export function resynced({ outage, board }, arrived) {
  return { board: newer(board, arrived), outage: arrived?.provisional ? outage || "seen" : "" };
}

/** A board's arrival; null if it is older than the one held. */
export function boarded({ outage, board: held }, arrived) {
  const board = newer(held, arrived);
  if (board !== arrived) return null;
  if (board.provisional) return { board, outage: outage || "seen" };
  // It may have been on its way already when the notice came. A new epoch is proof: it begins when an outage has healed.
  const over = outage !== "told" || (held && board.epoch > held.epoch);
  return { board, outage: over ? "" : outage };
}

/** An answer's ack. One that is confirmed says that the keeper is there, not that the board on the screen is from now. */
export function acknowledged({ outage }, ack) {
  if (ack.provisional) return { outage: outage || "seen" };
  return { outage: outage === "told" ? outage : "" };
}
