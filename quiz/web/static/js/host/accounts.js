/** Entry of `/host/accounts`: the accounts of hosts, for admins. */

import { html, render, useEffect, useRef, useState } from "../../vendor/preact.mjs";
import { addHost, currentSession, hosts, newPassword, removeHost, setAdmin, signOutEverywhere } from "../api.js";
import { refusal } from "../authoring/problems.js";
import { Brand } from "../glyphs.js";
import { t } from "../text.js";
import { Trouble } from "../trouble.js";

const root = document.querySelector("#app");

function Accounts() {
  const [me, setMe] = useState(null);
  const [list, setList] = useState([]);
  const [error, setError] = useState(null);
  const [made, setMade] = useState(null); // {name, password}, shown until something else is done

  const load = async () => setList(await hosts());

  useEffect(() => {
    const begin = async () => {
      const session = await currentSession();
      if (!session) return location.replace("/host?next=/host/accounts");
      if (session.admin) await load();
      setMe(session);
    };
    begin().catch((problem) => setError(refusal(problem)));
  }, []);

  const act = async (work) => {
    setError(null);
    setMade(null);
    try {
      const told = await work();
      setMade(told?.password ? told : null);
      await load();
    } catch (problem) {
      if (problem.status === 401) return location.replace("/host?next=/host/accounts");
      setError(refusal(problem));
    }
  };

  if (!me) return error ? html`<${Trouble} words=${error} />` : html`<p class="loading">${t("Loading…")}</p>`;
  if (!me.admin) {
    return html`<${Bar} me=${me} /><${Trouble} words=${t("Only an admin may manage accounts.")} />`;
  }
  return html`
    <${Bar} me=${me} />
    <div class="desk" data-screen="accounts">
      <h1>${t("Accounts")}</h1>
      <p class="form-error" role="alert" data-testid="error">${error}</p>
      <div class="form-wait" role="status">${made && html`<${Password} ...${made} />`}</div>
      <ul class="games" data-testid="hosts">
        ${list.map((host) => html`<${Row} key=${host.name} host=${host} mine=${host.name === me.name} act=${act} />`)}
      </ul>
      <${NewHost} act=${act} />
    </div>`;
}

function Bar({ me }) {
  return html`
    <header class="desk-bar">
      <${Brand} />
      <span class="desk-host">${t("Signed in as {name}", { name: html`<b dir="auto">${me.name}</b>` })}</span>
      <a class="button" href="/host">${t("Back")}</a>
    </header>`;
}

function Password({ name, password }) {
  return html`
    <div class="card stack" data-testid="made">
      <p>${t("The password of {name}, shown this once:", { name: html`<b dir="auto">${name}</b>` })}</p>
      <p><code data-testid="password">${password}</code></p>
    </div>`;
}

function Row({ host, mine, act }) {
  const [sure, setSure] = useState(false);
  const { name } = host;
  const remove = () => (sure ? act(() => removeHost(name)) : setSure(true));
  return html`
    <li class="game-row" data-testid=${`host-${name}`}>
      <span class="game-title">${name} ${host.admin && html`<span class="tag">${t("admin")}</span>`}</span>
      ${!mine && html`<a class="button is-compact" data-testid="quizzes" href=${`/host/quizzes?${new URLSearchParams({ owner: name })}`}>${t("Quizzes")}</a>`}
      <button class="button is-compact" data-testid="new-password" onClick=${() => act(() => newPassword(name))}>${t("New password")}</button>
      <button class="button is-compact" data-testid="sign-out" onClick=${() => act(() => signOutEverywhere(name))}>${t("Sign out everywhere")}</button>
      ${!mine &&
      html`<button class="button is-compact" data-testid="admin" onClick=${() => act(() => setAdmin(name, !host.admin))}>
        ${host.admin ? t("No admin any more") : t("Make admin")}
      </button>`}
      ${!mine &&
      html`<button class="button is-compact ${sure ? "is-danger" : ""}" data-testid="remove" onClick=${remove} onBlur=${() => setSure(false)}>
        ${sure ? t("Remove for good") : t("Remove")}
      </button>`}
    </li>`;
}

function NewHost({ act }) {
  const name = useRef(null);
  const admin = useRef(null);
  const submit = (event) => {
    event.preventDefault();
    act(() => addHost(name.current.value, admin.current.checked));
  };
  return html`
    <form class="card stack" onSubmit=${submit}>
      <h2>${t("Add a host")}</h2>
      <label class="field"><span>${t("Name")}</span>
        <input ref=${name} class="input" name="name" data-testid="new-name" autocomplete="off" required />
      </label>
      <label class="switch"><input ref=${admin} type="checkbox" data-testid="new-admin" /> ${t("May do everything (admin)")}</label>
      <button class="button is-primary" data-testid="add">${t("Add")}</button>
    </form>`;
}

root.replaceChildren();
render(html`<${Accounts} />`, root);
