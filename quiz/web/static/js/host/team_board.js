/** Teams on the projector: who is in which in the lobby, their board beside the players', and their podium. */

import { html } from "../../vendor/preact.mjs";
import { number, t, tn } from "../text.js";
import { Crest, hasTeams, OtherTeams, TeamBoard, TeamPodium } from "../teams.js";
import { placed } from "./lobby.js";
import { KickButton } from "./roster.js";

/** How many names of each team fit. */
const most = (teams) => [[2, 14], [4, 6], [6, 2], [9, 1]].find(([few]) => teams <= few)?.[1] ?? 0;
const inRows = (teams) => (teams > 8 ? Math.ceil(teams / 2) : teams);

/** How many players are listed beside the teams, or, where both stand in one column, `below` them. */
export function listedPlayers({ teams = [] }, { below = false } = {}) {
  if (teams.length === 0) return 10;
  return below ? Math.max(3, 8 - inRows(teams.length)) : 8;
}

/** Each team's newest names; who comes takes a place and nobody else moves. */
export function TeamRosters({ session, state }) {
  const { game, players } = state;
  const of = new Map(game.teams.map((team) => [team, new Map()]));
  for (const player of players.values()) of.get(player.team)?.set(player.id, player);
  const shown = most(game.teams.length);
  return html`
    <ul class=${`team-rosters ${game.teams.length > 4 ? "is-dense" : ""} ${shown === 0 ? "is-many" : ""}`} data-testid="team-rosters">
      ${game.teams.map((team) => html`
        <li key=${team} class="team-roster">
          <h2><${Crest} game=${game} team=${team} /><bdi>${team}</bdi><b class="team-count">${number(of.get(team).size)}</b></h2>
          <ul class="names is-dense">
            ${placed(of.get(team), shown).map((player) => html`
              <li key=${player.id}><${KickButton} session=${session} player=${player} options=${game.options} /></li>`)}
          </ul>
          ${shown > 0 && of.get(team).size > shown && html`
            <p class="soft">${tn("and {count} more", "and {count} more", of.get(team).size - shown)}</p>`}
        </li>`)}
    </ul>`;
}

/** What is shown of the players, and before it the teams, where the game has any. */
function Beside({ teams, children }) {
  return html`
    <div class="beside">
      <section class="beside-part" aria-labelledby="teams">
        <h2 id="teams">${t("Teams")}</h2>
        ${teams}
      </section>
      <section class="beside-part" aria-labelledby="players">
        <h2 id="players">${t("Players")}</h2>
        ${children}
      </section>
    </div>`;
}

export function WithTeams({ state: { game, teamBoard }, children }) {
  if (!hasTeams(game) || !teamBoard) return children;
  return html`<${Beside} teams=${html`<${TeamBoard} game=${game} board=${teamBoard} />`}>${children}<//>`;
}

/** Teams have a podium if anybody was in one. */
export function TeamsOnPodium({ state: { game, teamBoard }, children }) {
  if (!hasTeams(game) || !teamBoard?.teams.some(({ players }) => players > 0)) return children;
  const teams = html`
    <${TeamPodium} game=${game} board=${teamBoard} />
    <${OtherTeams} game=${game} board=${teamBoard} />`;
  return html`<${Beside} teams=${teams}>${children}<//>`;
}
