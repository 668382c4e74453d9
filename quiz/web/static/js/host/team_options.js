/** Whether a game is played in teams, what they are called, and who says which team somebody is in. */

import { html } from "../../vendor/preact.mjs";
import { t, tn } from "../text.js";
import { Crest } from "../teams.js";

const MOST = 20;
/** By the colours of the crests. */
const COLOURS = [t("Blue"), t("Yellow"), t("Green"), t("Pink"), t("Purple"), t("Lime"), t("Grey"), t("Orange")];

const fold = (name) => name.normalize("NFKC").toLowerCase();

const usual = (number) => COLOURS[number] ?? t("Team {number}", { number: number + 1 });
const namesOf = ({ team_count: count = 0, team_names: names = {} }) =>
  Array.from({ length: count }, (_, number) => names[number]?.trim() || usual(number));

/** Whether two teams would have the same name. */
export function twice(options) {
  const teams = namesOf(options).map(fold);
  return new Set(teams).size < teams.length;
}

/** What of `create_game`'s options the form says; nothing without teams. */
export function teamOptions(options) {
  const teams = namesOf(options);
  if (teams.length === 0) return {};
  return options.team_choice === "assigned" ? { teams, team_choice: "assigned" } : { teams };
}

export function TeamOptions({ options, onChange }) {
  const { team_count: count = 0, team_names: names = {}, team_choice: choice = "chosen" } = options;
  const teams = namesOf(options);
  const rename = (number, name) => onChange({ ...options, team_names: { ...names, [number]: name } });
  return html`
    <fieldset class="team-options">
      <label class="field is-small"><span>${t("Teams")}</span>
        <select class="input" name="team_count" onChange=${(event) => onChange({ ...options, team_count: Number(event.target.value) })}>
          <option value="0" selected=${count === 0}>${t("Everybody for themselves")}</option>
          ${Array.from({ length: MOST - 1 }, (_, place) => place + 2).map((number) => html`
            <option key=${number} value=${number} selected=${number === count}>${tn("{count} team", "{count} teams", number)}</option>`)}
        </select>
      </label>
      ${count > 0 && html`
        <ol class="team-inputs">
          ${teams.map((team, number) => html`
            <li key=${number}>
              <${Crest} game=${{ teams }} team=${team} />
              <input class="input" name=${`team_${number}`} dir="auto" maxlength="20" aria-label=${t("Name of team {number}", { number: number + 1 })}
                placeholder=${usual(number)} value=${names[number] ?? ""} onInput=${(event) => rename(number, event.target.value)} />
            </li>`)}
        </ol>
        <p class="form-error" role="alert">${twice(options) && t("Two teams have the same name.")}</p>
        <label class="field is-small"><span>${t("Who is in which team")}</span>
          <select class="input" name="team_choice" onChange=${(event) => onChange({ ...options, team_choice: event.target.value })}>
            <option value="chosen" selected=${choice === "chosen"}>${t("Players choose")}</option>
            <option value="assigned" selected=${choice === "assigned"}>${t("The game assigns them evenly")}</option>
          </select>
        </label>`}
    </fieldset>`;
}
