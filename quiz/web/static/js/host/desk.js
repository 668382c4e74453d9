/** Entry of `/host`: sign in, then quizzes to start and games that run. */

import { html, render, useEffect, useState } from "../../vendor/preact.mjs";
import { games, keep, signOut, signOutEverywhere } from "../api.js";
import { Shelf } from "../authoring/shelf.js";
import { sentence, WAITS } from "../errors.js";
import { Brand, Icon } from "../glyphs.js";
import { Menus } from "../menus.js";
import { useOneRow } from "../one_row.js";
import { t } from "../text.js";
import { Trouble } from "../trouble.js";
import { RunningGames } from "./running_games.js";
import { SignIn } from "./sign_in.js";

const REFRESH_MS = 10000;
const RETRY_MS = 2000;

const root = document.querySelector("#app");
const formats = root.dataset.formats.split(" ");
const { session = "null", lists = "null" } = root.dataset;
const begun = keep(JSON.parse(session)); // who it is that the page came for; null: nobody
const first = JSON.parse(lists); // their {games, shelf}; null where the store was away

/** Where to go after signing in; only paths of this site. */
function nextPage() {
  const next = new URLSearchParams(location.search).get("next");
  return next && /^\/(?![/\\])/.test(next) ? next : null;
}

function Desk() {
  const [host, setHost] = useState(begun);
  const [error, setError] = useState(null);

  const enter = (session) => {
    const next = nextPage();
    if (next) location.assign(next);
    else setHost(session);
  };

  if (error) return html`<${Away} error=${error} />`;
  if (host === null) return html`<${SignIn} onEnter=${enter} />`;
  const leave = () => signOut().then(() => setHost(null), setError);
  const leaveEverywhere = () => signOutEverywhere(host.name).then(() => setHost(null), setError);
  return html`
    <${Bar} host=${host} onLeave=${leave} />
    <${Content} host=${host} first=${host === begun ? first : null} onSignedOut=${() => setHost(null)} />
    <footer class="desk-foot">
      <${Menus} />
      <button class="button" data-testid="sign-out-everywhere" onClick=${leaveEverywhere}>${t("Sign out everywhere")}</button>
    </footer>`;
}

/** The words of signing out give way first: its sign is known, and it is not where anybody goes. */
function Bar({ host, onLeave }) {
  const bar = useOneRow(host.admin);
  return html`
    <header class="desk-bar" ref=${bar}>
      <${Brand} />
      <span class="desk-host">${t("Signed in as {name}", { name: html`<b dir="auto">${host.name}</b>` })}</span>
      <a class="button" href="/host/results" data-testid="results">${t("Results")}</a>
      ${host.admin && html`<a class="button" href="/host/accounts" data-testid="accounts">${t("Accounts")}</a>`}
      <button class="button" data-testid="sign-out" title=${t("Sign out")} aria-label=${t("Sign out")} onClick=${onLeave}>
        <span class="wide-only">${t("Sign out")}</span><span class="narrow-only"><${Icon} name="leave" /></span>
      </button>
    </header>`;
}

function Content({ host, first, onSignedOut }) {
  const [gameList, setGameList] = useState(first?.games ?? null);
  const [error, setError] = useState(null);

  useEffect(() => {
    const load = async () => {
      try {
        setGameList(await games());
        setError(null);
      } catch (problem) {
        if (problem.status === 401) onSignedOut();
        else setError(problem);
      }
    };
    if (!gameList || error) load();
    const timer = setInterval(() => document.visibilityState === "visible" && load(), error ? RETRY_MS : REFRESH_MS);
    return () => clearInterval(timer);
  }, [error === null]);

  if (!gameList && error) return html`<${Away} error=${error} />`;
  // The quizzes are asked for at the same time, and shown when nothing comes above them any more.
  return html`
    ${!gameList && html`<p class="loading">${t("Loading…")}</p>`}
    <div class="desk" data-screen="desk" style=${{ display: gameList ? "" : "none" }}>
      <h1 class="sr-only">${t("Host a game")}</h1>
      <div role="status">${error?.code === "server_busy" && html`<p class="stale" data-testid="stale">${WAITS.lists}</p>`}</div>
      <${RunningGames} games=${gameList ?? []} />
      <${Shelf} host=${host} first=${first?.shelf} formats=${formats} onSignedOut=${onSignedOut} />
    </div>`;
}

function Away({ error }) {
  return html`
    <${Trouble} words=${error.code === "server_busy" ? WAITS.desk : sentence(error)}>
      <button class="button is-primary" onClick=${() => location.reload()}>${t("Try again")}</button>
    <//>`;
}

root.replaceChildren();
render(html`<${Desk} />`, root);
