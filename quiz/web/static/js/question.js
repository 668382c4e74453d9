/** What a question looks like and what its answers read like, on every screen. */

import { html } from "../vendor/preact.mjs";
import { t } from "./text.js";

let language; // of what the quiz's author wrote
let known; // Intl's names of languages

/** What an author took for a language's tag, if it is one. */
export function spoken(tag) {
  if (!tag) return undefined;
  known ??= new Intl.DisplayNames("en", { type: "language", fallback: "none" });
  try {
    return known.of(tag) && tag;
  } catch {
    return undefined;
  }
}

/** From now on what the author wrote is in this language. */
export function writtenIn(tag) {
  language = spoken(tag);
}

/** For the element around what the author wrote: it runs in its own direction, and is read out in its own language. */
export const authored = () => ({ dir: "auto", lang: language });

export const TYPE_NAMES = {
  single: t("Choose one"),
  multiple: t("Choose all that are right"),
  true_false: t("True or false?"),
  text: t("Type the answer"),
  number: t("Enter a number"),
  order: t("Put in order"),
  poll: t("Poll: there is no wrong answer"),
};

/** Long texts are set smaller, so that a question still leaves room for its answers. */
export function sizeOf(text) {
  if (text.length > 320) return "is-long is-longest";
  if (text.length > 160) return "is-long";
  return text.length > 80 ? "is-medium" : "is-short";
}

export function QuestionText({ question, children }) {
  return html`
    <div class="question-text">
      <h1 class=${sizeOf(question.text)} ...${authored()}>${question.text}</h1>
      ${children}
      ${question.image && html`<img class="question-image" src=${question.image} alt=${question.image_alt ?? ""} />`}
    </div>`;
}

export function choiceText(question, id) {
  return question.choices?.find((choice) => choice.id === id)?.text ?? String(id);
}

/** "a, b", with the comma of the page's language. */
export const enumerated = (words) => words.join(`${t(",")} `);

/** An answer, or what was right, in words. `order` and `multiple` are lists of ids, `text` may be a list of spellings. */
export function inWords(question, answer) {
  if (answer === null || answer === undefined) return "";
  switch (question.type) {
    case "single":
    case "poll":
      return choiceText(question, answer);
    case "multiple":
      return enumerated([answer].flat().map((id) => choiceText(question, id)));
    case "order":
      return [answer].flat().map((id) => choiceText(question, id)).join(" › "); // turns round where text runs from right to left
    case "true_false":
      return answer ? t("True") : t("False");
    default:
      return [answer].flat().join(" / ");
  }
}

/** Whether a choice is among what was right. */
export function isRight(question, correct, id) {
  if (correct === null || correct === undefined) return false;
  if (question.type === "multiple") return correct.includes(id);
  return correct === id;
}

/** How many gave each answer, as [answer, count] in the order the screen shows them. */
export function tally(question, distribution) {
  const counts = new Map(answersOf(question).map((answer) => [answer, 0]));
  for (const { answer, count } of distribution) {
    // A set of choices counts for each choice in it; an order is one answer, however long.
    const parts = question.type === "multiple" ? [answer].flat() : [answer];
    for (const part of parts) counts.set(part, (counts.get(part) ?? 0) + count);
  }
  return [...counts];
}

function answersOf(question) {
  if (question.type === "true_false") return [true, false];
  if (["single", "multiple", "poll"].includes(question.type)) return question.choices.map(({ id }) => id);
  return [];
}
