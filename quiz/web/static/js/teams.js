/** Teams as all pages show them: a crest in the team's colour with its letter, the board of all, and their podium. */

import { html } from "../vendor/preact.mjs";
import { ordinal, Podium, points, useGlide } from "./board.js";
import { letter, tint } from "./glyphs.js";
import { t, tn } from "./text.js";

export const hasTeams = (game) => Boolean(game?.teams?.length);

/** Colours differ in lightness too; where they begin anew, the letter tells. */
export function Crest({ game, team }) {
  const number = Math.max(0, game.teams.indexOf(team));
  return html`
    <span class=${`crest ${tint(number)}`} aria-hidden="true">
      <svg viewBox="0 0 24 24"><path d="M12 1.2 21.5 4v8.2c0 5-3.9 8.9-9.5 10.6-5.6-1.7-9.5-5.6-9.5-10.6V4z" /></svg><b>${letter(number)}</b>
    </span>`;
}

/** A team by crest and name. */
export const TeamName = ({ game, team }) => html`<span class="team-name"><${Crest} game=${game} team=${team} /><bdi>${team}</bdi></span>`;

/** Averages have a decimal where they need one; a team without players has none. */
const average = (score) => (score === null ? "–" : points(score));

/** `mine` marks a player's own team; `limit` keeps a phone's list short, and has the own team on it all the same. */
export function TeamBoard({ game, board, mine = null, limit = Infinity }) {
  const first = board.teams.slice(0, limit);
  const own = board.teams.find(({ team }) => team === mine);
  const rows = own && !first.includes(own) ? [...first.slice(0, -1), own] : first;
  const list = useGlide(rows);
  return html`
    <ol class=${`board team-board ${rows.length > 8 ? "is-many" : ""}`} data-testid="team-board" aria-label=${t("Teams")} ref=${list}>
      ${rows.map(
        (row) => html`
          <li key=${row.team} data-player=${row.team} data-testid="team-row" data-rank=${row.rank}
            class=${`board-row ${row.rank <= 3 && row.score > 0 ? `is-rank-${row.rank}` : ""} ${row.team === mine ? "is-me" : ""}`}>
            <span class="board-rank">${row.rank}</span>
            <span class="board-name"><${TeamName} game=${game} team=${row.team} /></span>
            <span class="team-size">${tn("{count} player", "{count} players", row.players)}</span>
            <span class="board-score">${average(row.score)}</span>
          </li>`,
      )}
    </ol>`;
}

/** The first three teams that have players. */
export function TeamPodium({ game, board, mine = null }) {
  const there = board.teams.filter(({ players }) => players > 0);
  const top = there.map(({ rank, team, score }) => {
    return { rank, player: team, score, nickname: html`<${TeamName} game=${game} team=${team} />` };
  });
  return html`<${Podium} board=${{ top }} me=${mine} id="team-podium" />`;
}

/** Those that have players and no step on the podium. */
export function OtherTeams({ game, board, mine = null }) {
  const teams = board.teams.filter(({ players }) => players > 0).slice(3);
  return teams.length > 0 && html`<${TeamBoard} game=${game} board=${{ teams }} mine=${mine} />`;
}

/** Where a team stands, in words; nothing until it has somebody on the board. */
export function teamPlace(board, team) {
  const row = board?.teams.find((one) => one.team === team);
  if (!row || row.players === 0) return "";
  return tn("{rank} of {count} team", "{rank} of {count} teams", board.teams.length, { rank: ordinal(row.rank) });
}
