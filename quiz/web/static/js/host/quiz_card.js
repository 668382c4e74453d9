/** One quiz with what starts a game of it. */

import { html, useRef, useState } from "../../vendor/preact.mjs";
import { createGame } from "../api.js";
import { Attempts } from "../attempts.js";
import { sentence, WAITS } from "../errors.js";
import { Icon } from "../glyphs.js";
import { spoken } from "../question.js";
import { t, tn } from "../text.js";
import { changedOptions, Options, wrongOption } from "./options.js";

/** `children` are the tools that stand below. Unless it `plays`, no game is started of it. */
export function QuizCard({ quiz, draft, plays = true, children }) {
  const [options, setOptions] = useState({});
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(null);
  const [attempts] = useState(() => new Attempts()); // pressed again after no answer, the button leads to the game that was made
  const card = useRef(null);

  const start = async (mode) => {
    setError(null);
    const wrong = wrongOption(options);
    if (wrong) return goTo(card.current.querySelector(`[name="${wrong}"]`)); // what is wrong stands there
    setBusy(mode);
    const wanted = { quiz: quiz.slug, mode, options: changedOptions(options, mode) };
    try {
      const { pin } = await createGame({ ...wanted, attempt: attempts.of(JSON.stringify(wanted)) });
      attempts.end();
      location.assign(`/host/games/${pin}`);
    } catch (problem) {
      setError(problem);
      setBusy(null);
    }
  };

  return html`
    <li class="card quiz" ref=${card} data-testid=${`quiz-${quiz.slug}`}>
      <div class="quiz-head">
        <h3 dir="auto" lang=${spoken(quiz.language)}>${quiz.title}</h3>
        <p class="soft quiz-tags">
          <span>${tn("{count} question", "{count} questions", quiz.question_count)}</span>
          ${quiz.language && html`<span class="tag">${quiz.language}</span>`}
          ${quiz.owner === null && html`<span class="tag">${t("shared")}</span>`}
          ${draft && html`<span class="tag is-warning" data-testid="has-draft">${t("unsaved draft")}</span>`}
        </p>
        ${quiz.description && html`<p class="quiz-description" dir="auto" lang=${spoken(quiz.language)}>${quiz.description}</p>`}
        ${quiz.tags.length > 0 && html`<p class="quiz-tags">${quiz.tags.map((tag) => html`<span class="tag" dir="auto">${tag}</span>`)}</p>`}
      </div>
      ${plays && html`<${Options} options=${options} onChange=${setOptions} />`}
      <p class="form-error" role="alert">${error && (error.code === "server_busy" ? WAITS.create : sentence(error))}</p>
      ${plays && html`<div class="quiz-actions">
        <button class="button is-primary" data-testid=${`live-${quiz.slug}`} disabled=${busy !== null} onClick=${() => start("live")}>
          <${Icon} name="play" />${busy === "live" ? t("Starting…") : t("Host live")}
        </button>
        <button class="button" data-testid=${`self-paced-${quiz.slug}`} disabled=${busy !== null} onClick=${() => start("self-paced")}>
          <${Icon} name="clock" />${busy === "self-paced" ? t("Opening…") : t("Self-paced")}
        </button>
      </div>`}
      ${children}
    </li>`;
}

/** It may be folded away. */
function goTo(field) {
  field.closest("details").open = true;
  field.focus();
}
