/** The end of a self-paced game for who plays it: whether it has come, and what happens in the last moments. */

import { html, useEffect } from "../../vendor/preact.mjs";
import { useSecondsLeft } from "../clock.js";
import { t, tn } from "../text.js";

const [WARN_S, WARN_AGAIN_S, SEND_S] = [60, 10, 1]; // what is sent a second before is there in time

/** Whether a game came to its end, or was ended before by its host, as far as is known. */
export const timeIsUp = ({ closes_at: closesAt, finished_at: finishedAt }) => Boolean(closesAt) && finishedAt >= closesAt;

/** Warns whoever has something left to answer, wherever in the game they are, and sends what they have begun. Shows nothing of its own. */
export function LastMoments({ session, state: { game, question, you } }) {
  if (game.state === "finished" || you.answered.length >= game.question_count) return null;
  const { clock } = session;
  return html`
    ${game.closes_at && html`<${Warnings} session=${session} until=${game.closes_at} />`}
    ${question?.closes_at && html`<${Last} key=${question.id} clock=${clock} until=${question.closes_at} go=${() => session.sendBegun(question.id)} />`}`;
}

function Warnings({ session, until }) {
  const seconds = useSecondsLeft(session.clock, until);
  const reached = [SEND_S, WARN_AGAIN_S, WARN_S].find((one) => seconds <= one);
  useEffect(() => {
    if (reached === WARN_S) session.tell(t("Less than a minute is left. What you enter is sent by itself when time is up."));
    if (reached === WARN_AGAIN_S) session.tell(tn("{count} second left", "{count} seconds left", seconds));
    if (reached === SEND_S) session.sendBegun();
  }, [reached]);
  return null;
}

function Last({ clock, until, go }) {
  const last = useSecondsLeft(clock, until) <= SEND_S;
  useEffect(() => {
    if (last) go();
  }, [last]);
  return null;
}
