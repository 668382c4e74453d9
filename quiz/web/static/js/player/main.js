/** Entry of `/` and `/play/<pin>`: one page, so that joining and playing share one connection. */

import { html, render } from "../../vendor/preact.mjs";
import { App } from "./app.js";
import { PlayerSession } from "./session.js";
import { recall, recallKick } from "./seats.js";

const root = document.querySelector("#app");
const { page, pin } = root.dataset;
const names = JSON.parse(root.dataset.names);
const session = new PlayerSession();

const seat = page === "play" && recall(pin);
if (seat) session.resume(pin, seat.token);
else if (page === "play" && recallKick(pin)) session.set({ phase: "kicked" });

// Nobody waits for the face that the pages are set in: css/fonts.css.
addEventListener("load", () => document.documentElement.classList.add("is-loaded"));

root.replaceChildren();
render(html`<${App} session=${session} pin=${pin} fixed=${page === "play"} names=${names} />`, root);
