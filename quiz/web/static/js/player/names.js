/** Nicknames for who can't think of one: two words, of the page's language. */

const oneOf = (words, random) => words[Math.floor(random() * words.length)];

/** A name of one of the first and one of the second words; another one than `before`. */
export function rolledName([first, second], before = null, random = Math.random) {
  for (;;) {
    const name = `${oneOf(first, random)} ${oneOf(second, random)}`;
    if (name !== before) return name;
  }
}
