/** What a player sees of the own team, wherever a player's own place is shown. */

import { html } from "../../vendor/preact.mjs";
import { t } from "../text.js";
import { OtherTeams, TeamBoard, TeamName, teamPlace, TeamPodium } from "../teams.js";

export function TeamTag({ state: { game, player } }) {
  if (!player.team) return null;
  return html`<p class="team-tag" data-testid="my-team">${t("Your team: {team}", { team: html`<${TeamName} game=${game} team=${player.team} />` })}</p>`;
}

export function TeamStanding({ state: { game, player, teamBoard } }) {
  const place = teamPlace(teamBoard, player.team);
  if (!player.team || !place) return null;
  return html`
    <p class="team-tag" data-testid="team-rank"><${TeamName} game=${game} team=${player.team} /><span class="soft">${place}</span></p>`;
}

/** Between questions, and while a player waits for others. */
export function TeamList({ state: { game, player, teamBoard }, limit = 5 }) {
  if (!teamBoard) return null;
  return html`
    <h2 class="team-heading">${t("Teams")}</h2>
    <${TeamBoard} game=${game} board=${teamBoard} mine=${player.team} limit=${limit} />`;
}

/** The end. */
export function TeamEnd({ state }) {
  const { game, player, teamBoard } = state;
  if (!teamBoard?.teams.some(({ players }) => players > 0)) return null;
  return html`
    <h2 class="team-heading">${t("Teams")}</h2>
    <${TeamPodium} game=${game} board=${teamBoard} mine=${player.team} />
    <${OtherTeams} game=${game} board=${teamBoard} mine=${player.team} />`;
}
