/** The players of a game that is over: where each stands, what they answered, and taking them out. */

import { html, useEffect, useState } from "../../vendor/preact.mjs";
import { answersOf } from "../api.js";
import { points } from "../board.js";
import { Icon } from "../glyphs.js";
import { inWords } from "../question.js";
import { outOf, t, tn } from "../text.js";
import { seconds } from "./figures.js";
import { PlayersTeam } from "./result_teams.js";

export function PlayersTable({ result, mayRemove, remove, onError }) {
  const [open, setOpen] = useState(null); // the player whose answers are shown
  const inTeams = result.teams.length > 0;
  const columns = (mayRemove ? 7 : 6) + inTeams;
  return html`
    <div class="wide-table" tabindex="0" role="group" aria-label=${t("Players")}>
      <table data-testid="players">
        <thead>
          <tr>
            <th scope="col">${t("Rank")}</th><th scope="col" class="is-text">${t("Player")}</th>
            ${inTeams && html`<th scope="col" class="is-text">${t("Team")}</th>`}
            <th scope="col">${t("Score")}</th>
            <th scope="col">${t("Right answers")}</th><th scope="col">${t("Time")}</th><th scope="col">${t("Streak")}</th>
            ${mayRemove && html`<th class="no-print"><span class="sr-only">${t("Remove")}</span></th>`}
          </tr>
        </thead>
        <tbody>
          ${result.players.map((player) => html`
            <${Row} key=${player.id} player=${player} teams=${result.teams} open=${open === player.id} mayRemove=${mayRemove} remove=${remove}
              onOpen=${() => setOpen(open === player.id ? null : player.id)} />
            ${open === player.id && html`
              <tr key=${`${player.id}-answers`}><td colspan=${columns}>
                <${Answers} result=${result} player=${player.id} onError=${onError} />
              </td></tr>`}`)}
        </tbody>
      </table>
    </div>`;
}

function Row({ player, teams, open, mayRemove, remove, onOpen }) {
  const [sure, setSure] = useState(false);
  return html`
    <tr data-testid="player">
      <td>${player.rank}</td>
      <th scope="row" class="is-text">
        <button class="as-link" aria-expanded=${open} data-testid="show-answers" onClick=${onOpen}><bdi>${player.nickname}</bdi></button>
      </th>
      ${teams.length > 0 && html`<${PlayersTeam} teams=${teams} team=${player.team} />`}
      <td>${points(player.score)}</td>
      <td>${outOf(player.right, player.answered)}</td>
      <td>${seconds(player.time_ms)}</td>
      <td>${player.streak}</td>
      ${mayRemove && html`
        <td class="no-print">
          <button class=${`button is-compact ${sure ? "is-danger" : ""}`} data-testid="remove-player" onBlur=${() => setSure(false)}
            onClick=${() => (sure ? remove(player.id) : setSure(true))}>
            ${sure ? t("Remove for good") : t("Remove")}<span class="sr-only"> <bdi>${player.nickname}</bdi></span>
          </button>
        </td>`}
    </tr>`;
}

function worth({ points: won, elapsed_ms: elapsed }) {
  if (!elapsed) return tn("{count} point", "{count} points", won);
  return tn("{count} point, {time}", "{count} points, {time}", won, { time: seconds(elapsed) });
}

function Answers({ result, player, onError }) {
  const [answers, setAnswers] = useState(null);
  useEffect(() => {
    answersOf(result.game.id, player).then((told) => setAnswers(new Map(told.answers.map((one) => [one.question, one]))), onError);
  }, []);
  if (!answers) return html`<p class="soft">${t("Loading…")}</p>`;
  return html`
    <ol class="answers" data-testid="answers">
      ${result.questions.map((question) => {
        const given = answers.get(question.id);
        return html`
          <li key=${question.id}>
            <span class="soft" dir="auto">${question.text}</span>
            <b dir="auto">${given ? inWords(question, given.answer) || t("nothing") : t("not answered")}</b>
            ${given?.right && html`<${Icon} name="check" /><span class="sr-only">${t("right")}</span>`}
            ${given?.right === false && html`<${Icon} name="cross" /><span class="sr-only">${t("wrong")}</span>`}
            ${given && html`<span class="soft">${worth(given)}</span>`}
          </li>`;
      })}
    </ol>`;
}
