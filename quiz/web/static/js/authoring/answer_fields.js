/** What can be answered and what is right, for each type of question. `at` gives a field's problem and notes that it was left. */

import { html, useLayoutEffect, useRef } from "../../vendor/preact.mjs";
import { Badge, Icon, tint } from "../glyphs.js";
import { t } from "../text.js";
import { blankChoice, MOST_CHOICES, moved } from "./content.js";
import { Problem, TextField, useName } from "./fields.js";
import { ImageField } from "./image_field.js";

const MOST_SPELLINGS = 50;

export function AnswerFields({ question, onChange, at }) {
  const Fields = FIELDS[question.type];
  return html`<${Fields} question=${question} onChange=${onChange} at=${at} />`;
}

function ChoiceFields({ question, onChange, at }) {
  const { type, choices, right } = question;
  const name = useName();
  const list = useRef(null);
  const focus = useRef(null);
  const set = (place, patch) => onChange({ choices: choices.map((one, i) => (i === place ? { ...one, ...patch } : one)) });
  const mark = ({ key }) => {
    if (type === "single") onChange({ right: [key] });
    else onChange({ right: right.includes(key) ? right.filter((one) => one !== key) : [...right, key] });
  };
  const add = () => {
    focus.current = choices.length;
    onChange({ choices: [...choices, blankChoice()] });
  };
  const remove = (place) => {
    focus.current = Math.min(place, choices.length - 2);
    onChange({ choices: choices.filter((_, i) => i !== place), right: right.filter((key) => key !== choices[place].key) });
  };
  const move = (place, by) => {
    if (place + by < 0 || place + by >= choices.length) return;
    focus.current = place + by;
    onChange({ choices: moved(choices, place, place + by) });
  };
  const press = (event, place) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.altKey && by) {
      event.preventDefault();
      event.stopPropagation();
      move(place, by);
    } else if (event.key === "Enter" && event.target.matches("input[type=text]") && choices.length < MOST_CHOICES) {
      event.preventDefault();
      add();
    }
  };
  useLayoutEffect(() => {
    if (focus.current === null) return;
    list.current.children[focus.current]?.querySelector("input[type=text]").focus();
    focus.current = null;
  }, [choices]);

  const marks = type === "single" || type === "multiple";
  const legend = { order: t("Items, in the right order"), poll: t("Choices") }[type] ?? t("Choices; mark what is right");
  return html`
    <fieldset class="answers" aria-describedby=${`${name}-problem`}>
      <legend>${legend}</legend>
      <ol ref=${list} class="choice-fields">
        ${choices.map(
          (choice, place) => html`
            <li key=${choice.key} class="choice-field" onKeyDown=${(event) => press(event, place)}>
              <span class=${`choice-badge ${type === "order" ? "" : tint(place)}`} aria-hidden="true">
                ${type === "order" ? html`<b>${place + 1}</b>` : html`<${Badge} id=${place} />`}
              </span>
              <${TextField} label=${type === "order" ? t("Item {number}", { number: place + 1 }) : t("Choice {number}", { number: place + 1 })} quiet type="text" value=${choice.text}
                testid=${`choice-text-${place}`} onChange=${(text) => set(place, { text })} ...${at(`choices/${place}/text`)} />
              ${marks && html`
                <label class="mark" title=${t("Right")}>
                  <input type=${type === "single" ? "radio" : "checkbox"} name=${name} checked=${right.includes(choice.key)}
                    data-testid=${`right-${place}`} onChange=${() => mark(choice)} />
                  <span class="mark-words">${t("Right")}</span><span class="sr-only">: ${t("Choice {number}", { number: place + 1 })}</span>
                </label>`}
              <div class="choice-tools">
                ${type === "order" && html`
                  <button type="button" class="button is-bare" aria-label=${t("Move item {number} up", { number: place + 1 })} disabled=${place === 0}
                    onClick=${() => move(place, -1)}><${Icon} name="up" /></button>
                  <button type="button" class="button is-bare" aria-label=${t("Move item {number} down", { number: place + 1 })} disabled=${place === choices.length - 1}
                    onClick=${() => move(place, 1)}><${Icon} name="down" /></button>`}
                <${ImageField} small label=${t("Image of choice {number}", { number: place + 1 })} image=${choice.image} problem=${at(`choices/${place}/image`).problem}
                  onChange=${(image) => set(place, { image })} />
                <button type="button" class="button is-bare" aria-label=${type === "order" ? t("Remove item {number}", { number: place + 1 }) : t("Remove choice {number}", { number: place + 1 })}
                  disabled=${choices.length <= 2} onClick=${() => remove(place)}><${Icon} name="cross" /></button>
              </div>
            </li>`,
        )}
      </ol>
      ${choices.some(({ image }) => image) && html`<p class="field-hint">${t("Beside an image, write what it shows: that is read out, and stands in the results.")}</p>`}
      <button type="button" class="button is-compact" data-testid="add-choice" disabled=${choices.length >= MOST_CHOICES} onClick=${add}>
        <${Icon} name="plus" />${type === "order" ? t("Add an item") : t("Add a choice")}
      </button>
      <${Problem} id=${`${name}-problem`} problem=${at("choices").problem ?? at("correct").problem} />
    </fieldset>`;
}

function TruthFields({ question, onChange, at }) {
  const name = useName();
  return html`
    <fieldset class="answers" aria-describedby=${`${name}-problem`}>
      <legend>${t("What is right")}</legend>
      <div class="truths">
        ${[true, false].map(
          (truth) => html`
            <label key=${truth} class="mark is-large">
              <input type="radio" name=${name} checked=${question.truth === truth} data-testid=${`truth-${truth}`}
                onChange=${() => onChange({ truth })} />
              ${truth ? t("True") : t("False")}
            </label>`,
        )}
      </div>
      <${Problem} id=${`${name}-problem`} problem=${at("correct").problem} />
    </fieldset>`;
}

function SpellingFields({ question: { spellings }, onChange, at }) {
  const list = useRef(null);
  const focus = useRef(null);
  const set = (place, text) => onChange({ spellings: spellings.map((one, i) => (i === place ? text : one)) });
  const add = () => {
    focus.current = spellings.length;
    onChange({ spellings: [...spellings, ""] });
  };
  const remove = (place) => {
    focus.current = Math.min(place, spellings.length - 2);
    onChange({ spellings: spellings.filter((_, i) => i !== place) });
  };
  useLayoutEffect(() => {
    if (focus.current !== null) list.current.children[focus.current]?.querySelector("input").focus();
    focus.current = null;
  }, [spellings]);
  const press = (event) => {
    if (event.key !== "Enter" || spellings.length >= MOST_SPELLINGS) return;
    event.preventDefault();
    add();
  };
  const { problem, onBlur } = at("correct");
  return html`
    <fieldset class="answers">
      <legend>${t("Accepted answers")}</legend>
      <p class="field-hint">${t("Capitals and extra spaces do not matter. Add the other spellings that you accept.")}</p>
      <ol ref=${list} class="choice-fields">
        ${spellings.map(
          (text, place) => html`
            <li key=${place} class="choice-field" onKeyDown=${press}>
              <${TextField} label=${t("Accepted answer {number}", { number: place + 1 })} quiet type="text" value=${text} maxlength="200" testid=${`spelling-${place}`}
                onChange=${(changed) => set(place, changed)} onBlur=${onBlur} problem=${place === 0 ? problem : null} />
              <button type="button" class="button is-bare" aria-label=${t("Remove accepted answer {number}", { number: place + 1 })} disabled=${spellings.length === 1}
                onClick=${() => remove(place)}><${Icon} name="cross" /></button>
            </li>`,
        )}
      </ol>
      <button type="button" class="button is-compact" data-testid="add-spelling" disabled=${spellings.length >= MOST_SPELLINGS} onClick=${add}>
        <${Icon} name="plus" />${t("Add a spelling")}
      </button>
    </fieldset>`;
}

function NumberFields({ question, onChange, at }) {
  return html`
    <fieldset class="answers is-row">
      <legend>${t("What is right")}</legend>
      <${TextField} label=${t("Number")} inputmode="decimal" value=${question.number} testid="number" onChange=${(number) => onChange({ number })} ...${at("correct")} />
      <${TextField} label=${t("Tolerance (±)")} inputmode="decimal" placeholder="0" value=${question.tolerance} testid="tolerance"
        hint=${t("How far off still counts.")} onChange=${(tolerance) => onChange({ tolerance })} ...${at("tolerance")} />
    </fieldset>`;
}

const FIELDS = {
  single: ChoiceFields,
  multiple: ChoiceFields,
  true_false: TruthFields,
  text: SpellingFields,
  number: NumberFields,
  order: ChoiceFields,
  poll: ChoiceFields,
};
