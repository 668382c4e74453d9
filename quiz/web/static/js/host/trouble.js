/** Why a host's screen shows no game: nobody has signed in here, or there is none. */

import { html } from "../../vendor/preact.mjs";
import { sentence } from "../errors.js";
import { t } from "../text.js";

export function Trouble({ error }) {
  const signedOut = error.code === "unauthorized";
  const next = encodeURIComponent(location.pathname);
  return html`
    <div class="centre" data-screen=${signedOut ? "sign-in" : "error"}>
      <h1>${signedOut ? t("Please sign in") : t("No game here")}</h1>
      <p class="soft">${signedOut ? t("Only hosts can see this screen.") : sentence(error)}</p>
      <a class="button is-primary is-large" href=${signedOut ? `/host?next=${next}` : "/host"}>
        ${signedOut ? t("Sign in") : t("Back to the quizzes")}
      </a>
    </div>`;
}
