/** Labelled fields that say what is wrong with them. `problem` is the words, or nothing. */

import { html, useLayoutEffect, useRef } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";

let count = 0;

/** An id for what labels and descriptions point to. */
export function useName() {
  const name = useRef(null);
  name.current ??= `field-${(count += 1)}`;
  return name.current;
}

export function Problem({ id, problem }) {
  return html`<span class="field-problem" id=${id} role="status">${problem && html`<${Icon} name="warning" />${problem}`}</span>`;
}

/** One line of text, or several with `rows`; then it grows with what is written. */
export function TextField({ label, hint, problem, value, onChange, rows, short, testid, quiet, ...rest }) {
  const name = useName();
  const area = useRef(null);
  useLayoutEffect(() => {
    if (!rows || CSS.supports("field-sizing", "content")) return;
    area.current.style.height = "auto";
    area.current.style.height = `${area.current.scrollHeight + 4}px`;
  }, [value, rows]);
  const shared = {
    id: name,
    class: `input ${problem ? "is-wrong" : ""}`,
    value,
    dir: "auto",
    "data-testid": testid,
    "aria-invalid": problem ? "true" : undefined,
    "aria-describedby": `${name}-problem${hint ? ` ${name}-hint` : ""}`,
    onInput: (event) => onChange(event.target.value),
    ...rest,
  };
  return html`
    <div class=${`field ${short ? "is-short" : ""}`}>
      <label for=${name} class=${quiet ? "sr-only" : ""}>${label}</label>
      ${rows ? html`<textarea ref=${area} rows=${rows} ...${shared}></textarea>` : html`<input ...${shared} />`}
      ${hint && html`<span class="field-hint" id=${`${name}-hint`}>${hint}</span>`}
      <${Problem} id=${`${name}-problem`} problem=${problem} />
    </div>`;
}

/** `choices` is a list of [value, words]. */
export function SelectField({ label, value, choices, onChange, testid, problem }) {
  const name = useName();
  return html`
    <div class="field">
      <label for=${name}>${label}</label>
      <select id=${name} class="input" data-testid=${testid} aria-describedby=${`${name}-problem`} onChange=${(event) => onChange(event.target.value)}>
        ${choices.map(([key, words]) => html`<option key=${key} value=${key} selected=${key === value}>${words}</option>`)}
      </select>
      <${Problem} id=${`${name}-problem`} problem=${problem} />
    </div>`;
}
