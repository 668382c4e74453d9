/**
 * A quiz as an editor holds it: {title, description, language, tags, questions}, each question with all of its fields and a `key`
 * that stays while it moves. What goes to the server is made by `sent`, what comes from there read by `held`.
 */

import { parseNumber, typedNumber } from "../player/number_text.js";
import { t } from "../text.js";

export const TYPES = {
  single: t("One right choice"),
  multiple: t("Several right choices"),
  true_false: t("True or false"),
  text: t("Typed answer"),
  number: t("Number"),
  order: t("Put in order"),
  poll: t("Poll"),
};

export const MOST_CHOICES = 8;
export const USUAL_SECONDS = 20;

const CHOOSING = ["single", "multiple", "order", "poll"];

export const hasChoices = (type) => CHOOSING.includes(type);

const newKey = () => crypto.getRandomValues(new Uint32Array(2)).join("-");

export const blankChoice = () => ({ key: newKey(), text: "", image: "" });

export function blankQuestion(type = "single") {
  return {
    key: newKey(),
    id: `q-${newKey()}`,
    type,
    text: "",
    choices: hasChoices(type) ? [blankChoice(), blankChoice()] : [],
    right: [], // keys of choices
    truth: null,
    spellings: [""],
    number: "",
    tolerance: "",
    seconds: String(USUAL_SECONDS),
    points: "",
    explanation: "",
    image: "",
    alt: "",
  };
}

export const blankQuiz = () => ({ title: "", description: "", language: "", tags: [], questions: [blankQuestion()] });

const words = (value) => (typeof value === "string" ? value : typeof value === "number" ? String(value) : "");
const asTyped = (value) => (typeof value === "number" ? typedNumber(value) : words(value));
const listed = (value) => (Array.isArray(value) ? value : value === null || value === undefined || value === "" ? [] : [value]);

/** A question from the server or out of a file, where anything may stand in place of what should. */
export function heldQuestion(raw, id) {
  const type = raw?.type in TYPES ? raw.type : "single";
  const question = blankQuestion(type);
  const choices = listed(raw?.choices).slice(0, MOST_CHOICES);
  question.id = words(raw?.id) || id || question.id;
  if (hasChoices(type) && choices.length > 0) {
    question.choices = choices.map((one) => ({ ...blankChoice(), text: words(one?.text ?? one), image: words(one?.image) }));
    while (question.choices.length < 2) question.choices.push(blankChoice());
  }
  const right = listed(raw?.correct).map((place) => question.choices[place]).filter(Boolean);
  if (type === "order" && right.length === question.choices.length) question.choices = right;
  else question.right = right.map(({ key }) => key);
  if (type === "true_false" && typeof raw?.correct === "boolean") question.truth = raw.correct;
  if (type === "text" && listed(raw?.correct).length) question.spellings = listed(raw.correct).map(words);
  if (type === "number") question.number = asTyped(raw?.correct);
  question.tolerance = asTyped(raw?.tolerance);
  const texts = { text: "text", points: "points", explanation: "explanation", image: "image", image_alt: "alt" };
  for (const [theirs, ours] of Object.entries(texts)) question[ours] = words(raw?.[theirs]);
  question.seconds = words(raw?.time_limit) || String(USUAL_SECONDS);
  if (Number(question.tolerance) === 0) question.tolerance = "";
  return question;
}

export function held(raw) {
  return {
    title: words(raw?.title),
    description: words(raw?.description),
    language: words(raw?.language),
    tags: listed(raw?.tags).map(words).filter(Boolean),
    questions: listed(raw?.questions).map((one, place) => heldQuestion(one, `q${place + 1}`)),
  };
}

/** "2,5" as people type it; what is no number stays, so that the server says so. */
function amount(text) {
  return text.trim() === "" ? null : parseNumber(text) ?? text;
}

/** Nothing for `order`: the items stand in the right order, and the server shuffles them. */
function answer(question) {
  const { type, choices, right } = question;
  const places = choices.map(({ key }, place) => (right.includes(key) ? place : -1)).filter((place) => place >= 0);
  switch (type) {
    case "single":
      return places[0] ?? null;
    case "multiple":
      return places;
    case "true_false":
      return question.truth;
    case "number":
      return amount(question.number);
    case "text":
      return question.spellings.filter((one) => one.trim() !== "");
    default:
      return null;
  }
}

/** As the interface takes it; an empty list says that the answer is missing. */
export function sentQuestion(question) {
  const correct = answer(question);
  return {
    id: question.id,
    type: question.type,
    text: question.text,
    ...(hasChoices(question.type) && { choices: question.choices.map(({ text, image }) => ({ text, ...(image && { image }) })) }),
    correct: Array.isArray(correct) && correct.length === 0 ? null : correct,
    ...(question.type === "number" && question.tolerance.trim() && { tolerance: amount(question.tolerance) }),
    time_limit: amount(question.seconds) ?? USUAL_SECONDS,
    points: amount(question.points),
    explanation: question.explanation || null,
    image: question.image || null,
    image_alt: question.alt || null,
  };
}

export function sent({ title, description, language, tags, questions }) {
  return { title, description, language, tags, questions: questions.map(sentQuestion) };
}

/** Whether two quizzes say the same. */
export const same = (one, other) => JSON.stringify(sent(one)) === JSON.stringify(sent(other));

/** The question as another type, with all that this type can say too. */
export function retyped(question, type) {
  const choices = hasChoices(type) && question.choices.length < 2 ? [blankChoice(), blankChoice()] : question.choices;
  const right = type === "single" ? question.right.slice(0, 1) : question.right;
  return { ...question, type, choices, right };
}

/** A list with the item at `from` at place `to`. */
export function moved(items, from, to) {
  const next = [...items];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}

/** A copy of the question, which is another one. */
export function copied(question) {
  const made = heldQuestion(sentQuestion(question));
  return { ...made, id: blankQuestion().id };
}
