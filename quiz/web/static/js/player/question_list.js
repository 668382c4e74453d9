/** All questions at a glance, to jump among them: those that are left, skipped, answered. */

import { html } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { t, tn } from "../text.js";
import { Screen } from "./screen.js";

const NAMES = {
  right: (number) => t("Question {number}: right", { number }),
  wrong: (number) => t("Question {number}: wrong", { number }),
  neutral: (number) => t("Question {number}: answered", { number }),
  missed: (number) => t("Question {number}: missed", { number }),
  skipped: (number) => t("Question {number}: skipped", { number }),
  open: (number) => t("Question {number}: not answered yet", { number }),
};
const ICONS = { right: "check", wrong: "cross", neutral: "check", missed: "clock", skipped: "skip" };

/** What became of a question, by its line of the overview. */
export function stateOf({ question, answered, over, correct }, skipped) {
  if (over && !answered) return "missed";
  if (answered) return correct === null ? "neutral" : correct ? "right" : "wrong";
  return skipped.includes(question) ? "skipped" : "open";
}

export function QuestionList({ session, state }) {
  const { list, skipped, game, question } = state;
  const over = game.state === "finished";
  const left = over ? 0 : list.filter((line) => !line.over).length;
  const go = (line) => (line.over || over ? session.look(line.question) : session.nextQuestion(line.question));
  return html`
    <${Screen} name="questions" label=${t("All questions")}>
      <h1>${t("All questions")}</h1>
      <p class="soft" data-testid="left">
        ${left > 0 ? tn("{count} question is left", "{count} questions are left", left) : t("Tap a question to see what was right")}
      </p>
      <ol class="question-grid">
        ${list.map((line, index) => {
          const kind = stateOf(line, skipped);
          const here = !over && !state.finished && line.question === question?.id;
          return html`
            <li key=${line.question}>
              <button class=${`question-tile is-${kind}`} data-testid=${`go-${line.question}`} aria-current=${here ? "step" : undefined}
                aria-label=${NAMES[kind](index + 1)} onClick=${() => go(line)}>
                <b>${index + 1}</b>${ICONS[kind] && html`<${Icon} name=${ICONS[kind]} />`}
              </button>
            </li>`;
        })}
      </ol>
      ${list.length === 0 && html`<p class="soft">${t("There is nothing to look at yet.")}</p>`}
      <button class="button is-wide" data-testid="back" onClick=${() => session.closeList()}><${Icon} name="back" />${t("Back")}</button>
    <//>`;
}
