/** What a browser remembers of its seats: token and name per PIN, the answer it gave last, what it has begun, its way through the questions. */

import { attempt } from "../storage.js";

const tokenKey = (pin) => `quiz:token:${pin}`;
const nameKey = (pin) => `quiz:name:${pin}`;
const answerKey = (pin) => `quiz:answer:${pin}`;
const draftsKey = (pin) => `quiz:drafts:${pin}`;
const wayKey = (pin) => `quiz:way:${pin}`;
const kickKey = (pin) => `quiz:kicked:${pin}`;
const JOINING = "quiz:joining";

export function recall(pin) {
  const token = attempt(() => localStorage.getItem(tokenKey(pin)));
  return token && { token, nickname: attempt(() => localStorage.getItem(nameKey(pin))) ?? "" };
}

export function remember(pin, { token, nickname }) {
  attempt(() => {
    localStorage.setItem(tokenKey(pin), token);
    localStorage.setItem(nameKey(pin), nickname);
  });
}

export function forget(pin) {
  attempt(() => {
    localStorage.removeItem(tokenKey(pin));
    localStorage.removeItem(nameKey(pin));
    sessionStorage.removeItem(answerKey(pin));
    sessionStorage.removeItem(draftsKey(pin));
    sessionStorage.removeItem(wayKey(pin));
  });
}

/** What somebody has typed to join and has no seat for yet: {pin, nickname, rolled, teams}; null where that was another game than `pin`. */
export function recallJoining(pin) {
  const kept = attempt(() => JSON.parse(sessionStorage.getItem(JOINING)));
  return kept && (!pin || kept.pin === pin) ? kept : null;
}

export function rememberJoining(form) {
  attempt(() => sessionStorage.setItem(JOINING, JSON.stringify(form)));
}

export function forgetJoining() {
  attempt(() => sessionStorage.removeItem(JOINING));
}

/** Who was removed from a game is told so again after a reload, once. */
export function rememberKick(pin) {
  attempt(() => sessionStorage.setItem(kickKey(pin), "1"));
}

export function recallKick(pin) {
  const kicked = attempt(() => sessionStorage.getItem(kickKey(pin))) !== null;
  attempt(() => sessionStorage.removeItem(kickKey(pin)));
  return kicked;
}

/** The last answer outlives a reload, so that one not yet acknowledged is sent again. */
export function recallAnswer(pin) {
  return attempt(() => JSON.parse(sessionStorage.getItem(answerKey(pin))));
}

export function rememberAnswer(pin, answer) {
  attempt(() => sessionStorage.setItem(answerKey(pin), JSON.stringify(answer)));
}

/** What was begun, as drafts.js has it; another player may have sat here before. */
export function recallDrafts(pin, player) {
  const kept = attempt(() => JSON.parse(sessionStorage.getItem(draftsKey(pin))));
  return kept?.player === player ? kept.drafts : [];
}

export function rememberDrafts(pin, player, drafts) {
  attempt(() => sessionStorage.setItem(draftsKey(pin), JSON.stringify({ player, drafts })));
}

/** Self-paced: the question that the player is `at`, whether it is `timed`, and those left for later. */
export function recallWay(pin) {
  return attempt(() => JSON.parse(sessionStorage.getItem(wayKey(pin)))) ?? { at: null, timed: false, skipped: [] };
}

export function rememberWay(pin, way) {
  attempt(() => sessionStorage.setItem(wayKey(pin), JSON.stringify(way)));
}
