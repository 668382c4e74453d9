/** Entry of `/host/quizzes/<slug>`: one quiz being written. `/host/quizzes/new` begins one. */

import { html, render, useEffect, useLayoutEffect } from "../../vendor/preact.mjs";
import { Brand, Icon } from "../glyphs.js";
import { Toast } from "../notices.js";
import { useStore } from "../store.js";
import { t, tn } from "../text.js";
import { Trouble } from "../trouble.js";
import { AboutForm } from "./about_form.js";
import { Clash, Drafts } from "./clash.js";
import { Editing } from "./editing.js";
import { Preview } from "./preview.js";
import { QuestionForm } from "./question_form.js";
import { QuestionList } from "./question_list.js";
import { KeptStatus, OtherEditors } from "./statuses.js";

const root = document.querySelector("#app");

function Editor({ editing }) {
  const state = useStore(editing);
  useEffect(() => {
    document.title = state.quiz ? `${state.quiz.title || t("New quiz")} · ${t("Quiz")}` : t("Quiz");
  }, [state.quiz?.title]);
  useLayoutEffect(() => state.sought?.()?.focus(), [state.sought]);
  return html`
    <${Bar} editing=${editing} state=${state} />
    <${View} editing=${editing} state=${state} />
    <${Toast} toast=${state.toast} onDone=${() => editing.set({ toast: null })} />
    <div class="sr-only" aria-live="polite" data-testid="said">${state.said}</div>`;
}

function Bar({ editing, state }) {
  return html`
    <header class="desk-bar editor-bar">
      <${Brand} />
      <a class="button" href=${editing.shelf}><${Icon} name="back" />${t("Quizzes")}</a>
      <${KeptStatus} state=${state} />
      ${state.phase === "ready" && html`
        <button type="button" class="button is-primary" data-testid="save" disabled=${state.busy} onClick=${() => save(editing)}>
          ${state.busy ? t("Saving…") : t("Save")}
        </button>`}
    </header>`;
}

/** Where it can't be saved yet, the first problem is gone to. */
async function save(editing) {
  if (await editing.save()) return;
  const [[key, fields] = []] = [...editing.problems].sort(([one], [other]) => editing.placeOf(one) - editing.placeOf(other));
  if (key === undefined || editing.state.phase !== "ready") return;
  const count = editing.state.problems.length;
  const said = tn("Not saved: one thing is missing or wrong", "Not saved: {count} things are missing or wrong", count);
  editing.set({ said, ...(key && { selected: key }), sought: () => flawIn(root.querySelector(key ? ".question-form" : ".about")) });
  return fields;
}

/** The first field of a form that something is wrong with. */
const flawIn = (form) =>
  form?.querySelector("[aria-invalid]") ?? form?.querySelector(".field-problem:not(:empty)")?.closest("fieldset, .field")?.querySelector("input, textarea");

function View({ editing, state }) {
  switch (state.phase) {
    case "loading":
      return html`<p class="loading">${t("Loading…")}</p>`;
    case "away":
      return html`
        <${Trouble} words=${t("The server can't be reached, or can't say what your quizzes hold. This page goes on by itself when it can.")} />`;
    case "missing":
      return html`
        <${Trouble} words=${t("There is no such quiz.")}><a class="button is-primary" href=${editing.shelf}>${t("To the quizzes")}</a><//>`;
    case "foreign":
      return html`
        <${Trouble} words=${t("“{title}” is shared by all hosts. To change it, make a copy of your own.", { title: state.foreign.title })}>
          <button type="button" class="button is-primary" data-testid="copy" onClick=${() => editing.duplicate()}>${t("Make a copy")}</button>
        <//>`;
    case "drafts":
      return html`<${Drafts} editing=${editing} drafts=${state.drafts} />`;
    case "clash":
      return html`<${Clash} editing=${editing} state=${state} />`;
    default:
      return html`<${Writing} editing=${editing} state=${state} />`;
  }
}

function Writing({ editing, state }) {
  const { quiz, selected, touched, tried } = state;
  const problems = editing.problems;
  const question = quiz.questions.find(({ key }) => key === selected);
  const shown = (key) => (field) => tried || touched.has(`${key}/${field}`);
  const flawed = (key) => [...(problems.get(key)?.keys() ?? [])].filter(shown(key)).length;
  const place = editing.placeOf(selected);

  const add = () => {
    editing.add();
    editing.set({ sought: () => root.querySelector(".question-form textarea") });
  };
  const keys = (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      save(editing);
    }
  };
  return html`
    <div class="editor" data-screen="editor" onKeyDown=${keys}>
      <h1 class="sr-only">${t("Write a quiz")}</h1>
      <${OtherEditors} editing=${editing} state=${state} />
      <${AboutForm} quiz=${quiz} problems=${problems.get("")} shows=${shown("")} onChange=${(patch) => editing.change(patch)}
        onLeave=${(field) => editing.touch(`/${field}`)} />
      <div class="editor-columns">
        <${QuestionList} questions=${quiz.questions} selected=${selected} flawed=${flawed} onSelect=${(key) => editing.select(key)}
          onMove=${(key, to) => editing.move(key, to)} onAdd=${add} />
        ${question
          ? html`
              <section class="card editor-question" aria-label=${t("Question {number}", { number: place + 1 })}>
                <header class="editor-head">
                  <h2>${t("Question {number} of {total}", { number: place + 1, total: quiz.questions.length })}</h2>
                  <button type="button" class="button is-bare" aria-label=${t("Duplicate this question")} title=${t("Duplicate")} data-testid="copy-question"
                    onClick=${() => editing.copy(selected)}><${Icon} name="copy" /></button>
                  <button type="button" class="button is-bare" aria-label=${t("Delete this question")} title=${t("Delete")} data-testid="delete-question"
                    onClick=${() => editing.remove(selected)}><${Icon} name="trash" /></button>
                </header>
                <${QuestionForm} key=${selected} question=${question} problems=${problems.get(selected)} shows=${shown(selected)}
                  onChange=${(patch) => editing.changeQuestion(selected, patch)} onLeave=${(field) => editing.touch(`${selected}/${field}`)} />
              </section>
              <${Preview} question=${question} />`
          : html`<p class="card soft">${problems.get("")?.get("questions") ?? t("There is no question yet.")}</p>`}
      </div>
    </div>`;
}

const { slug } = root.dataset;
const editing = new Editing(slug === "new" ? null : slug, new URLSearchParams(location.search).get("owner"));
history.replaceState(null, "", editing.page); // of a new one too, so that a reload comes back to its draft
editing.load();
root.replaceChildren();
render(html`<${Editor} editing=${editing} />`, root);
