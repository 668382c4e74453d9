/** The questions in their order: chosen by a press, moved by a drag, by buttons, or by Alt and the arrow keys. */

import { html, useLayoutEffect, useRef, useState } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { t, tn } from "../text.js";
import { TYPES } from "./content.js";

export function QuestionList({ questions, selected, flawed, onSelect, onMove, onAdd }) {
  const list = useRef(null);
  const refocus = useRef(null);
  const [dragged, setDragged] = useState(null);

  const move = (key, to) => {
    const item = list.current.querySelector(`[data-key="${key}"]`);
    if (item.contains(document.activeElement)) refocus.current = { key, part: document.activeElement.dataset.part };
    onMove(key, to);
  };

  // The browser takes the focus from what is moved in the page, and from a button that can't be pressed any more.
  useLayoutEffect(() => {
    if (!refocus.current) return;
    const { key, part } = refocus.current;
    refocus.current = null;
    const item = list.current.querySelector(`[data-key="${key}"]`);
    (item.querySelector(`[data-part="${part}"]:enabled`) ?? item.querySelector("button")).focus();
  }, [questions]);

  const press = (event, place, key) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    if (event.altKey) move(key, place + by);
    else list.current.children[place + by]?.querySelector("button").focus();
  };

  /** Where a pointer is: the place of the row that it is over. */
  const placeAt = (y) => {
    const rows = [...list.current.children].map((row) => row.getBoundingClientRect());
    const below = rows.findIndex(({ bottom }) => y < bottom);
    return below < 0 ? rows.length - 1 : below;
  };
  const grab = (event, key) => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    setDragged(key);
    onSelect(key);
  };
  const drag = (event, place, key) => {
    if (dragged !== key) return;
    const to = placeAt(event.clientY);
    if (to !== place) onMove(key, to);
  };

  return html`
    <section class="question-list" aria-label=${t("Questions")}>
      <ol ref=${list} data-testid="questions" onLostPointerCapture=${() => setDragged(null)}>
        ${questions.map(({ key, text, type }, place) => {
          const flaws = flawed(key);
          return html`
            <li key=${key} data-key=${key} data-testid=${`question-${place + 1}`}
              class=${`list-item ${key === selected ? "is-selected" : ""} ${key === dragged ? "is-dragged" : ""}`}
              onKeyDown=${(event) => press(event, place, key)}>
              <span class="grip" aria-hidden="true" data-testid=${`grip-${place + 1}`} onPointerDown=${(event) => grab(event, key)}
                onPointerMove=${(event) => drag(event, place, key)}><${Icon} name="grip" /></span>
              <button type="button" class="list-choose" data-part="choose" aria-current=${key === selected ? "true" : undefined}
                aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown" onClick=${() => onSelect(key)}>
                <b>${place + 1}</b>
                <span class="list-words">
                  <span class="list-text" dir="auto">${text.trim() || t("New question")}</span>
                  <span class="list-type">${TYPES[type]}</span>
                  ${flaws > 0 && html`<span class="list-flaws"><${Icon} name="warning" />${tn("{count} problem", "{count} problems", flaws)}</span>`}
                </span>
              </button>
              ${key === selected && html`
                <span class="list-tools">
                  <button type="button" class="button is-bare" data-part="up" data-testid="move-up" aria-label=${t("Move question {number} up", { number: place + 1 })}
                    disabled=${place === 0} onClick=${() => move(key, place - 1)}><${Icon} name="up" /></button>
                  <button type="button" class="button is-bare" data-part="down" data-testid="move-down" aria-label=${t("Move question {number} down", { number: place + 1 })}
                    disabled=${place === questions.length - 1} onClick=${() => move(key, place + 1)}><${Icon} name="down" /></button>
                </span>`}
            </li>`;
        })}
      </ol>
      <button type="button" class="button is-wide" data-testid="add-question" onClick=${onAdd}><${Icon} name="plus" />${t("Add a question")}</button>
    </section>`;
}
