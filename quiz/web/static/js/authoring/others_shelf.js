/** Entry of `/host/quizzes?owner=NAME`: the quizzes of another host, for admins. */

import { html, render, useEffect, useState } from "../../vendor/preact.mjs";
import { currentSession } from "../api.js";
import { sentence } from "../errors.js";
import { Brand, Icon } from "../glyphs.js";
import { t } from "../text.js";
import { Trouble } from "../trouble.js";
import { Shelf } from "./shelf.js";

const root = document.querySelector("#app");
const formats = root.dataset.formats.split(" ");
const owner = new URLSearchParams(location.search).get("owner");
const signIn = () => location.replace(`/host?next=${encodeURIComponent(location.pathname + location.search)}`);

function OthersShelf() {
  const [host, setHost] = useState(null);
  const [error, setError] = useState(null);
  useEffect(() => {
    currentSession().then((session) => (session ? setHost(session) : signIn()), setError);
  }, []);
  if (error) return html`<${Trouble} words=${sentence(error)} />`;
  if (!host) return html`<p class="loading">${t("Loading…")}</p>`;
  if (!host.admin || !owner) {
    return html`<${Trouble} words=${t("Only an admin may see another host's quizzes.")}><a class="button is-primary" href="/host">${t("To the quizzes")}</a><//>`;
  }
  return html`
    <header class="desk-bar">
      <${Brand} />
      <span class="desk-host">${t("Signed in as {name}", { name: html`<b dir="auto">${host.name}</b>` })}</span>
      <a class="button" href="/host/accounts"><${Icon} name="back" />${t("Accounts")}</a>
    </header>
    <div class="desk" data-screen="others-shelf"><${Shelf} host=${host} owner=${owner} formats=${formats} onSignedOut=${signIn} /></div>`;
}

root.replaceChildren();
render(html`<${OthersShelf} />`, root);
