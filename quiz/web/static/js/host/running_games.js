/** Games that run or have just ended, newest first, to go back to. */

import { html } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";

const STATES = {
  finished: "finished",
  leaderboard: "leaderboard",
  lobby: "waiting for players",
  open: "open",
  paused: "paused",
  question: "question open",
  reveal: "showing the answer",
};

export function RunningGames({ games }) {
  if (games.length === 0) return null;
  return html`
    <section aria-labelledby="running">
      <h2 id="running">Games</h2>
      <ul class="games" data-testid="games">
        ${games.map(
          (game) => html`
            <li key=${game.id}>
              <a class="game-row" href=${`/host/games/${game.pin}`} data-testid=${`game-${game.pin}`}>
                <b class="game-pin">${game.pin}</b>
                <span class="game-title" dir="auto">${game.title}</span>
                <span class="tag">${game.mode === "live" ? "Live" : "Self-paced"}</span>
                <span class="soft">${STATES[game.state] ?? game.state}</span>
                <span class="game-players"><${Icon} name="people" />${game.players}<span class="sr-only"> players</span></span>
              </a>
            </li>`,
        )}
      </ul>
    </section>`;
}
