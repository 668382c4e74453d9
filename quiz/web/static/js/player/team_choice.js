/** Which team a new player wants to be in: one tap, as the last step of joining. */

import { html, useLayoutEffect, useRef } from "../../vendor/preact.mjs";
import { t } from "../text.js";
import { TeamName } from "../teams.js";

export function TeamChoice({ teams, busy, waiting, onChoose, onBack }) {
  const list = useRef(null);
  useLayoutEffect(() => list.current.querySelector("button").focus(), []);
  return html`
    <section class="card stack team-choice" data-testid="team-choice" aria-labelledby="team-choice">
      <h2 id="team-choice">${t("Choose your team")}</h2>
      <p class="soft">${t("A team's score is the average of its players: small teams can win.")}</p>
      <ul ref=${list} class="team-tiles" aria-busy=${busy}>
        ${teams.map((team) => html`
          <li key=${team}>
            <button type="button" class="team-tile" data-testid="team" disabled=${busy} onClick=${() => onChoose(team)}>
              <${TeamName} game=${{ teams }} team=${team} />
            </button>
          </li>`)}
      </ul>
      <p class="form-wait" role="status">${waiting}</p>
      <button type="button" class="button is-wide" onClick=${onBack}>${t("Another name")}</button>
    </section>`;
}
