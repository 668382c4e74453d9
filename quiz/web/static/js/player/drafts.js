/** What a player has put together of an answer and not sent yet: there again after a pause, a reload, a look at the other questions. */

import { useState } from "../../vendor/preact.mjs";
import { recallDrafts, rememberDrafts } from "./seats.js";

/** Those of one seat. */
export class Drafts {
  #pin = null;
  #player = null;
  #held = new Map(); // question's id → {draft, answer}

  /** From now on this player's. */
  belongTo(pin, player) {
    if (this.#pin === pin && this.#player === player) return;
    this.#pin = pin;
    this.#player = player;
    this.#held = new Map(recallDrafts(pin, player));
  }

  get(question) {
    return this.#held.get(question)?.draft;
  }

  /** `answer` is what would be sent, null where that is none yet. */
  set(question, draft, answer) {
    this.#held.set(question, { draft, answer });
    rememberDrafts(this.#pin, this.#player, [...this.#held]);
  }

  drop(question) {
    if (this.#held.delete(question)) rememberDrafts(this.#pin, this.#player, [...this.#held]);
  }

  /** What could be sent: a list of [question's id, answer]. */
  get answers() {
    return [...this.#held].filter(([, { answer }]) => answer !== null).map(([question, { answer }]) => [question, answer]);
  }
}

/** As `useState`; kept in `drafts`, if there are any, with what `answerOf` makes of it. */
export function useDraft(drafts, question, first, answerOf) {
  const [draft, setDraft] = useState(() => drafts?.get(question.id) ?? first);
  const keep = (change) =>
    setDraft((held) => {
      const next = typeof change === "function" ? change(held) : change;
      drafts?.set(question.id, next, answerOf(next));
      return next;
    });
  return [draft, keep];
}
