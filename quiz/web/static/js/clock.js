/** The server's clock, as far as a browser can know it, and what counts down by it. */

import { html, useEffect, useRef, useState } from "../vendor/preact.mjs";
import { calm } from "./motion.js";
import { number, tn } from "./text.js";

const SAMPLES = 8;

export class ServerClock {
  #offsets = [];

  /** `now` was read on the server before it travelled here, so the largest offset is the nearest. */
  observe(now) {
    if (!Number.isFinite(now)) return;
    this.#offsets = [...this.#offsets, now - Date.now()].slice(-SAMPLES);
  }

  now() {
    return Date.now() + (this.#offsets.length ? Math.max(...this.#offsets) : 0);
  }
}

/** "ready" before it opens, "open" while it takes answers, "over" after; changes on time by itself. */
export function usePhase(clock, question) {
  const phase = phaseAt(clock.now(), question);
  const [, setTick] = useState(0);
  useEffect(() => {
    const next = phase === "ready" ? question.opened_at : phase === "open" ? question.closes_at : null;
    if (next === null) return undefined;
    const timer = setTimeout(() => setTick((tick) => tick + 1), Math.max(20, next - clock.now()));
    return () => clearTimeout(timer);
  });
  return phase;
}

function phaseAt(now, question) {
  if (question.opened_at && now < question.opened_at) return "ready";
  if (question.closes_at && now >= question.closes_at) return "over";
  return "open";
}

/** Whole seconds left until a server time; renders again once a second, on the second. */
export function useSecondsLeft(clock, until) {
  const left = Math.max(0, until - clock.now());
  const seconds = Math.ceil(left / 1000);
  const [, setTick] = useState(0);
  useEffect(() => {
    if (seconds === 0) return undefined;
    const timer = setTimeout(() => setTick((tick) => tick + 1), left - (seconds - 1) * 1000 + 5);
    return () => clearTimeout(timer);
  });
  return seconds;
}

/** The bar that runs out: one animation to the deadline, so it stays smooth whatever else renders. Calm, it steps once a second. */
export function TimeBar({ clock, question }) {
  const bar = useRef(null);
  const { closes_at: closesAt, time_limit_ms: limit } = question;
  useEffect(() => {
    if (!closesAt) return undefined;
    const left = Math.max(0, closesAt - clock.now());
    const from = Math.min(1, left / (limit || left || 1));
    const run = bar.current.animate(
      [{ transform: `scaleX(${from})` }, { transform: "scaleX(0)" }],
      { duration: left, fill: "forwards", easing: calm() ? `steps(${Math.max(1, Math.ceil(left / 1000))})` : "linear" },
    );
    return () => run.cancel();
  }, [clock, closesAt, limit]);
  return closesAt && html`<div class="timebar" aria-hidden="true"><span ref=${bar}></span></div>`;
}

/** Seconds left in a disc; turns urgent for the last five. */
export function TimeDisc({ clock, until }) {
  const seconds = useSecondsLeft(clock, until);
  return html`
    <div class=${`timedisc ${seconds <= 5 ? "is-urgent" : ""}`} role="timer" data-testid="seconds"
      aria-label=${tn("{count} second left", "{count} seconds left", seconds)}>${number(seconds)}</div>`;
}
