/** Putting items in order with buttons that a thumb hits, or with the arrow keys. */

import { html, useLayoutEffect, useRef, useState } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { t } from "../text.js";
import { SendButton } from "./screen.js";

export function OrderControl({ question, onSend }) {
  const [items, setItems] = useState(question.choices);
  const list = useRef(null);
  const moved = useRef(null); // the button whose item moved keeps the focus

  const move = (from, by) => {
    const to = from + by;
    if (to < 0 || to >= items.length) return;
    const next = [...items];
    next.splice(to, 0, ...next.splice(from, 1));
    moved.current = next[to].id;
    setItems(next);
  };

  const press = (event, place) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    move(place, by);
  };

  useLayoutEffect(() => {
    if (moved.current === null) return;
    const item = list.current.querySelector(`[data-item="${moved.current}"]`);
    if (!item.contains(document.activeElement) || document.activeElement.disabled) item.querySelector("button:enabled").focus();
  }, [items]);

  return html`
    <ol class="order" ref=${list} aria-label=${t("Your order")}>
      ${items.map(
        (item, place) => html`
          <li key=${item.id} class="order-item" data-item=${item.id} data-testid=${`choice-${item.id}`} onKeyDown=${(event) => press(event, place)}>
            <b class="order-place">${place + 1}</b>
            <span class="choice-text" dir="auto">${item.text}</span>
            <button class="button is-bare" data-testid=${`up-${item.id}`} aria-label=${t("Move {item} up", { item: item.text })}
              disabled=${place === 0} onClick=${() => move(place, -1)}><${Icon} name="up" /></button>
            <button class="button is-bare" data-testid=${`down-${item.id}`} aria-label=${t("Move {item} down", { item: item.text })}
              disabled=${place === items.length - 1} onClick=${() => move(place, 1)}><${Icon} name="down" /></button>
          </li>`,
      )}
    </ol>
    <${SendButton} onClick=${() => onSend(items.map(({ id }) => id))} />`;
}
