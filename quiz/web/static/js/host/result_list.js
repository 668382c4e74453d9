/** The games that are over, the last first. */

import { html, useEffect, useState } from "../../vendor/preact.mjs";
import { results } from "../api.js";
import { Icon } from "../glyphs.js";
import { moment, number, t, tn } from "../text.js";

export function ResultList({ quiz, onError }) {
  const [list, setList] = useState(null);
  const [next, setNext] = useState(null);
  const [busy, setBusy] = useState(false);

  const more = async (before) => {
    setBusy(true);
    try {
      const page = await results(quiz, before);
      setList([...(before ? list : []), ...page.results]);
      setNext(page.next);
    } catch (problem) {
      onError(problem);
    }
    setBusy(false);
  };

  useEffect(() => {
    more(null);
  }, []);

  if (!list) return html`<p class="loading">${t("Loading…")}</p>`;
  return html`
    <div class="desk" data-screen="results">
      <section aria-labelledby="heading">
        <h1 id="heading">${t("Results")}</h1>
        ${quiz && html`<p class="soft">${t("Games of one quiz.")} <a href="/host/results">${t("Show all")}</a></p>`}
        ${list.length === 0 && html`<p class="soft" data-testid="none">${t("No game has ended yet. What comes of your games is kept here for a while.")}</p>`}
        <ul class="games" data-testid="results">
          ${list.map((one) => html`<${Row} key=${one.id} game=${one} />`)}
        </ul>
        ${next && html`<button class="button" data-testid="more" disabled=${busy} onClick=${() => more(next)}>${t("Show earlier games")}</button>`}
      </section>
    </div>`;
}

function Row({ game }) {
  return html`
    <li>
      <a class="game-row" href=${`/host/results/${game.id}`} data-testid=${`result-${game.id}`}>
        <time class="result-when" datetime=${new Date(game.finished_at).toISOString()}>${moment(game.finished_at)}</time>
        <span class="game-title" dir="auto">${game.title}</span>
        <span class="tag">${game.mode === "live" ? t("Live") : t("Self-paced")}</span>
        ${game.host === null && html`<span class="tag">${t("shared")}</span>`}
        <span class="game-players"><${Icon} name="people" /><span aria-hidden="true">${number(game.players)}</span><span class="sr-only">${tn("{count} player", "{count} players", game.players)}</span></span>
      </a>
    </li>`;
}
