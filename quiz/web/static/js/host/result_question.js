/** A question's results: how it was answered, and by whom. */

import { html, useState } from "../../vendor/preact.mjs";
import { answersTo } from "../api.js";
import { Badge, Icon } from "../glyphs.js";
import { inWords, isRight, tally, TYPE_NAMES } from "../question.js";
import { t } from "../text.js";
import { Bar, percent, seconds } from "./figures.js";

export function QuestionCard({ game, question, players, onError }) {
  const { answered, right } = question;
  return html`
    <li class="card result-question" data-testid=${`question-${question.id}`}>
      <div class="result-head">
        <p class="eyebrow">${t("Question {number}", { number: question.index + 1 })} · ${TYPE_NAMES[question.type]}</p>
        <h3 dir="auto">${question.text}</h3>
        <p class="soft">
          ${right !== null && html`<b>${t("{percent} right", { percent: percent(right, answered) })}</b> · `}
          ${t("{answered} of {players} answered", { answered, players })} · ${t("{time} on average", { time: seconds(question.time_ms) })}
        </p>
      </div>
      <${Distribution} question=${question} />
      ${answered > 0 && html`<${WhoAnswered} game=${game} question=${question} onError=${onError} />`}
    </li>`;
}

function Distribution({ question }) {
  const rows = ["text", "number", "order"].includes(question.type) ? given(question) : chosen(question);
  return html`
    ${["text", "number", "order"].includes(question.type) && html`
      <p class="result-right"><${Icon} name="check" /><span class="sr-only">${t("Right answer")}: </span><b dir="auto">${inWords(question, question.correct)}</b></p>`}
    <ul class="chart" data-testid="distribution">
      ${rows.map(
        ({ key, badge, words, count, right }) => html`
          <li key=${key} class=${right ? "is-right" : ""}>
            <span class="chart-words">${badge}<span dir="auto">${words}</span>
              ${right && html`<${Icon} name="check" /><span class="sr-only">${t("right")}</span>`}</span>
            <${Bar} part=${count} whole=${question.answered} kind=${right ? "is-right" : ""} />
            <b class="chart-count">${count}</b>
          </li>`,
      )}
    </ul>`;
}

/** Every choice, also those that nobody took; a set of choices counts for each in it. */
function chosen(question) {
  return tally(question, question.distribution).map(([answer, count]) => ({
    key: String(answer),
    badge: typeof answer === "boolean" ? null : html`<${Badge} id=${answer} />`,
    words: inWords(question, answer),
    count,
    right: question.type !== "poll" && isRight(question, question.correct, answer),
  }));
}

const given = (question) =>
  question.distribution.map(({ answer, count, right }) => ({ key: String(answer), words: inWords(question, answer), count, right }));

/** Asked for when it is opened: for hundreds of players it is long. */
function WhoAnswered({ game, question, onError }) {
  const [answers, setAnswers] = useState(null);
  const open = (event) => {
    if (!event.currentTarget.open || answers) return;
    answersTo(game, question.index).then((told) => setAnswers(told.answers), onError);
  };
  return html`
    <details class="who" data-testid="who" onToggle=${open}>
      <summary>${t("Who answered what")}</summary>
      ${answers
        ? html`<ul class="who-list">${groups(question, answers).map((group) => html`<${Group} key=${group.words} ...${group} />`)}</ul>`
        : html`<p class="soft">${t("Loading…")}</p>`}
    </details>`;
}

function groups(question, answers) {
  const found = new Map();
  for (const { answer, right, nickname, player, elapsed_ms: elapsed } of answers) {
    const words = inWords(question, answer) || t("nothing");
    if (!found.has(words)) found.set(words, { words, right, people: [] });
    found.get(words).people.push({ player, nickname, elapsed });
  }
  return [...found.values()].sort((a, b) => b.people.length - a.people.length);
}

function Group({ words, right, people }) {
  return html`
    <li>
      <p><b dir="auto">${words}</b> ${right && html`<${Icon} name="check" /><span class="sr-only">${t("right")}</span>`}</p>
      <p class="people">${people.map(({ player, nickname, elapsed }) => html`
        <span key=${player} class="tag" title=${seconds(elapsed)}><bdi>${nickname}</bdi></span> `)}</p>
    </li>`;
}
