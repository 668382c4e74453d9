/** Putting items in order: dragged by their grip, moved by buttons that a thumb hits, or by the arrow keys. */

import { html, useLayoutEffect, useRef, useState } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { authored } from "../question.js";
import { t } from "../text.js";
import { useDraft } from "./drafts.js";
import { SendButton } from "./screen.js";

/** `items` with the one at `from` at `to`. */
export function moved(items, from, to) {
  const next = [...items];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}

const idsOf = (items) => items.map(({ id }) => id);

export function OrderControl({ question, drafts, onSend }) {
  const [items, setItems] = useDraft(drafts, question, question.choices, idsOf);
  const list = useRef(null);
  const kept = useRef(null); // the button whose item moved keeps the focus
  const drag = useDrag(list, items, setItems);

  const move = (from, by) => {
    const to = from + by;
    if (to < 0 || to >= items.length) return;
    kept.current = items[from].id;
    setItems(moved(items, from, to));
  };

  const press = (event, place) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    move(place, by);
  };

  useLayoutEffect(() => {
    if (kept.current === null) return;
    const item = list.current.querySelector(`[data-item="${kept.current}"]`);
    kept.current = null;
    if (!item.contains(document.activeElement) || document.activeElement.disabled) item.querySelector("button:enabled").focus();
  }, [items]);

  return html`
    <ol class="order" ref=${list} aria-label=${t("Your order")}>
      ${items.map(
        (item, place) => html`
          <li key=${item.id} class=${`order-item ${drag.held === item.id ? "is-dragged" : ""}`} data-item=${item.id}
            data-testid=${`choice-${item.id}`} onKeyDown=${(event) => press(event, place)}>
            <span class="order-grip" data-testid=${`grip-${item.id}`} onPointerDown=${(event) => drag.start(event, item.id)}>
              <b class="order-place">${place + 1}</b><${Icon} name="grip" />
            </span>
            ${item.image && html`<img class="choice-image" src=${item.image} alt="" />`}
            <span class="choice-text" ...${authored()}>${item.text}</span>
            <button class="button is-bare" data-testid=${`up-${item.id}`} aria-label=${t("Move {item} up", { item: item.text })}
              disabled=${place === 0} onClick=${() => move(place, -1)}><${Icon} name="up" /></button>
            <button class="button is-bare" data-testid=${`down-${item.id}`} aria-label=${t("Move {item} down", { item: item.text })}
              disabled=${place === items.length - 1} onClick=${() => move(place, 1)}><${Icon} name="down" /></button>
          </li>`,
      )}
    </ol>
    <${SendButton} onClick=${() => onSend(idsOf(items))} />`;
}

/** While a finger, or the mouse, holds an item, it follows, and the others make room for it. */
function useDrag(list, items, setItems) {
  const [held, setHeld] = useState(null);
  const now = useRef(items);
  now.current = items;

  const start = (event, id) => {
    if (event.button !== 0) return;
    event.preventDefault();
    setHeld(id);
    let from = event.clientY; // where the pointer was when the item lay in its place

    const follow = ({ clientY }) => {
      const place = now.current.findIndex((item) => item.id === id);
      const rows = [...list.current.children];
      const [row, before, after] = [rows[place], rows[place - 1], rows[place + 1]];
      const by = clientY - from;
      const beyond = (other) => other && Math.abs(by) > Math.abs(other.offsetTop - row.offsetTop) / 2;
      const to = by < 0 && beyond(before) ? place - 1 : by > 0 && beyond(after) ? place + 1 : place;
      if (to !== place) {
        from += to < place ? before.offsetTop - row.offsetTop : after.offsetTop + after.offsetHeight - row.offsetTop - row.offsetHeight;
        now.current = moved(now.current, place, to);
        setItems(now.current);
      }
      row.style.setProperty("--drag", `${clientY - from}px`);
    };
    // On the window: an item that changes its place loses what it had captured.
    const ends = ["pointerup", "pointercancel"];
    const end = () => {
      removeEventListener("pointermove", follow);
      for (const name of ends) removeEventListener(name, end);
      list.current?.querySelector(`[data-item="${id}"]`)?.style.removeProperty("--drag");
      setHeld(null);
    };
    addEventListener("pointermove", follow);
    for (const name of ends) addEventListener(name, end);
  };

  return { held, start };
}
