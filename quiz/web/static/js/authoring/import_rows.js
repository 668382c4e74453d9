/** What the server understood of a file, as rows in the order of the file. */

import { t, tn } from "../text.js";
import { heldQuestion } from "./content.js";
import { problemsByQuestion, sentenceOf } from "./problems.js";

/** "line 12", "question 3", "file", as the readers of files call them. */
export function placeWords(place) {
  const number = numberOf({ place });
  if (place === "file") return t("The file");
  return { line: t("Line {number}", { number }), question: t("Question {number}", { number }) }[place.split(" ")[0]] ?? place;
}

/**
 * `rows` are {key, place, question, problems, reason}: a question as far as it was understood; `reason` is why the file's own
 * could not be used. `general` is what is wrong with the file as a whole.
 */
export function readRows({ quiz, places, problems, notes }, filename) {
  const understood = (quiz?.questions ?? []).map((one, at) => ({
    key: `good-${at}`,
    place: places[at] ?? `question ${at + 1}`,
    question: heldQuestion(one),
    problems: new Map(),
  }));
  const rows = problems.filter(isRow).map(({ place, reason, question }, at) => ({
    key: `bad-${at}`,
    place,
    question: heldQuestion({ ...question, id: undefined }), // two rows may have the same
    reason: sentenceOf(reason),
    problems: new Map([[fieldOf(reason), sentenceOf(reason)]]),
  }));
  return {
    title: quiz?.title ?? filename.replace(/\.[^.]*$/, ""),
    about: { description: quiz?.description ?? "", language: quiz?.language ?? "", tags: quiz?.tags ?? [] },
    rows: [...understood, ...rows].map((row, at) => [row, at]).sort(([a, i], [b, j]) => numberOf(a) - numberOf(b) || i - j).map(([row]) => row),
    general: problems.filter((one) => !isRow(one)).map(({ place, reason }) => `${placeWords(place)}: ${sentenceOf(reason)}`),
    notes: notes.map(({ place, reason }) => ({ place: placeWords(place), reason: sentenceOf(reason) })),
    problemsOf: (found) => problemsByQuestion(found, [{ key: "it" }]).get("it") ?? new Map(),
    told: ({ path, reason }, usable) => {
      const row = usable[path.split("/")[2]];
      return row && path.startsWith("/questions/") ? `${placeWords(row.place)}: ${sentenceOf(reason)}` : sentenceOf(reason);
    },
    words: (good, bad) => {
      if (good + bad === 0) return t("Nothing was understood");
      if (bad === 0) return tn("{count} question understood", "{count} questions understood", good);
      return tn("{count} question understood, {bad} not", "{count} questions understood, {bad} not", good, { bad });
    },
  };
}

const numberOf = ({ place }) => Number(place.match(/\d+/)?.[0] ?? 0);

/** A header's and the file's own problems are nobody's question. */
const isRow = ({ place, question }) => question !== undefined && place !== "file";

const fieldOf = (reason) => ({ question: "text", choices: "choices" })[reason.split(":")[0]] ?? reason.split(":")[0].replace(/^choice.*/, "choices");
