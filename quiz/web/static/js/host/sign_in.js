/** A host's name and password. */

import { html, useLayoutEffect, useRef, useState } from "../../vendor/preact.mjs";
import { signIn } from "../api.js";
import { sentence, WAITS } from "../errors.js";
import { Brand } from "../glyphs.js";
import { Menus } from "../menus.js";
import { t, tn } from "../text.js";

export function SignIn({ onEnter }) {
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const name = useRef(null);
  const password = useRef(null);

  useLayoutEffect(() => name.current.focus(), []);

  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      onEnter(await signIn(name.current.value, password.current.value));
    } catch (problem) {
      // "Your sign-in is not valid any more" would be wrong here.
      const minutes = Math.ceil((problem.retryAfterMs ?? 60000) / 60000);
      const own = {
        unauthorized: t("That name and password do not match."),
        rate_limited: tn(
          "Too many wrong passwords. Please try again in a minute.",
          "Too many wrong passwords. Please try again in {count} minutes.",
          minutes,
        ),
        server_busy: WAITS.signIn,
      };
      setError(own[problem.code] ?? sentence(problem));
      setBusy(false);
      password.current.select();
    }
  };

  return html`
    <header class="desk-bar"><${Brand} /></header>
    <div class="sign-in" data-screen="sign-in">
      <h1>${t("Host a game")}</h1>
      <form class="card stack" onSubmit=${submit}>
        <label class="field"><span>${t("Name")}</span>
          <input ref=${name} class="input" name="name" data-testid="host-name" autocomplete="username" required />
        </label>
        <label class="field"><span>${t("Password")}</span>
          <input ref=${password} class="input" type="password" name="password" data-testid="host-password" autocomplete="current-password" required />
        </label>
        <p class="form-error" role="alert" data-testid="error">${error}</p>
        <button class="button is-primary is-wide is-large" data-testid="sign-in" disabled=${busy}>${busy ? t("Signing in…") : t("Sign in")}</button>
      </form>
      <p class="soft">${t("Playing?")} <a href="/">${t("Join with a PIN")}</a></p>
      <${Menus} />
    </div>`;
}
