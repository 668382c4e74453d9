/**
 * What people read, in the page's language. The English sentence is the key; the page loads its language's catalogue before
 * any module runs (docs/decisions/0025), and what is not in it stays English. scripts/texts finds the calls of `t` and `tn` by
 * their literal strings: whole sentences with {placeholders}, never glued from parts.
 */

// {plural: n => place among the forms, texts: {English: translation, or the forms of a plural}}
const CATALOGUE = globalThis.quizTexts ?? { texts: {} };
const PLACEHOLDER = /\{(\w+)\}/;

/** The page's language, as the server chose it. */
export const LANGUAGE = globalThis.document?.documentElement.lang || "en";

/** With the reader's own region, if they have one in this language. Digits are those of PINs, in every language. */
function locale() {
  const near = globalThis.navigator?.languages?.find((one) => one.split("-")[0] === LANGUAGE.split("-")[0]);
  return new Intl.Locale(near ?? LANGUAGE, { numberingSystem: "latn" });
}

/**
 * `text` in the page's language. Strings in `values` are isolated, so that a name in another script turns nothing round; numbers
 * are written as the language does. With an element among the values, the pieces as a list, which stands in a template as it is.
 */
export function t(text, values) {
  const found = CATALOGUE.texts[text] ?? text;
  return values ? filled(found, values) : found;
}

/** As `t`, for `count` of something: `tn("{count} player", "{count} players", count)`. */
export function tn(one, many, count, values) {
  const forms = CATALOGUE.texts[one];
  const found = Array.isArray(forms) ? forms[CATALOGUE.plural(count)] : count === 1 ? one : many;
  return filled(found, { count, ...values });
}

function filled(text, values) {
  const pieces = text.split(PLACEHOLDER); // text, name, text, name, …
  const made = pieces.map((piece, place) => (place % 2 === 0 ? piece : written(values[piece])));
  return made.some((one) => typeof one === "object") ? made : made.join("");
}

function written(value) {
  if (typeof value === "string") return isolated(value);
  return typeof value === "number" ? number(value) : (value ?? "");
}

/** Reads in its own direction, whatever stands around it; figures and signs alone from left to right. */
export const isolated = (text) => `\u2068${text}\u2069`;

/** How far something is: "2 / 7". */
export const outOf = (part, whole) => isolated(`${number(part)} / ${number(whole)}`);

/** So many times as much: "× 1.5". */
export const times = (factor) => isolated(`× ${number(factor)}`);

const formats = new Map();

/** Making one of Intl's formats costs a hundred times its use, and the first a slow phone 50 ms: none is made until it is needed. */
function format(Kind, options) {
  const key = `${Kind.name} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Kind(locale(), options));
  return formats.get(key);
}

/** `options` as for Intl.NumberFormat: `{ style: "percent" }`, `{ style: "unit", unit: "second" }`. */
export function number(value, options) {
  // Written alike in every language, with these digits.
  if (!options && Number.isInteger(value) && value >= 0 && value < 1000) return String(value);
  return format(Intl.NumberFormat, options ?? {}).format(value);
}

/** A moment in milliseconds; `options` as for Intl.DateTimeFormat. */
export const moment = (milliseconds, options = { dateStyle: "medium", timeStyle: "short" }) =>
  format(Intl.DateTimeFormat, options).format(milliseconds);

/** "Ann, Ben and Eve". */
export const listed = (names) => format(Intl.ListFormat, { type: "conjunction" }).format(names.map(isolated));
