/** How the teams of a game that is over stand. */

import { html } from "../../vendor/preact.mjs";
import { t } from "../text.js";
import { TeamBoard, TeamName } from "../teams.js";

/** The teams as the game named them. */
const gameOf = (teams) => ({ teams: [...teams].sort((one, other) => one.number - other.number).map(({ team }) => team) });

export function TeamResults({ result: { teams } }) {
  if (teams.length === 0) return null;
  return html`
    <section aria-labelledby="teams">
      <h2 id="teams">${t("Teams")}</h2>
      <${TeamBoard} game=${gameOf(teams)} board=${{ teams }} />
    </section>`;
}

export const PlayersTeam = ({ teams, team }) => html`
  <td class="is-text">${team && html`<${TeamName} game=${gameOf(teams)} team=${team} />`}</td>`;
