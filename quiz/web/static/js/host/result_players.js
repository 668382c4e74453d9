/** The players of a game that is over: where each stands, what they answered, and taking them out. */

import { html, useEffect, useState } from "../../vendor/preact.mjs";
import { answersOf } from "../api.js";
import { points } from "../board.js";
import { Icon } from "../glyphs.js";
import { inWords } from "../question.js";
import { seconds } from "./figures.js";

export function PlayersTable({ result, mayRemove, remove, onError }) {
  const [open, setOpen] = useState(null); // the player whose answers are shown
  const columns = mayRemove ? 7 : 6;
  return html`
    <div class="wide-table" tabindex="0" role="region" aria-label="Players">
      <table data-testid="players">
        <thead>
          <tr>
            <th scope="col">Rank</th><th scope="col" class="is-text">Player</th><th scope="col">Score</th><th scope="col">Right</th>
            <th scope="col">Time</th><th scope="col">Streak</th>${mayRemove && html`<th class="no-print"><span class="sr-only">Remove</span></th>`}
          </tr>
        </thead>
        <tbody>
          ${result.players.map((player) => html`
            <${Row} key=${player.id} player=${player} open=${open === player.id} mayRemove=${mayRemove} remove=${remove}
              onOpen=${() => setOpen(open === player.id ? null : player.id)} />
            ${open === player.id && html`
              <tr key=${`${player.id}-answers`}><td colspan=${columns}>
                <${Answers} result=${result} player=${player.id} onError=${onError} />
              </td></tr>`}`)}
        </tbody>
      </table>
    </div>`;
}

function Row({ player, open, mayRemove, remove, onOpen }) {
  const [sure, setSure] = useState(false);
  return html`
    <tr data-testid="player">
      <td>${player.rank}</td>
      <th scope="row" class="is-text">
        <button class="as-link" aria-expanded=${open} data-testid="show-answers" onClick=${onOpen}><bdi>${player.nickname}</bdi></button>
      </th>
      <td>${points(player.score)}</td>
      <td>${player.right} / ${player.answered}</td>
      <td>${seconds(player.time_ms)}</td>
      <td>${player.streak}</td>
      ${mayRemove && html`
        <td class="no-print">
          <button class=${`button is-compact ${sure ? "is-danger" : ""}`} data-testid="remove-player" onBlur=${() => setSure(false)}
            onClick=${() => (sure ? remove(player.id) : setSure(true))}>
            ${sure ? "Remove for good" : "Remove"}<span class="sr-only"> <bdi>${player.nickname}</bdi></span>
          </button>
        </td>`}
    </tr>`;
}

function Answers({ result, player, onError }) {
  const [answers, setAnswers] = useState(null);
  useEffect(() => {
    answersOf(result.game.id, player).then((told) => setAnswers(new Map(told.answers.map((one) => [one.question, one]))), onError);
  }, []);
  if (!answers) return html`<p class="soft">Loading…</p>`;
  return html`
    <ol class="answers" data-testid="answers">
      ${result.questions.map((question) => {
        const given = answers.get(question.id);
        return html`
          <li key=${question.id}>
            <span class="soft" dir="auto">${question.text}</span>
            <b dir="auto">${given ? inWords(question, given.answer) || "nothing" : "not answered"}</b>
            ${given?.right && html`<${Icon} name="check" /><span class="sr-only">right</span>`}
            ${given?.right === false && html`<${Icon} name="cross" /><span class="sr-only">wrong</span>`}
            ${given && html`<span class="soft">${points(given.points)} points, ${seconds(given.elapsed_ms)}</span>`}
          </li>`;
      })}
    </ol>`;
}
