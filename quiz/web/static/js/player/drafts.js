/** What a player has put together of an answer and not sent yet: it is there again after a pause, or a look at the other questions. */

import { useState } from "../../vendor/preact.mjs";

/** As `useState`; kept in `drafts`, by the question's id, if there are any. */
export function useDraft(drafts, question, first) {
  const [draft, setDraft] = useState(() => drafts?.get(question.id) ?? first);
  const keep = (change) =>
    setDraft((held) => {
      const next = typeof change === "function" ? change(held) : change;
      drafts?.set(question.id, next);
      return next;
    });
  return [draft, keep];
}
