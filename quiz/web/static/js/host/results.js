/** Entry of `/host/results` and `/host/results/<game>`: what came of games that are over. */

import { html, render, useEffect, useState } from "../../vendor/preact.mjs";
import { currentSession } from "../api.js";
import { sentence } from "../errors.js";
import { Brand } from "../glyphs.js";
import { t } from "../text.js";
import { Trouble } from "../trouble.js";
import { GameResult } from "./result_game.js";
import { ResultList } from "./result_list.js";

const root = document.querySelector("#app");
const { game } = root.dataset;

function signIn() {
  location.replace(`/host?next=${encodeURIComponent(location.pathname)}`);
}

function Results() {
  const [me, setMe] = useState(null);
  const [error, setError] = useState(null);

  const fail = (problem) => (problem.status === 401 ? signIn() : setError(words(problem)));

  useEffect(() => {
    currentSession().then((session) => (session ? setMe(session) : signIn()), fail);
  }, []);

  if (error) return html`
    <${Trouble} words=${error}>
      <a class="button is-primary" href=${game ? "/host/results" : "/host"}>${game ? t("All results") : t("Back to the quizzes")}</a>
    <//>`;
  if (!me) return html`<p class="loading">${t("Loading…")}</p>`;
  return html`
    <header class="desk-bar">
      <${Brand} />
      <span class="desk-host">${t("Signed in as {name}", { name: html`<b dir="auto">${me.name}</b>` })}</span>
      ${game && html`<a class="button" href="/host/results" data-testid="all-results">${t("All results")}</a>`}
      <a class="button" href="/host" data-testid="desk">${t("Quizzes")}</a>
    </header>
    ${game
      ? html`<${GameResult} id=${game} me=${me} onError=${fail} />`
      : html`<${ResultList} quiz=${new URLSearchParams(location.search).get("quiz")} onError=${fail} />`}`;
}

/** A game is meant here, not a PIN. */
function words(problem) {
  return problem.code === "game_not_found" ? t("These results are not kept any more.") : sentence(problem);
}

root.replaceChildren();
render(html`<${Results} />`, root);
