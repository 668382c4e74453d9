/** Numbers as people type them: "1 000,5", "−3", "٣٫٥", "1,234.5". */

import { number } from "../text.js";

const DIGITS = /[\u0660-\u0669\u06f0-\u06f9]/g; // Arabic and Persian ones, whose last four bits are their value
const plainDigit = (digit) => String(digit.codePointAt(0) & 15);

/** With the digits that PINs are written in. */
export const withPlainDigits = (text) => text.replace(DIGITS, plainDigit);

/** What stands between thousands in the page's language and the reader's region; what else does before the fraction. */
const groupMark = () => number(1_234_567).replace(/\d/g, "")[0];

/** The number, or null when it is none. One comma or point before three digits is what it is to the reader: `group` says which. */
export function parseNumber(text, group = groupMark()) {
  const plain = withPlainDigits(text)
    .replace(/[\s\u00a0\u202f'\u066c\u200e\u200f\u061c]/g, "")
    .replace(/\u066b/g, ",")
    .replace("−", "-");
  const value = Number(ungrouped(plain, group).replace(",", "."));
  return plain !== "" && Number.isFinite(value) ? value : null;
}

const GROUPED = /^-?[1-9]\d{0,2}(?:(,)(?:\d{3},)*\d{3}(?:(\.)\d*)?|(\.)(?:\d{3}\.)*\d{3}(?:(,)\d*)?)$/;

/** Without what stands between thousands. */
function ungrouped(plain, group) {
  const [, comma, point, otherPoint, otherComma] = plain.match(GROUPED) ?? [];
  const mark = comma ?? otherPoint;
  const sure = point || otherComma || plain.indexOf(mark) !== plain.lastIndexOf(mark);
  return mark && (sure || mark === group) ? plain.replaceAll(mark, "") : plain;
}

/** A number as its reader types it. */
export function typedNumber(value) {
  const plain = String(value);
  return plain.includes("e") ? plain : number(value, { useGrouping: false, maximumFractionDigits: 20 });
}
