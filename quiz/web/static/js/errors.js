/** What can go wrong, as exceptions, and the sentences people read for each code. */

/** The server said no: the `error` of an ack, or a problem document of the HTTP API. */
export class Refusal extends Error {
  constructor({ code, message, retryable = false, retry_after_ms: retryAfterMs = null }) {
    super(message || code);
    this.name = "Refusal";
    this.code = code;
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
  }
}

/** No ack came in time: whether the server acted is unknown. */
export class NoAnswer extends Error {
  constructor() {
    super("the server did not answer");
    this.name = "NoAnswer";
    this.code = "no_answer";
  }
}

const SENTENCES = {
  game_closed: "This game is over.",
  game_full: "This game is full. Ask the host to make room.",
  game_locked: "The host has locked this game, so nobody new can join right now.",
  game_not_found: "There is no game with this PIN. Check the six digits and try again.",
  invalid_payload: "That could not be understood.",
  kicked: "The host has removed you from this game.",
  nickname_invalid: "Please choose another nickname: 1 to 20 characters, kept friendly.",
  nickname_taken: "Somebody in this game already has that nickname. Pick another one.",
  no_answer: "The server did not answer. Check your connection and try again.",
  not_host: "Only the host of this game can do that.",
  not_joined: "Your seat in this game is gone. Please join again.",
  question_not_found: "That question is not part of this game.",
  question_not_open: "This question is not open right now.",
  rate_limited: "That was a little too fast. Wait a moment and try again.",
  server_busy: "The server is busy. Please try again in a moment.",
  too_late: "Time was up before your answer arrived.",
  unauthorized: "Your sign-in is not valid any more.",
  unknown_event: "This page is out of date. Please reload it.",
  wrong_state: "That is not possible at this point of the game.",
};

export const NOTICES = {
  degraded: "Connection to the score keeper lost. Play goes on; scores are provisional.",
  draining: "The server is restarting. You will be reconnected.",
  recovered: "All scores are confirmed again.",
};

/** A friendly sentence for any error; unknown codes fall back to what the server said. */
export function sentence(error) {
  return SENTENCES[error.code] ?? (error.message || "Something went wrong. Please try again.");
}
