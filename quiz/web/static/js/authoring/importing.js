/** Entry of `/host/import`: a file is read, shown row by row, corrected here, and accepted. */

import { html, render, useEffect, useLayoutEffect, useRef, useState } from "../../vendor/preact.mjs";
import { currentSession } from "../api.js";
import { Brand, Icon } from "../glyphs.js";
import { t, tn } from "../text.js";
import { sent, sentQuestion } from "./content.js";
import { TextField } from "./fields.js";
import { Row } from "./import_row.js";
import { readRows } from "./import_rows.js";
import { refusal } from "./problems.js";
import { check, quizzesOf, readFile } from "./quizzes.js";

const root = document.querySelector("#app");

function Importing() {
  const [host, setHost] = useState(null);
  const [found, setFound] = useState(null); // {title, about, rows, general, notes}
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState("");

  useEffect(() => {
    currentSession().then((session) => (session ? setHost(session) : location.replace("/host?next=/host/import")), (problem) => setError(refusal(problem)));
  }, []);

  const read = async (file) => {
    if (!file) return;
    setBusy(t("Reading {file}…", { file: file.name }));
    setError(null);
    setFound(null);
    try {
      setFound(readRows(await readFile(file), file.name));
    } catch (problem) {
      setError(problem.status === 413 ? t("This file is too large.") : refusal(problem));
    }
    setBusy("");
  };

  return html`
    <header class="desk-bar"><${Brand} /><a class="button" href="/host"><${Icon} name="back" />${t("Quizzes")}</a></header>
    <div class="importing" data-screen="import">
      <h1>${t("Import a quiz")}</h1>
      ${host && html`<${Drop} onFile=${read} small=${found !== null} />`}
      <div role="status">${busy && html`<p class="soft"><span class="spinner" aria-hidden="true"></span> ${busy}</p>`}</div>
      <p class="form-error" role="alert" data-testid="error">${error}</p>
      ${found && html`<${Found} key=${found} found=${found} onError=${setError} />`}
    </div>`;
}

function Drop({ onFile, small }) {
  const input = useRef(null);
  const [over, setOver] = useState(false);
  const drop = (event) => {
    event.preventDefault();
    setOver(false);
    onFile(event.dataTransfer.files[0]);
  };
  const choose = html`<button type="button" class="button" onClick=${() => input.current.click()}>${t("choose one")}</button>`;
  return html`
    <div class=${`drop ${over ? "is-over" : ""} ${small ? "is-small" : ""}`} data-testid="drop" onDrop=${drop} onDragLeave=${() => setOver(false)}
      onDragOver=${(event) => {
        event.preventDefault();
        setOver(true);
      }}>
      <${Icon} name="import" />
      <p>${small ? t("Drop another file here, or {choose}", { choose }) : t("Drop a file here, or {choose}", { choose })}</p>
      ${!small && html`<p class="soft">${t("Kahoot and ClassQuiz workbooks, Excel, CSV, JSON, Moodle GIFT, Aiken, Open Trivia DB, Anki.")}</p>`}
      <input ref=${input} type="file" class="sr-only" tabindex="-1" aria-label=${t("File")} data-testid="file"
        onChange=${(event) => {
          onFile(event.target.files[0]);
          event.target.value = "";
        }} />
    </div>`;
}

function Found({ found, onError }) {
  const [title, setTitle] = useState(found.title);
  const [rows, setRows] = useState(found.rows);
  const [skip, setSkip] = useState(false);
  const [busy, setBusy] = useState(false);
  const heading = useRef(null);
  useLayoutEffect(() => heading.current.focus(), []);

  const wrong = rows.filter(({ problems }) => problems.size > 0);
  const usable = rows.filter((row) => !wrong.includes(row));
  const general = found.general;
  const whole = wrong.length === 0 && general.length === 0;

  /** A changed row is examined by the server, beside the others for its id. */
  const change = async (key, question) => {
    setRows((now) => now.map((row) => (row.key === key ? { ...row, question } : row)));
    try {
      const problems = await check({ title: "x", questions: [sentQuestion(question)] });
      setRows((now) => now.map((row) => (row.key === key && row.question === question ? { ...row, problems: found.problemsOf(problems) } : row)));
    } catch {
      // Away: accepting says so.
    }
  };
  const accept = async () => {
    setBusy(true);
    onError(null);
    try {
      const made = await quizzesOf().create(sent({ ...found.about, title, questions: usable.map(({ question }) => question) }));
      location.assign(`/host/quizzes/${made.slug}`);
    } catch (problem) {
      const [first] = problem.document?.problems ?? [];
      onError(first ? found.told(first, usable) : refusal(problem));
      setBusy(false);
    }
  };

  return html`
    <section class="stack" aria-labelledby="found">
      <h2 id="found" ref=${heading} tabindex="-1" data-testid="found">${found.words(usable.length, wrong.length)}</h2>
      ${general.map((reason) => html`<p class="note is-warning" data-testid="general"><${Icon} name="warning" /><span>${reason}</span></p>`)}
      ${rows.length > 0 && html`
        <${TextField} label=${t("Title")} maxlength="200" testid="title" value=${title} onChange=${setTitle} problem=${title.trim() ? null : t("A quiz needs a title.")} />
        <ol class="import-rows" data-testid="rows">
          ${rows.map((row) => html`<${Row} key=${row.key} row=${row} skipped=${skip && wrong.includes(row)} onChange=${(question) => change(row.key, question)} />`)}
        </ol>
        ${found.notes.length > 0 && html`
          <details class="import-notes"><summary>${tn("One note on how it was read", "{count} notes on how it was read", found.notes.length)}</summary>
            <ul>${found.notes.map(({ place, reason }) => html`<li><b>${place}</b>: ${reason}</li>`)}</ul>
          </details>`}
        <div class="import-accept">
          ${!whole && html`
            <label class="switch"><input type="checkbox" data-testid="skip" checked=${skip} onChange=${(event) => setSkip(event.target.checked)} />
              <span>${t("Skip what is not understood")}</span></label>`}
          <p class="soft" role="status">${!whole && !skip && t("All or nothing: correct what is not understood, or skip it.")}</p>
          <button type="button" class="button is-primary is-large" data-testid="accept" onClick=${accept}
            disabled=${busy || usable.length === 0 || !title.trim() || !(whole || skip)}>
            ${busy ? t("Importing…") : tn("Import {count} question", "Import {count} questions", usable.length)}
          </button>
        </div>`}
    </section>`;
}

root.replaceChildren();
render(html`<${Importing} />`, root);
