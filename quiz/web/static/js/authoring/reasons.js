/**
 * Why something was refused, in the page's language. The server tells programs and people alike, in English; the reasons that people
 * meet are known here by their look. A test finds a new one that is not.
 */

import { number, t, tn } from "../text.js";
import { TYPES } from "./content.js";

const counted = (text) => number(Number(text));

const FIELDS = {
  choices: t("Choices"),
  correct: t("Right answer"),
  description: t("Description"),
  explanation: t("Explanation"),
  image: t("Image"),
  image_alt: t("What the image shows"),
  language: t("Language"),
  points: t("Points"),
  question: t("Question"),
  questions: t("Questions"),
  tags: t("Tags"),
  text: t("Question"),
  time_limit: t("Time (seconds)"),
  title: t("Title"),
  tolerance: t("Tolerance (±)"),
  type: t("Type"),
};

/** Each pattern with what makes words of its groups; the first that fits counts. */
const REASONS = [
  [/^is missing(;.*)?$/, () => t("Something is missing.")],
  [/^has (\d+) characters, (\d+) are allowed$/, (has, most) => t("Too long: {has} characters, {most} are allowed.", { has: +has, most: +most })],
  [/^has (\d+) bytes, (\d+) are allowed$/, (has, most) => t("Too large: {has} bytes, {most} are allowed.", { has: +has, most: +most })],
  [/^has (\d+) columns, (\d+) are allowed$/, (has, most) => t("Too many columns: {has}, {most} are allowed.", { has: +has, most: +most })],
  [/^must be between (\S+) and (\S+)$/, (least, most) => t("Must be between {least} and {most}.", { least: counted(least), most: counted(most) })],
  [/^(.+) is no whole number$/, (value) => t("{value} is no whole number.", { value })],
  [/^(.+) is no number; decimals /, (value) => t("{value} is no number: decimals stand behind a point, as in {example}.", { value, example: "2.5" })],
  [/^(.+) is no number(;.*)?$/, (value) => t("{value} is no number.", { value })],
  [/^holds a character /, () => t("Holds a character that can't be used.")],
  [/^there is no choice (.+); there are /, (value) => t("There is no choice {value}.", { value })],
  [/^(.+) is not the number of a choice; /, (value) => t("There is no choice {value}.", { value })],
  [/^(.+) is no choice$/, (value) => t("There is no choice {value}.", { value })],
  [/^names a choice twice$/, () => t("A choice is named twice.")],
  [/^a question of type single has one right choice$/, () => t("One choice must be right, and no more.")],
  [/^a question of type text has 1 to (\d+) accepted spellings$/, (most) => t("There may be up to {most} accepted answers.", { most: +most })],
  [/^a question of type \w+ has (\d+) to (\d+)$/, (least, most) => t("There must be {least} to {most} choices.", { least: +least, most: +most })],
  [/^must hold every item once$/, () => t("Every item must be there once.")],
  [/^(.+) is neither true nor false$/, (value) => t("{value} is neither true nor false.", { value })],
  [/^(.+) is no address of a picture$/, () => t("This is no address of an image.")],
  [/^(.+ )?is no text$/, () => t("This is no text.")],
  [/^(.+?) is none of (.+)$/, (value, known) => t("{value} is none of these: {known}", { value, known })],
  [/^(.+) is another question's$/, (value) => t("Another question has the same id: {value}", { value })],
  [/^a quiz has 1 to (\d+)$/, (most) => t("A quiz has 1 to {most} questions.", { most: +most })],
  [/^must be a list of at most (\d+)$/, (most) => t("There may be up to {most} tags.", { most: +most })],
  [/^must be a list( of choices)?$|^is no object$|^a quiz is an object$|^is no row of texts: /, () => t("That could not be understood.")],

  // files
  [/^there is no column (.+?)( and no column .*)?$/, (column) => t("There is no column {column}.", { column })],
  [/^is empty, though a later choice /, () => t("Empty, though a later choice or its image is not.")],
  [/^answer (\d+) is right, but empty$/, (place) => t("Answer {number} is marked as right, but empty.", { number: +place })],
  [/^there are two with the letter (.+)$/, (letter) => t("There are two choices with the letter {letter}.", { letter })],
  [/^there is no line “ANSWER:” below/, () => t("The line with the right answer is missing.")],
  [/^no answer is marked as right /, () => t("No answer is marked as right.")],
  [/^is an essay|^is a question of matching|^is a text with gaps |^is a description: |^is neither multiple nor boolean$/, () => t("Questions of this kind can't be imported.")],
  [/^is empty$/, () => t("This file is empty.")],
  [/^is a file of LibreOffice/, () => t("This is a file of LibreOffice or OpenOffice. Save a table as .xlsx.")],
  [/^is a workbook of Excel before 2007/, () => t("This is a workbook of an old Excel (.xls). Save it as .xlsx.")],
  [/^is a PDF|^is a picture$|^is a document of Word|^is a presentation /, () => t("Out of such a file no questions can be read.")],
  [/^is no workbook|^is an archive, but no workbook/, () => t("This is no workbook that can be read.")],
  [/^is (a )?cut off or (a )?broken |^is not in base64 |^is no CSV: /, () => t("This file is damaged or cut off.")],

  [/^there is no such column as (.+)$/, (column) => t("There is no such column: {column}", { column })],
  [/^the column (.+) is there twice$/, (column) => t("The column {column} is there twice.", { column })],
  [/^column (\d+) has a text and no name/, (column) => t("Column {column} has texts and no name.", { column: +column })],
  [/^a (?:cell|field) has more than (\d+) characters/, (most) => t("A cell has more than {most} characters.", { most: +most })],
  [/^has (\d+) characters, (\d+) are allowed in a cell$/, (has, most) => t("Too long: {has} characters, {most} are allowed.", { has: +has, most: +most })],
  [/^is a formula whose result /, () => t("A formula whose result is not in the file.")],
  [/^is a date or a time; /, () => t("A date or a time: format the cell as text and type it again.")],
  [/^is the error (.+)$/, (error) => t("Holds an error: {error}", { error })],
  [/^the sheet (.+) was not read, only (.+)$/, (sheet, read) => t("Only the sheet {read} was read, not {sheet}.", { sheet, read })],
  [/^a quotation mark .* never closed/, () => t("A quotation mark is opened and never closed.")],
  [/^the tag (.+) is left out$/, (tag) => t("The tag {tag} is left out.", { tag })],
  [/^and (\d+) more tags$/, (count) => tn("{count} more tag is left out.", "{count} more tags are left out.", +count)],
  [/^has more than (\d+) answers$/, (most) => t("There are more than {most} answers.", { most: +most })],
  [/^a line between them begins with no letter/, () => t("A line between the choices begins with no letter, as in {example}", { example: "B. " })],
  [/^is neither True nor False$/, () => t("This is neither true nor false.")],
  [/^the \{ of its answers is not closed |^a \} has no \{ before it/, () => t("A brace is lacking around the answers.")],
  [/^has answers in braces \{\} twice/, () => t("There are answers in two places; only one gap is possible.")],
  [/^there is no number behind /, () => t("The right number is missing.")],
  [/^(\d+) numbers are right, one /, () => t("Several numbers are right; only one is possible.")],
  [/^the range (.+) ends before it begins$/, (range) => t("The range {range} ends before it begins.", { range })],
  [/^the first field is missing/, () => t("The first field is missing: the word.")],
  [/^the second field is missing/, () => t("The second field is missing: the meaning.")],
  [/^has more than two fields; /, () => t("More than two fields: only the first two are read.")],
  [/^the title of a question \(::/, () => t("Titles of questions are left out.")],
  [/^feedback on single answers /, () => t("Feedback on single answers is left out.")],
  [/^an answer that is partly right /, () => t("An answer that is partly right counts as wrong.")],
  [/^a picture that is not in the file|^holds a picture, /, () => t("An image that is not in the file is left out.")],
  [/^holds a sound, /, () => t("A sound is left out.")],

  // what an export leaves out
  [/there is no place for (it|them)$/, () => t("There is no place for this.")],
  [/^is left out: there is no type (\w+)$/, (type) => t("Left out, as there is no such type: {type}.", { type: TYPES[type] ?? type })],
  [/^is left out: it has (\d+) choices, (\d+) are possible$/, (has, most) => t("Left out: there are {has} choices, {most} are possible.", { has: +has, most: +most })],
  [/^is left out: -> in an answer /, () => t("Left out, as an answer has an arrow (->).")],
  [/^becomes (\d+) s$/, (seconds) => t("Becomes {count} seconds.", { count: +seconds })],
  [/^(\S+) s become (\d+)$/, (_, seconds) => t("Becomes {count} seconds.", { count: +seconds })],
  [/^true_false becomes a choice /, () => t("Becomes a choice of two.")],
  [/^with one right choice, multiple becomes /, () => t("Becomes a question with one right choice.")],
  [/^has (\d+) characters, Kahoot takes (\d+)$/, (has, most) => t("Kahoot will refuse it: {has} characters, {most} are allowed.", { has: +has, most: +most })],
  [/^line breaks become /, () => t("Line breaks become those of one system.")],

  // what has no room
  [/^the image has too many pixels/, () => t("This image has too many pixels.")],
  [/^this is no image that can be read/, () => t("This is no image that can be read: PNG, JPEG, WebP and GIF are.")],
  [/^all your images together have /, () => t("There is no room for more images. Delete quizzes with some first.")],
  [/^a quiz has \d+ bytes at most/, () => t("This quiz is too large.")],
  [/^all your quizzes together have |^you have \d+ quizzes, /, () => t("There is no room for more quizzes. Delete some first.")],
  [/^you have \d+ drafts, /, () => t("There is no room for more drafts. Save or drop some first.")],
  [/^no name is free for this quiz/, () => t("Too many quizzes have this title. Give it another one.")],

  // accounts
  [/^host name .*: use 1 to 64 of /, () => t("A host's name has 1 to 64 Latin letters, digits or any of . _ @ -")],
  [/^a password has (\d+) to (\d+) characters$/, (least, most) => t("A password has {least} to {most} characters.", { least: +least, most: +most })],
  [/^only an admin may /, () => t("Only an admin may do this.")],
];

/** The words for a reason, behind the name of its field where it tells one; null for one that is not known. */
export function known(reason) {
  const [, field, choice, column, rest] = /^(?:(\w+)|(?:image of )?choice (\d+)|column ([A-Z]+)): (.*)$/s.exec(reason) ?? [null, null, null, null, reason];
  const images = /^images of choices: /.test(reason) && t("Images of choices");
  const name = images || (choice ? t("Choice {number}", { number: +choice }) : column ? t("Column {column}", { column }) : FIELDS[field]);
  for (const [pattern, words] of REASONS) {
    const found = pattern.exec(name ? rest : reason);
    if (found) return name ? `${name}: ${words(...found.slice(1))}` : words(...found.slice(1));
  }
  return null;
}
