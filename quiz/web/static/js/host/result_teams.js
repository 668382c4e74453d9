/** How the teams of a game that is over stand. */

import { html } from "../../vendor/preact.mjs";
import { t } from "../text.js";
import { TeamBoard } from "../teams.js";

export function TeamResults({ result: { teams } }) {
  if (teams.length === 0) return null;
  const names = teams.map(({ team }) => team);
  return html`
    <section aria-labelledby="teams">
      <h2 id="teams">${t("Teams")}</h2>
      <${TeamBoard} game=${{ teams: names }} board=${{ teams }} />
    </section>`;
}
