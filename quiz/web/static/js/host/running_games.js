/** Games that run, and the newest of those that have just ended, to go back to. */

import { html } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { number, t, tn } from "../text.js";

const STATES = {
  finished: t("finished"),
  leaderboard: t("leaderboard"),
  lobby: t("waiting for players"),
  open: t("open"),
  paused: t("paused"),
  question: t("question open"),
  reveal: t("showing the answer"),
};

const FINISHED = 3; // the others are among the results

export function RunningGames({ games }) {
  if (games.length === 0) return null;
  const over = games.filter(({ state }) => state === "finished").slice(FINISHED);
  return html`
    <section aria-labelledby="running">
      <h2 id="running">${t("Games")}</h2>
      <ul class="games" data-testid="games">
        ${games.filter((game) => !over.includes(game)).map(
          (game) => html`
            <li key=${game.id}>
              <a class="game-row" href=${`/host/games/${game.pin}`} data-testid=${`game-${game.pin}`}>
                <b class="game-pin">${game.pin}</b>
                <span class="game-title" dir="auto">${game.title}</span>
                <span class="tag">${game.mode === "live" ? t("Live") : t("Self-paced")}</span>
                <span class="soft">${STATES[game.state] ?? game.state}</span>
                <span class="game-players"><${Icon} name="people" /><span aria-hidden="true">${number(game.players)}</span><span class="sr-only">${tn("{count} player", "{count} players", game.players)}</span></span>
              </a>
            </li>`,
        )}
      </ul>
    </section>`;
}
