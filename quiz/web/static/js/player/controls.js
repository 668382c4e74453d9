/** One control for each type of question. Each calls `onSend` with the answer the server expects; `drafts`: see drafts.js. */

import { html } from "../../vendor/preact.mjs";
import { Badge, Icon, letter, tint } from "../glyphs.js";
import { authored } from "../question.js";
import { t, tn } from "../text.js";
import { useDraft } from "./drafts.js";
import { useKeys } from "./keys.js";
import { parseNumber } from "./number_text.js";
import { OrderControl } from "./order_control.js";
import { SendButton } from "./screen.js";

function Choice({ choice, pressed, onClick }) {
  return html`
    <button class=${`choice ${tint(choice.id)}`} data-testid=${`choice-${choice.id}`} aria-pressed=${pressed}
      aria-keyshortcuts=${letter(choice.id)} onClick=${onClick}>
      <${Badge} id=${choice.id} />
      ${choice.image && html`<img class="choice-image" src=${choice.image} alt="" />`}
      <span class="choice-text" ...${authored()}>${choice.text}</span>
      ${pressed !== undefined && html`<span class="choice-mark">${pressed && html`<${Icon} name="check" />`}</span>`}
    </button>`;
}

/** Many or long choices are set smaller, so that all of them stay in sight. */
function Choices({ choices, children }) {
  const crowded = choices.length > 4 || choices.some(({ text }) => text.length > 60);
  return html`<div class=${`choices ${crowded ? "is-crowded" : ""}`} role="group" aria-label=${t("Answers")}>${children}</div>`;
}

function SingleControl({ question, onSend }) {
  useKeys(question.choices, onSend);
  return html`
    <${Choices} choices=${question.choices}>
      ${question.choices.map((choice) => html`<${Choice} key=${choice.id} choice=${choice} onClick=${() => onSend(choice.id)} />`)}
    <//>`;
}

/** What is sent of chosen ids, null for none. */
const chosenOf = (ids) => (ids.length > 0 ? [...ids].sort((a, b) => a - b) : null);

function MultipleControl({ question, drafts, onSend }) {
  const [chosen, setChosen] = useDraft(drafts, question, [], chosenOf);
  const toggle = (id) => setChosen((held) => (held.includes(id) ? held.filter((other) => other !== id) : [...held, id]));
  useKeys(question.choices, toggle);
  return html`
    <${Choices} choices=${question.choices}>
      ${question.choices.map(
        (choice) => html`
          <${Choice} key=${choice.id} choice=${choice} pressed=${chosen.includes(choice.id)} onClick=${() => toggle(choice.id)} />`,
      )}
    <//>
    <div class="send-row">
      <button type="button" class="button is-large" data-testid="clear" disabled=${chosen.length === 0} onClick=${() => setChosen([])}>
        ${t("Clear")}
      </button>
      <${SendButton} disabled=${chosen.length === 0} onClick=${() => onSend(chosenOf(chosen))}>
        ${chosen.length > 0 ? tn("Send {count} answer", "Send {count} answers", chosen.length) : t("Send")}
      <//>
    </div>`;
}

const TRUTHS = [
  { id: true, text: t("True"), icon: "check" },
  { id: false, text: t("False"), icon: "cross" },
];

function TrueFalseControl({ onSend }) {
  useKeys(TRUTHS, onSend);
  return html`
    <div class="choices is-truths" role="group" aria-label=${t("Answers")}>
      ${TRUTHS.map(
        ({ id, text, icon }) => html`
          <button key=${text} class=${`choice is-${id}`} data-testid=${`choice-${id}`} onClick=${() => onSend(id)}>
            <${Icon} name=${icon} /><span class="choice-text">${text}</span>
          </button>`,
      )}
    </div>`;
}

const textOf = (text) => (text.trim() ? text : null);

function TextControl({ question, drafts, onSend }) {
  const [text, setText] = useDraft(drafts, question, "", textOf);
  const send = (event) => {
    event.preventDefault();
    if (textOf(text) !== null) onSend(text);
  };
  return html`
    <form class="typed" onSubmit=${send}>
      <input class="input is-large" data-testid="answer-text" aria-label=${t("Your answer")} placeholder=${t("Your answer")} dir="auto"
        value=${text} onInput=${(event) => setText(event.target.value)} maxlength="200"
        autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck=${false} enterkeyhint="send" />
      <${SendButton} disabled=${textOf(text) === null} />
    </form>`;
}

/** What may still become a number. */
const BEGUN = /^[-−+]?[.,]?\s*$/;

function NumberControl({ question, drafts, onSend }) {
  const [text, setText] = useDraft(drafts, question, "", parseNumber);
  const number = parseNumber(text);
  // Number pads of phones have no minus.
  const flip = () => setText(text.startsWith("-") ? text.slice(1) : `-${text}`);
  const send = (event) => {
    event.preventDefault();
    if (number !== null) onSend(number);
  };
  return html`
    <form class="typed" onSubmit=${send}>
      <div class="typed-row">
        <button type="button" class="button is-large" onClick=${flip} aria-label=${t("Change the sign")}>±</button>
        <input class="input is-large is-number" data-testid="answer-number" aria-label=${t("Your answer")}
          aria-describedby="no-number" value=${text} onInput=${(event) => setText(event.target.value)}
          inputmode="decimal" autocomplete="off" enterkeyhint="send" />
      </div>
      <p class="form-error" id="no-number" role="status" data-testid="no-number">
        ${number === null && !BEGUN.test(text) && t("Only a number, such as {one} or {other}.", { one: 12, other: 3.5 })}
      </p>
      <${SendButton} disabled=${number === null} />
    </form>`;
}

export const CONTROLS = {
  single: SingleControl,
  poll: SingleControl,
  multiple: MultipleControl,
  true_false: TrueFalseControl,
  text: TextControl,
  number: NumberControl,
  order: OrderControl,
};
