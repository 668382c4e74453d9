/** The options of a game, folded away; only what was changed is sent, the server knows the defaults. */

import { html, useState } from "../../vendor/preact.mjs";
import { Problem, useName } from "../authoring/fields.js";
import { number as counted, t, tn } from "../text.js";
import { TeamOptions, teamOptions, twice } from "./team_options.js";

const FIELDS = [
  {
    name: "scoring",
    label: t("Points"),
    choices: [
      ["", t("As usual for the mode")],
      ["kahoot", t("Faster is better")],
      ["flat", t("All or nothing")],
      ["progressive", t("Later questions count more")],
    ],
  },
  {
    name: "nicknames",
    label: t("Nicknames"),
    choices: [
      ["", t("Chosen by the players")],
      ["generated", t("Generated")],
    ],
  },
  { name: "countdown_ms", label: t("Countdown (seconds)"), number: { min: 0, max: 60, placeholder: "3" }, unit: 1000 },
  { name: "leaderboard_every", label: t("Leaderboard after every … questions"), number: { min: 0, max: 1000, placeholder: "1" }, unit: 1 },
  { name: "max_players", label: t("Most players"), number: { min: 1, max: 100000, placeholder: t("no limit") }, unit: 1 },
  { name: "streak_bonus", label: t("Bonus for streaks"), flag: false },
  { name: "auto_close", label: t("Close when all have answered"), flag: true },
  { name: "auto_advance", label: t("Go on by itself"), flag: false },
  { name: "late_join", label: t("Let latecomers in"), flag: true },
  { name: "shuffle_choices", label: t("Shuffle choices for each player"), flag: false },
  { name: "hide_names", label: t("Hide nicknames on this screen"), flag: false },
  { name: "show_on_phones", label: t("Questions on phones too"), flag: true, mode: "live" },
  { name: "leaderboard", label: t("Players see the leaderboard"), flag: true },
  { name: "time_limits", label: t("Time limits in self-paced games"), flag: false },
  { name: "closes_at", label: t("Self-paced games close at"), moment: true, mode: "self-paced" },
];

/** The payload for `create_game` from what the form holds; of a `mode`, what does not concern it stays out. */
export function changedOptions(options, mode = null) {
  const changed = Object.fromEntries(
    FIELDS.flatMap(({ name, flag, unit, moment, mode: only }) => {
      const value = options[name];
      if (value === undefined || value === "" || value === flag || (mode && only && only !== mode)) return [];
      if (moment) return [[name, new Date(value).getTime()]];
      return [[name, unit ? Math.round(Number(value) * unit) : value]];
    }),
  );
  return { ...changed, ...teamOptions(options) };
}

/** Where no game can be started with: the name of the first such field, or nothing. */
export function wrongOption(options) {
  const field = FIELDS.find((one) => one.number && problemOf(one, options[one.name]));
  return field?.name ?? (twice(options) ? "team_0" : null);
}

/** What is wrong with a value, in words. Whether a moment has passed is for the server's clock to say in the end. */
function problemOf({ number, moment }, value = "") {
  if (value === "") return null;
  if (moment) return new Date(value).getTime() <= Date.now() ? t("This moment has passed.") : null;
  if (!number || (Number(value) >= number.min && Number(value) <= number.max)) return null;
  return t("Must be between {least} and {most}.", { least: counted(number.min), most: counted(number.max) });
}

export function Options({ options, onChange }) {
  const set = (name, value) => onChange({ ...options, [name]: value });
  const changed = Object.keys(changedOptions(options)).length;
  const [made, setMade] = useState(false); // what was never unfolded is not made: there is one for each quiz
  return html`
    <details class="options" onToggle=${(event) => event.currentTarget.open && setMade(true)}>
      <summary>${t("Options")}${changed > 0 && html` <span class="tag">${tn("{count} changed", "{count} changed", changed)}</span>`}</summary>
      ${made && html`
        <div class="options-grid">
          ${FIELDS.map(
            (field) => html`
              <${Field} key=${field.name} field=${field} value=${options[field.name]}
                onChange=${(value) => set(field.name, value)} />`,
          )}
          <${TeamOptions} options=${options} onChange=${onChange} />
        </div>`}
    </details>`;
}

function Field({ field, value, onChange }) {
  const { name, label, choices, number, flag, moment } = field;
  const id = useName();
  if (flag !== undefined) {
    return html`
      <label class="switch">
        <input type="checkbox" name=${name} checked=${value ?? flag} onChange=${(event) => onChange(event.target.checked)} />
        <span>${label}</span>
      </label>`;
  }
  const problem = problemOf(field, value);
  return html`
    <label class="field is-small"><span>${label}</span>
      ${choices
        ? html`
            <select class="input" name=${name} onChange=${(event) => onChange(event.target.value)}>
              ${choices.map(([key, text]) => html`<option key=${key} value=${key} selected=${key === (value ?? "")}>${text}</option>`)}
            </select>`
        : html`
            <input class=${`input ${problem ? "is-wrong" : ""}`} type=${moment ? "datetime-local" : "number"} name=${name} value=${value ?? ""}
              aria-invalid=${problem ? "true" : undefined} aria-describedby=${id}
              onInput=${(event) => onChange(event.target.value)} ...${number} />`}
    </label>
    ${!choices && html`<${Problem} id=${id} problem=${problem} />`}`;
}
