/** The options of a game, folded away; only what was changed is sent, the server knows the defaults. */

import { html } from "../../vendor/preact.mjs";

const FIELDS = [
  {
    name: "scoring",
    label: "Points",
    choices: [
      ["", "As usual for the mode"],
      ["kahoot", "Faster is better"],
      ["flat", "All or nothing"],
      ["progressive", "Later questions count more"],
    ],
  },
  {
    name: "nicknames",
    label: "Nicknames",
    choices: [
      ["", "Chosen by the players"],
      ["generated", "Generated"],
    ],
  },
  { name: "countdown_ms", label: "Countdown (seconds)", number: { min: 0, max: 30, placeholder: "3" }, unit: 1000 },
  { name: "leaderboard_every", label: "Leaderboard after every … questions", number: { min: 1, max: 50, placeholder: "1" }, unit: 1 },
  { name: "max_players", label: "Most players", number: { min: 1, max: 100000, placeholder: "no limit" }, unit: 1 },
  { name: "streak_bonus", label: "Bonus for streaks", flag: false },
  { name: "auto_close", label: "Close when all have answered", flag: true },
  { name: "auto_advance", label: "Go on by itself", flag: false },
  { name: "late_join", label: "Let latecomers in", flag: true },
  { name: "shuffle_choices", label: "Shuffle choices for each player", flag: false },
  { name: "time_limits", label: "Time limits in self-paced games", flag: false },
];

/** The payload for `create_game` from what the form holds. */
export function changedOptions(options) {
  return Object.fromEntries(
    FIELDS.flatMap(({ name, flag, unit }) => {
      const value = options[name];
      if (value === undefined || value === "" || value === flag) return [];
      return [[name, unit ? Math.round(Number(value) * unit) : value]];
    }),
  );
}

export function Options({ options, onChange }) {
  const set = (name, value) => onChange({ ...options, [name]: value });
  const changed = Object.keys(changedOptions(options)).length;
  return html`
    <details class="options">
      <summary>Options${changed > 0 && html` <span class="tag">${changed} changed</span>`}</summary>
      <div class="options-grid">
        ${FIELDS.map(
          (field) => html`
            <${Field} key=${field.name} field=${field} value=${options[field.name]}
              onChange=${(value) => set(field.name, value)} />`,
        )}
      </div>
    </details>`;
}

function Field({ field: { name, label, choices, number, flag }, value, onChange }) {
  if (flag !== undefined) {
    return html`
      <label class="switch">
        <input type="checkbox" name=${name} checked=${value ?? flag} onChange=${(event) => onChange(event.target.checked)} />
        <span>${label}</span>
      </label>`;
  }
  return html`
    <label class="field is-small"><span>${label}</span>
      ${choices
        ? html`
            <select class="input" name=${name} onChange=${(event) => onChange(event.target.value)}>
              ${choices.map(([key, text]) => html`<option key=${key} value=${key} selected=${key === (value ?? "")}>${text}</option>`)}
            </select>`
        : html`
            <input class="input" type="number" name=${name} value=${value ?? ""}
              onInput=${(event) => onChange(event.target.value)} ...${number} />`}
    </label>`;
}
