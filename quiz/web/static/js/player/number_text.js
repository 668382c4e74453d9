/** Numbers as people type them: "1 000,5", "−3", "٣٫٥". */

const DIGITS = /[\u0660-\u0669\u06f0-\u06f9]/g; // Arabic and Persian ones, whose last four bits are their value
const plainDigit = (digit) => String(digit.codePointAt(0) & 15);

/** With the digits that PINs are written in. */
export const withPlainDigits = (text) => text.replace(DIGITS, plainDigit);

/** The number, or null when it is none. */
export function parseNumber(text) {
  const plain = withPlainDigits(text)
    .replace(/[\s\u00a0\u202f'\u066c\u200e\u200f\u061c]/g, "")
    .replace(/[,\u066b]/, ".")
    .replace("−", "-");
  return plain !== "" && Number.isFinite(Number(plain)) ? Number(plain) : null;
}
