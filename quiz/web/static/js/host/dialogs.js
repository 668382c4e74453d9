/** Windows over the host's screen: asking before what can't be undone, the keys, and the code that a phone becomes a remote by. */

import { html, useLayoutEffect, useRef, useState } from "../../vendor/preact.mjs";
import { Icon } from "../glyphs.js";
import { t } from "../text.js";
import { KEYS, keyNames, setSingleKeys, singleKeys } from "./keys.js";

/** Open from the first moment as long as it is there; Escape closes it too. Afterwards what opened it has the focus again. */
function Dialog({ title, id, children, onClose }) {
  const dialog = useRef(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown.showModal();
    return () => shown.close();
  }, []);
  return html`
    <dialog ref=${dialog} class="dialog" data-testid=${id} aria-label=${title} onClose=${onClose}>
      <header class="dialog-head">
        <h2>${title}</h2>
        <button class="button is-bare" onClick=${() => dialog.current.close()} aria-label=${t("Close")}><${Icon} name="cross" /></button>
      </header>
      ${children}
    </dialog>`;
}

function Asking({ title, words, no, yes, id, go, onClose }) {
  const done = () => {
    onClose();
    go();
  };
  return html`
    <${Dialog} title=${title} id=${`ask-${id}`} onClose=${onClose}>
      <p class="soft">${words}</p>
      <div class="dialog-actions">
        <button class="button" onClick=${onClose}>${no}</button>
        <button class="button is-danger" data-testid=${`confirm-${id}`} onClick=${done}>${yes}</button>
      </div>
    </${Dialog}>`;
}

/** In practice, which has no leaderboard for players, there is no result of all to be seen. */
const practice = ({ mode, options }) => mode === "self-paced" && options.leaderboard === false;

const End = ({ session, onClose }) => html`
  <${Asking} id="end" title=${t("End this game?")}
    words=${practice(session.state.game)
      ? t("Players see their own points, and no ranks. This cannot be undone.")
      : t("Everybody sees the final result. This cannot be undone.")}
    no=${t("Keep playing")} yes=${t("End the game")} go=${session.end} onClose=${onClose} />`;

const Skip = ({ session, onClose }) => html`
  <${Asking} id="skip" title=${t("Skip this question?")}
    words=${t("It ends now and gives nobody points. What was answered stays in the results.")}
    no=${t("Keep the question")} yes=${t("Skip it")} go=${session.skip} onClose=${onClose} />`;

function Keys({ onClose }) {
  const [single, setSingle] = useState(singleKeys());
  const choose = (event) => {
    setSingleKeys(event.target.checked);
    setSingle(event.target.checked);
  };
  return html`
    <${Dialog} title=${t("Keys and clicker")} id="keys" onClose=${onClose}>
      <dl class="key-list">
        ${KEYS.map(({ id, words, keys, single: one }) => html`
          <div key=${id} class=${one && !single ? "is-off" : ""}>
            <dt>${keyNames(keys).map((name) => html`<kbd key=${name}>${name}</kbd>`)}</dt><dd>${words}</dd>
          </div>`)}
      </dl>
      <label class="switch">
        <input type="checkbox" data-testid="single-keys" checked=${single} onChange=${choose} />
        <span>${t("Single letters work as keys")}</span>
      </label>
    </${Dialog}>`;
}

function Remote({ place, onClose }) {
  const path = `/host/games/${place.pin}/remote`;
  const address = place.origin + path;
  return html`
    <${Dialog} title=${t("Your phone as remote control")} id="remote-code" onClose=${onClose}>
      <div class="remote-code">
        <img class="qr" src=${`${path}.svg`} alt=${t("QR code to {address}", { address })} />
        <ol>
          <li>${t("Scan the code with your phone.")}</li>
          <li>${t("Sign in there with your own name and password.")}</li>
          <li>${t("Go on, pause, add time and see the players from anywhere in the room.")}</li>
        </ol>
      </div>
      <p class="soft">${t("The code holds no password: nobody else gets in with it.")}</p>
      <p dir="ltr"><a href=${address}>${place.origin}<wbr />${path}</a></p>
    </${Dialog}>`;
}

const DIALOGS = { end: End, skip: Skip, keys: Keys, remote: Remote };

/** The dialog that is open, by its name, if any. */
export function OpenDialog({ name, session, place, onClose }) {
  const Shown = DIALOGS[name];
  return Shown ? html`<${Shown} key=${name} session=${session} place=${place} onClose=${onClose} />` : null;
}
