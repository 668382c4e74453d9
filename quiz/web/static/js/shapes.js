/** The shapes that answers have, as paths on a grid of 24: by these, by colour and by letter they are told apart. */

export const SHAPES = [
  "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20z",
  "M12 2.5 23 21.5H1z",
  "M3 3h18v18H3z",
  "m12 1.5 3.2 6.9 7.5.9-5.5 5.2 1.4 7.4L12 18.2l-6.6 3.7 1.4-7.4-5.5-5.2 7.5-.9z",
  "M12 1 23 12 12 23 1 12z",
  "M6.5 2.5h11L23 12l-5.5 9.5h-11L1 12z",
  "M9 2h6v7h7v6h-7v7H9v-7H2V9h7z",
  "M12 21.5C5 16 1.5 12.4 1.5 8.2 1.5 5 4 2.8 6.9 2.8c2 0 3.9 1 5.1 2.8 1.2-1.8 3.1-2.8 5.1-2.8 2.9 0 5.4 2.2 5.4 5.4 0 4.2-3.5 7.8-10.5 13.3z",
];
