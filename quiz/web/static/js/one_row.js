/** Bars of one row: how long their words are depends on the language, the typeface and what there is to say. */

import { useLayoutEffect, useRef } from "../vendor/preact.mjs";

/** What a bar is where it has one row all the same. */
const ROOMY = "is-roomy";
/** What a bar does, one after the other, until it has one row. */
const STEPS = ["is-tight", "is-tighter"];

/** The ref of a bar whose first and last parts shall stand in one row; `about` is what its width depends on beside the window's. */
export function useOneRow(...about) {
  const bar = useRef(null);
  useLayoutEffect(() => {
    let shown = true;
    const breaks = () => {
      const { firstElementChild: first, lastElementChild: last } = bar.current;
      return last.offsetTop >= first.offsetTop + first.offsetHeight;
    };
    const fit = () => {
      if (!shown) return;
      bar.current.classList.remove(...STEPS);
      bar.current.classList.add(ROOMY);
      bar.current.classList.toggle(ROOMY, !breaks());
      for (const step of STEPS) bar.current.classList.toggle(step, breaks());
    };
    fit();
    const observer = new ResizeObserver(() => requestAnimationFrame(fit)); // not at once: it would see itself
    for (const one of [bar.current, ...bar.current.children]) observer.observe(one); // themes have borders of their own
    return () => {
      shown = false;
      observer.disconnect();
    };
  }, about);
  return bar;
}
