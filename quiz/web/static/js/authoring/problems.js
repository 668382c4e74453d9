/** What is wrong with a quiz, at the fields that it is wrong with. */

import { sentence } from "../errors.js";
import { t } from "../text.js";
import { known } from "./reasons.js";

/** key of a question, or "" → Map of field ("text", "choices/1/text", "correct") → words. */
export function problemsByQuestion(problems, questions) {
  const found = new Map();
  for (const { path, reason } of problems) {
    const [, list, place, ...rest] = path.split("/");
    const question = list === "questions" && place !== undefined ? questions[place] : null;
    const key = question ? question.key : "";
    const field = question ? rest.join("/") : path.slice(1);
    if (!found.has(key)) found.set(key, new Map());
    if (!found.get(key).has(field)) found.get(key).set(field, words(field, reason));
  }
  return found;
}

/** Those problems whose values are as they were: of the others nobody knows before they are checked. */
export const unchanged = (problems, before, after) =>
  problems.filter(({ path }) => JSON.stringify(valueAt(before, path)) === JSON.stringify(valueAt(after, path)));

const valueAt = (document, path) => path.split("/").slice(1).reduce((value, name) => value?.[name], document);

const MISSING = {
  correct: t("Say what is right."),
  title: t("A quiz needs a title."),
  text: t("Write the question."),
};

function words(field, reason) {
  if (reason === "is missing") return MISSING[field] ?? t("Write something here.");
  if (field === "questions") return t("A quiz needs at least one question.");
  return sentenceOf(reason);
}

/** What the server says, in the page's language if it is known there: "is not said" → "Is not said." */
export function sentenceOf(reason) {
  const words = known(reason);
  if (words) return words;
  const text = reason.charAt(0).toUpperCase() + reason.slice(1);
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

const TOLD = ["invalid_payload", "limit_reached", "not_host"];

/** Why something was refused: in the server's own words where those say more than a sentence of ours. */
export const refusal = (error) => (TOLD.includes(error.code) ? sentenceOf(error.message) : sentence(error));
