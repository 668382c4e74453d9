/** Two versions of a quiz beside each other, and what may become of them. */

import { html, useLayoutEffect, useRef } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { enumerated, inWords } from "../question.js";
import { moment, t, tn } from "../text.js";
import { held, sent } from "./content.js";

/** Somebody else's saved version and this one. */
export function Clash({ editing, state: { clash, quiz, busy } }) {
  const { theirs } = clash;
  const by = theirs?.updated_by === editing.host.name ? t("Another window of yours") : theirs?.updated_by || t("Somebody");
  const settle = (how) => () => editing.settle(how);
  return html`
    <${Beside} title=${theirs ? t("Two versions") : t("This quiz was deleted")} screen="clash"
      words=${theirs
        ? t("{who} has saved this quiz since yours began. Nothing is overwritten until you say so.", { who: by })
        : t("Somebody has deleted the quiz while you wrote. What you wrote is here.")}
      sides=${[theirs && { name: t("Saved by {who}", { who: by }), quiz: held(theirs) }, { name: t("Yours"), quiz }].filter(Boolean)}>
      <button type="button" class="button" disabled=${busy} onClick=${settle("writing")}>${t("Go on writing")}</button>
      ${theirs && html`
        <button type="button" class="button" data-testid="take-theirs" disabled=${busy} onClick=${settle("theirs")}>${t("Take theirs, drop mine")}</button>`}
      <button type="button" class="button is-primary" data-testid="keep-both" disabled=${busy} onClick=${settle("copy")}>
        ${theirs ? t("Keep both: save mine as another quiz") : t("Save mine as a new quiz")}
      </button>
      ${theirs && html`
        <button type="button" class="button is-danger" data-testid="keep-mine" disabled=${busy} onClick=${settle("mine")}>${t("Save mine over theirs")}</button>`}
    <//>`;
}

/** Two drafts of the same host: of this window or browser, and of another. */
export function Drafts({ editing, drafts }) {
  const { mine, theirs, live } = drafts;
  const choose = (which) => () => (live ? editing.chooseLive(which) : editing.choose(which));
  return html`
    <${Beside} title=${t("Two drafts")} screen="drafts"
      words=${live ? t("Another window of yours has gone on with this quiz.") : t("This browser kept changes that never reached the server, which has others by now.")}
      sides=${[
        { name: theirs?.saved ? t("On the server, saved") : t("On the server"), quiz: held(theirs?.content) },
        { name: live ? t("In this window") : t("In this browser, {moment}", { moment: moment(mine.at) }), quiz: held(mine.content) },
      ]}>
      <button type="button" class="button" data-testid="take-server" onClick=${choose("theirs")}>${t("Go on with the server's")}</button>
      <button type="button" class="button is-primary" data-testid="take-mine" onClick=${choose("mine")}>${live ? t("Go on with this window's") : t("Go on with this browser's")}</button>
    <//>`;
}

function Beside({ title, screen, words, sides, children }) {
  const heading = useRef(null);
  useLayoutEffect(() => heading.current.focus(), []);
  const known = sides.map(({ quiz }) => new Set(lines(quiz)));
  return html`
    <div class="beside" data-screen=${screen}>
      <h1 ref=${heading} tabindex="-1">${title}</h1>
      <p role="alert">${words}</p>
      <div class="beside-columns">
        ${sides.map(
          ({ name, quiz }, side) => html`
            <section class="card" aria-label=${side === 0 && sides.length > 1 ? t("The other version") : t("Yours")}>
              <h2>${name}</h2>
              <ol class="beside-lines">
                ${lines(quiz).map((line) => {
                  const differs = sides.length > 1 && !known[1 - side].has(line);
                  const [text, ...rest] = line.split("\n");
                  return html`
                    <li class=${differs ? "is-different" : ""}>
                      ${differs && html`<span class="tag is-warning"><${Icon} name="warning" />${t("differs")}</span>`}
                      <b dir="auto">${text}</b>
                      ${rest.map((more) => html`<span dir="auto">${more}</span>`)}
                    </li>`;
                })}
              </ol>
            </section>`,
        )}
      </div>
      <div class="beside-actions">${children}</div>
    </div>`;
}

/** A quiz in words, a text for the quiz as a whole and one for each question: what differs in any field differs here. */
function lines(quiz) {
  const { title, description, language, tags, questions } = sent(quiz);
  const about = [title || t("Without a title"), description, language, enumerated(tags)].filter(Boolean).join("\n");
  return [about, ...questions.map(questionLine)];
}

function questionLine({ id, type, text, choices, correct, ...rest }) {
  const view = { type, choices: choices?.map((choice, place) => ({ id: place, text: choice.text })) };
  const right = type === "order" ? choices.map((_, place) => place) : correct;
  const { time_limit: seconds, points, tolerance, explanation, image, image_alt: alt } = rest;
  return [
    text || t("Without a text"),
    choices && type !== "order" && choices.map((choice) => choice.text).join(" / "),
    right !== null && t("Right: {answer}", { answer: `${inWords(view, right)}${tolerance ? ` ± ${tolerance}` : ""}` }),
    tn("{count} second", "{count} seconds", seconds),
    points !== null && tn("{count} point", "{count} points", points),
    explanation,
    image && (alt ? t("Image: {description}", { description: alt }) : t("Image")),
  ]
    .filter(Boolean)
    .join("\n");
}
