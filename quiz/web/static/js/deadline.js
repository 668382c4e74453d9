/** Until when a self-paced game may be played: a time of day, when that is near, what is left. */

import { html } from "../vendor/preact.mjs";
import { useSecondsLeft } from "./clock.js";
import { Icon } from "./glyphs.js";
import { moment, number, t } from "./text.js";

const NEAR_S = 3600;
const DAY_S = 86_400;

export function Deadline({ clock, closesAt }) {
  return closesAt ? html`<${Left} clock=${clock} closesAt=${closesAt} />` : null;
}

function Left({ clock, closesAt }) {
  const seconds = useSecondsLeft(clock, closesAt);
  return html`
    <p class=${`tag deadline ${seconds <= 60 ? "is-warning" : ""}`} role="timer" data-testid="deadline">
      <${Icon} name="clock" />${seconds < NEAR_S ? near(seconds) : t("until {time}", { time: moment(closesAt, far(seconds)) })}
    </p>`;
}

const near = (seconds) =>
  seconds > 60
    ? number(Math.ceil(seconds / 60), { style: "unit", unit: "minute", unitDisplay: "short" })
    : number(seconds, { style: "unit", unit: "second", unitDisplay: "short" });

const far = (seconds) => (seconds < DAY_S ? { timeStyle: "short" } : { weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
