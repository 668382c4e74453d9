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
  host_not_found: "There is no such host any more.",
  host_taken: "There is a host with this name already.",
  draft_not_found: "There is no draft of this quiz any more.",
  image_not_found: "This image is gone.",
  invalid_payload: "That could not be understood.",
  invalid_quiz: "The quiz can't be saved as it is yet.",
  kicked: "The host has removed you from this game.",
  nickname_invalid: "Please choose another nickname: 1 to 20 characters, kept friendly.",
  nickname_taken: "Somebody in this game already has that nickname. Pick another one.",
  no_answer: "The server did not answer. Check your connection and try again.",
  not_host: "Only the host of this game can do that.",
  not_joined: "Your seat in this game is gone. Please join again.",
  player_not_found: "This player's data are not there any more.",
  question_not_found: "That question is not part of this game.",
  question_not_open: "This question is not open right now.",
  quiz_not_found: "There is no such quiz any more.",
  rate_limited: "That was a little too fast. Wait a moment and try again.",
  server_busy: "The server can't do that right now. Please try again in a moment.",
  too_late: "Time was up before your answer arrived.",
  unauthorized: "Your sign-in is not valid any more.",
  unknown_event: "This page is out of date. Please reload it.",
  version_conflict: "Somebody has changed or removed this quiz meanwhile.",
  wrong_state: "That is not possible at this point of the game.",
};

export const NOTICES = {
  degraded: "The score keeper is away. Every answer is safe; scores are provisional until it is back.",
  draining: "The server is restarting. You will be reconnected.",
  recovered: "The score keeper is back. All scores are confirmed.",
};

/** What has to wait for the score keeper, and what becomes of it. */
export const WAITS = {
  busy: "The server is busy. Trying again…",
  create: "A new game can't be created right now. Please try again in a moment.",
  desk: "Your quizzes can't be shown while the score keeper is away. They appear by themselves when it is back.",
  game: "The game waits for the score keeper. Play goes on by itself when it is back.",
  join: "The game can't take in anybody new right now. You are let in as soon as it can.",
  lists: "The score keeper is away, so these lists may be out of date.",
  resume: "The score keeper is away. The game is back on this page as soon as it is.",
  signIn: "Nobody can sign in while the score keeper is away. Please try again in a moment.",
};

/** A friendly sentence for any error; unknown codes fall back to what the server said. */
export function sentence(error) {
  return SENTENCES[error.code] ?? (error.message || "Something went wrong. Please try again.");
}
