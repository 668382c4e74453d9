/** A game beside the last games of its quiz: how many were right, in all and question by question. */

import { html, useEffect, useState } from "../../vendor/preact.mjs";
import { comparison } from "../api.js";
import { points } from "../board.js";
import { moment, t } from "../text.js";
import { Bar, percent } from "./figures.js";

export function Comparison({ id, quiz, onError }) {
  const [told, setTold] = useState(null);
  useEffect(() => {
    comparison(id).then(setTold, onError);
  }, [id]);
  if (!told || told.games.length < 2) return null;
  return html`
    <section aria-labelledby="compared" data-testid="comparison">
      <h2 id="compared">${t("Compared with other games of this quiz")}</h2>
      <div class="wide-table" tabindex="0" role="group" aria-labelledby="compared">
        <table>
          <thead>
            <tr>
              <th scope="col" class="is-text">${t("Game")}</th>
              ${told.games.map(({ game }) => html`
                <th key=${game.id} scope="col" class=${game.id === id ? "is-this" : ""}>
                  ${game.id === id ? t("This game") : html`<a href=${`/host/results/${game.id}`}>${moment(game.finished_at)}</a>`}
                </th>`)}
            </tr>
          </thead>
          <tbody>
            <tr><th scope="row" class="is-text">${t("Players")}</th>${told.games.map(({ game }) => html`<td key=${game.id}>${game.players}</td>`)}</tr>
            <tr><th scope="row" class="is-text">${t("Mean score")}</th>
              ${told.games.map(({ game, mean_score: mean }) => html`<td key=${game.id}>${mean === null ? "–" : points(mean)}</td>`)}</tr>
            <tr><th scope="row" class="is-text">${t("All questions")}</th>
              ${told.games.map(({ game, right, answered }) => html`<${Cell} key=${game.id} right=${right} answered=${answered} />`)}</tr>
            ${told.questions.map((question) => html`
              <tr key=${question.id}>
                <th scope="row" class="is-text" dir="auto">${question.text}</th>
                ${question.games.map((share, place) => html`<${Cell} key=${told.games[place].game.id} ...${share ?? {}} />`)}
              </tr>`)}
          </tbody>
        </table>
      </div>
      <p class="no-print"><a href=${`/host/results?quiz=${encodeURIComponent(quiz)}`}>${t("All games of this quiz")}</a></p>
    </section>`;
}

function Cell({ right, answered }) {
  return html`<td>${percent(right, answered)}${answered > 0 && html`<${Bar} part=${right} whole=${answered} kind="is-right" />`}</td>`;
}
