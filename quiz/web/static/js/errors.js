/** What can go wrong, as exceptions, and the sentences people read for each code. */

import { t } from "./text.js";

/** The server said no: the `error` of an ack, or a problem document of the HTTP API. */
export class Refusal extends Error {
  constructor({ code, message, retryable = false, retry_after_ms: retryAfterMs = null, teams = [] }) {
    super(message || code);
    this.name = "Refusal";
    this.code = code;
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
    this.teams = teams; // with team_unknown: those that there are
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
  game_closed: t("This game is over."),
  game_full: t("This game is full. Ask the host to make room."),
  game_locked: t("The host has locked this game, so nobody new can join right now."),
  game_not_found: t("There is no game with this PIN. Check the six digits and try again."),
  host_not_found: t("There is no such host any more."),
  host_taken: t("There is a host with this name already."),
  draft_not_found: t("There is no draft of this quiz any more."),
  image_not_found: t("This image is gone."),
  invalid_payload: t("That could not be understood."),
  invalid_quiz: t("The quiz can't be saved as it is yet."),
  kicked: t("The host has removed you from this game."),
  nickname_invalid: t("Please choose another nickname: 1 to 20 characters, kept friendly."),
  nickname_taken: t("Somebody in this game already has that nickname. Pick another one."),
  no_answer: t("The server did not answer. Check your connection and try again."),
  not_host: t("Only the host of this game can do that."),
  not_joined: t("Your seat in this game is gone. Please join again."),
  player_not_found: t("This player's data are not there any more."),
  question_not_found: t("That question is not part of this game."),
  question_not_open: t("This question is not open right now."),
  quiz_not_found: t("There is no such quiz any more."),
  rate_limited: t("That was a little too fast. Wait a moment and try again."),
  server_busy: t("The server can't do that right now. Please try again in a moment."),
  team_unknown: t("Choose one of the teams of this game."),
  too_late: t("Time was up before your answer arrived."),
  unauthorized: t("Your sign-in is not valid any more."),
  unknown_event: t("This page is out of date. Please reload it."),
  version_conflict: t("Somebody has changed or removed this quiz meanwhile."),
  wrong_state: t("That is not possible at this point of the game."),
};

export const NOTICES = {
  degraded: t("The score keeper is away. Every answer is safe; scores are provisional until it is back."),
  draining: t("The server is restarting. You will be reconnected."),
  recovered: t("The score keeper is back. All scores are confirmed."),
};

/** What has to wait for the score keeper, and what becomes of it. */
export const WAITS = {
  busy: t("The server is busy. Trying again…"),
  create: t("A new game can't be created right now. Please try again in a moment."),
  desk: t("Your quizzes can't be shown while the score keeper is away. They appear by themselves when it is back."),
  game: t("The game waits for the score keeper. Play goes on by itself when it is back."),
  join: t("The game can't take in anybody new right now. You are let in as soon as it can."),
  lists: t("The score keeper is away, so these lists may be out of date."),
  resume: t("The score keeper is away. The game is back on this page as soon as it is."),
  signIn: t("Nobody can sign in while the score keeper is away. Please try again in a moment."),
};

/** A friendly sentence for any error; unknown codes fall back to what the server said. */
export function sentence(error) {
  return SENTENCES[error.code] ?? (error.message || t("Something went wrong. Please try again."));
}
