/** The picture of a result: a square card, drawn here, in whatever script names and titles are. */

import { SHAPES } from "../shapes.js";

const SIDE = 1080;
const INK = { ground: "#0b4650", deep: "#062e36", lime: "#c9f24d", text: "#f2f8f0", soft: "#b4d2cf", dark: "#0b2a31" };
const METALS = { 1: "#f0b429", 2: "#b8c4ca", 3: "#d08b52" };
const CHOICES = ["#2453d1", "#f4b01b", "#0a7863", "#c02660", "#6b3fc9", "#a5cf3a"];
// [shape, x, y, size, turn]: where no words come.
const SCATTERED = [
  [0, 110, 120, 150, 0], [3, 270, 60, 84, 0.3], [1, 60, 300, 92, -0.4], [4, 975, 110, 150, 0.2], [2, 830, 70, 70, 0.5],
  [5, 1020, 300, 96, 0.1], [1, 985, 800, 120, 0.5], [0, 1030, 500, 56, 0], [2, 70, 800, 110, -0.3], [4, 40, 500, 60, 0],
];
const BETWEEN = SIDE - 320; // of those beside the place and the points
const MARK = "M16 6.5a9.5 9.5 0 1 0 4.9 17.6l2.9 2.9 2.7-2.7-2.9-2.9A9.5 9.5 0 0 0 16 6.5m0 3.9a5.6 5.6 0 1 1 0 11.2 5.6 5.6 0 0 1 0-11.2";

/** `words` as `share.js` makes them; `direction` is the page's. A canvas. */
export function draw(words, direction) {
  const canvas = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
  const pen = canvas.getContext("2d");
  pen.direction = direction;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  ground(pen);
  medal(pen, words.rank);
  line(pen, words.name, 640, { size: 104, least: 44, weight: 800, colour: INK.lime });
  line(pen, words.place, 752, { size: 72, least: 36, weight: 800, colour: INK.text, width: BETWEEN });
  line(pen, [words.score, words.players].filter(Boolean).join("  ·  "), 840, { size: 46, least: 26, weight: 600, colour: INK.soft, width: BETWEEN });
  foot(pen, words.title);
  return canvas;
}

function ground(pen) {
  const shade = pen.createLinearGradient(0, 0, SIDE, SIDE);
  shade.addColorStop(0, INK.ground);
  shade.addColorStop(1, INK.deep);
  pen.fillStyle = shade;
  pen.fillRect(0, 0, SIDE, SIDE);
  for (const [shape, x, y, size, turn] of SCATTERED) {
    pen.save();
    pen.translate(x, y);
    pen.rotate(turn);
    pen.scale(size / 24, size / 24);
    pen.translate(-12, -12);
    pen.fillStyle = CHOICES[shape];
    pen.fill(new Path2D(SHAPES[shape]));
    pen.restore();
  }
}

/** The rank in a medal with a ribbon; a star for who has none. */
function medal(pen, rank) {
  const [x, y, radius] = [SIDE / 2, 345, 175];
  pen.fillStyle = INK.text;
  ribbon(pen, x, -1);
  ribbon(pen, x, 1);
  const metal = METALS[rank] ?? INK.lime;
  disc(pen, x, y, radius + 22, INK.deep);
  disc(pen, x, y, radius, metal);
  pen.lineWidth = 8;
  pen.strokeStyle = "rgb(255 255 255 / 55%)";
  pen.beginPath();
  pen.arc(x, y, radius - 22, 0, 2 * Math.PI);
  pen.stroke();
  if (rank) {
    line(pen, String(rank), y + 8, { size: 190, least: 60, weight: 800, colour: INK.dark, width: 2 * radius - 90 });
    return;
  }
  pen.save();
  pen.translate(x - 96, y - 100);
  pen.scale(8, 8);
  pen.fillStyle = INK.dark;
  pen.fill(new Path2D(SHAPES[3]));
  pen.restore();
}

function ribbon(pen, x, side) {
  pen.fillStyle = side < 0 ? CHOICES[3] : CHOICES[0];
  pen.beginPath();
  pen.moveTo(x + side * 40, 0);
  pen.lineTo(x + side * 190, 0);
  pen.lineTo(x + side * 70, 250);
  pen.lineTo(x - side * 40, 250);
  pen.fill();
}

function disc(pen, x, y, radius, colour) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
}

function foot(pen, title) {
  pen.fillStyle = INK.lime;
  pen.fillRect(0, 930, SIDE, 150);
  const mark = 84;
  const x = pen.direction === "rtl" ? SIDE - 60 - mark : 60;
  pen.fillStyle = INK.ground;
  pen.beginPath();
  pen.roundRect(x, 963, mark, mark, 24);
  pen.fill();
  pen.save();
  pen.translate(x, 963);
  pen.scale(mark / 32, mark / 32);
  pen.fillStyle = INK.lime;
  pen.fill(new Path2D(MARK), "evenodd");
  pen.restore();
  const aside = pen.direction === "rtl" ? -1 : 1;
  line(pen, title, 1005, { size: 50, least: 30, weight: 700, colour: INK.dark, width: SIDE - 250, x: SIDE / 2 + aside * 50 });
}

/** One line of text, as large as fits, and shortened where even the least size does not. */
function line(pen, text, y, { size, least, weight, colour, width = SIDE - 120, x = SIDE / 2 }) {
  const family = getComputedStyle(document.body).fontFamily;
  const set = (height) => {
    pen.font = `${weight} ${height}px ${family}`;
  };
  let height = size;
  set(height);
  while (height > least && pen.measureText(text).width > width) set((height -= 2));
  pen.fillStyle = colour;
  pen.fillText(shortened(pen, text, width), x, y);
}

function shortened(pen, text, width) {
  if (pen.measureText(text).width <= width) return text;
  const signs = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  while (signs.length > 1 && pen.measureText(`${signs.join("")}…`).width > width) signs.pop();
  return `${signs.join("").trimEnd()}…`;
}
