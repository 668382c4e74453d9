/** Teams on the projector: who is in which in the lobby, their board beside the players', and their podium. */

import { html } from "../../vendor/preact.mjs";
import { number, t, tn } from "../text.js";
import { Crest, hasTeams, TeamBoard, TeamPodium } from "../teams.js";
import { placed } from "./lobby.js";
import { KickButton } from "./roster.js";

const NAMES = 60; // on the screen, of all teams together

/** Each team's newest names; who comes takes a place and nobody else moves. */
export function TeamRosters({ session, state }) {
  const { game, players } = state;
  const of = new Map(game.teams.map((team) => [team, new Map()]));
  for (const player of players.values()) of.get(player.team)?.set(player.id, player);
  const most = Math.max(3, Math.floor(NAMES / game.teams.length));
  return html`
    <ul class=${`team-rosters ${game.teams.length > 8 ? "is-dense" : ""}`} data-testid="team-rosters">
      ${game.teams.map((team) => html`
        <li key=${team} class="team-roster">
          <h2><${Crest} game=${game} team=${team} /><bdi>${team}</bdi><b class="team-count">${number(of.get(team).size)}</b></h2>
          <ul class="names is-dense">
            ${placed(of.get(team), most).map((player) => html`
              <li key=${player.id}><${KickButton} session=${session} player=${player} options=${game.options} /></li>`)}
          </ul>
          ${of.get(team).size > most && html`<p class="soft">${tn("and {count} more", "and {count} more", of.get(team).size - most)}</p>`}
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
    ${teamBoard.teams.length > 3 && html`<${TeamBoard} game=${game} board=${teamBoard} limit=${6} />`}`;
  return html`<${Beside} teams=${teams}>${children}<//>`;
}
