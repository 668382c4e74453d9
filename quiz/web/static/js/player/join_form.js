/** PIN and nickname. A browser that already sits in that game may go straight back. */

import { html, useLayoutEffect, useRef, useState } from "../../vendor/preact.mjs";
import { sentence, WAITS } from "../errors.js";
import { Icon } from "../glyphs.js";
import { Menus } from "../menus.js";
import { t } from "../text.js";
import { rolledName } from "./names.js";
import { withPlainDigits } from "./number_text.js";
import { forgetJoining, recall, recallJoining, rememberJoining } from "./seats.js";
import { Screen } from "./screen.js";
import { TeamChoice } from "./team_choice.js";

const PIN_LENGTH = 6;
const digits = (text) => withPlainDigits(text).replace(/\D/g, "").slice(0, PIN_LENGTH);

/** Whether a name is needed, the game decides: some hand names out. */
function words(error) {
  if (/^nickname: is missing/.test(error.message)) return t("Please type a nickname.");
  return error.code === "wrong_state" ? t("This game is over.") : sentence(error);
}

/** `fixed` is the page of one game: its PIN is in the address and not asked for. Of `names`, two lists, one may be rolled. */
export function JoinForm({ session, state, pin: given, fixed, names }) {
  const [begun] = useState(() => recallJoining(digits(given))); // before a reload, or in another language
  const [pin, setPin] = useState(digits(given) || (begun?.pin ?? ""));
  const [nickname, setNickname] = useState(begun?.nickname ?? "");
  const [error, setError] = useState(state.error);
  const [busy, setBusy] = useState(false);
  const [waiting, setWaiting] = useState(false); // the server can't take in anybody yet
  const [teams, setTeams] = useState(begun?.teams ?? null); // to choose from, once all else is well; false: not any more
  const attempt = useRef(0);
  const pinField = useRef(null);
  const nameField = useRef(null);
  const joinButton = useRef(null);
  const [rolled, setRolled] = useState(begun?.rolled ?? null); // the nickname, if it was not typed
  const seat = pin.length === PIN_LENGTH && !state.error ? recall(pin) : null;

  // The menu below may have the focus already: somebody has just chosen a language there.
  useLayoutEffect(() => {
    if (!document.activeElement.closest(".menus")) (pin.length === PIN_LENGTH ? nameField : pinField).current?.focus();
  }, []);

  const enterPin = (event) => {
    const next = digits(event.target.value);
    event.target.value = next; // also when the state stays the same, as after a letter
    setPin(next);
    if (next.length === PIN_LENGTH && next !== pin) nameField.current.focus();
  };

  const roll = () => {
    const name = rolledName(names, rolled);
    setRolled(name);
    setNickname(name);
    setError(null);
    joinButton.current.focus(); // the next tap is the last, and no keyboard comes up
  };

  useLayoutEffect(() => rememberJoining({ pin, nickname, rolled, teams: teams || null }), [pin, nickname, rolled, teams]);

  const here = () => history.replaceState(null, "", `/play/${pin}`);

  useLayoutEffect(() => void (teams === false && nameField.current.focus()), [teams]);

  const join = async (event, team) => {
    event?.preventDefault();
    if (pin.length !== PIN_LENGTH) return void setError({ message: t("A PIN has six digits.") });
    setBusy(true);
    setError(null);
    attempt.current += 1;
    const mine = attempt.current;
    const wanted = () => attempt.current === mine;
    try {
      const refused = ({ code }) => code === "server_busy" && wanted() && setWaiting(true);
      if (!(await session.join(pin, nickname, { team, wanted, refused }))) return;
      forgetJoining();
      here();
    } catch (refusal) {
      if (!wanted()) return;
      stop();
      if (refusal.code === "team_unknown") return void setTeams(refusal.teams);
      if (teams) setTeams(false);
      setError(refusal);
      // Two have rolled the same: nobody has to think of another.
      if (refusal.code === "nickname_taken" && nickname === rolled) return void again();
      (refusal.code === "game_not_found" && !fixed ? pinField : nameField).current.focus();
    }
  };

  const again = () => {
    roll();
    setError({ message: t("That name was just taken. How about this one?") });
  };

  const stop = () => {
    attempt.current += 1;
    setWaiting(false);
    setBusy(false);
  };

  const goBack = () => {
    here();
    session.resume(pin, seat.token);
  };

  return html`
    <${Screen} name="nickname" label=${t("Join a game")}>
      <div class="join">
        <h1>${fixed ? t("Game {pin}", { pin: html`<span class="join-pin">${pin}</span>` }) : t("Join the game")}</h1>
        ${seat && html`
          <button class="button is-accent is-wide" data-testid="continue" onClick=${goBack}>
            <${Icon} name="play" />${seat.nickname
              ? html`<span>${t("Continue as {name}", { name: html`<b dir="auto">${seat.nickname}</b>` })}</span>`
              : t("Continue as before")}
          </button>
          <p class="or">${t("or join as somebody new")}</p>`}
        ${teams && html`
          <${TeamChoice} teams=${teams} busy=${busy} waiting=${waiting && WAITS.join} onChoose=${(team) => join(null, team)}
            onBack=${() => (stop(), setTeams(false))} />`}
        <form class="card stack" onSubmit=${join} novalidate hidden=${Boolean(teams)}>
          ${!fixed && html`
            <label class="field">
              <span>${t("Game PIN")}</span>
              <input ref=${pinField} class="input is-pin" data-testid="pin" name="pin" value=${pin} onInput=${enterPin}
                inputmode="numeric" autocomplete="off" placeholder="000000" aria-describedby="join-error" />
            </label>`}
          <div class="field">
            <label for="nickname">${t("Nickname")}</label>
            <span class="name-row">
              <input ref=${nameField} class="input is-large" id="nickname" data-testid="nickname" name="nickname" value=${nickname}
                onInput=${(event) => setNickname(event.target.value)} maxlength="80" dir="auto" autocomplete="off" autocapitalize="words"
                autocorrect="off" spellcheck=${false} enterkeyhint="go" aria-describedby="join-error" />
              <button type="button" class="button is-dice" data-testid="roll" aria-label=${t("Roll a name")} title=${t("Roll a name")} onClick=${roll}>
                <${Icon} name="dice" />
              </button>
            </span>
            <span class="sr-only" role="status">${rolled === nickname ? rolled : ""}</span>
          </div>
          <p class="form-error" id="join-error" role="alert" data-testid="error">${error && words(error)}</p>
          <p class="form-wait" role="status" data-testid="waiting">${waiting && WAITS.join}</p>
          <button ref=${joinButton} class="button is-primary is-wide is-large" data-testid="join" disabled=${busy}>
            ${waiting ? html`<span class="spinner" aria-hidden="true"></span>${t("Waiting…")}` : busy ? t("Joining…") : t("Join")}
          </button>
          ${waiting && html`<button type="button" class="button is-wide" data-testid="stop" onClick=${stop}>${t("Stop waiting")}</button>`}
        </form>
        <p class="join-foot">${fixed ? html`<a href="/">${t("Use another PIN")}</a>` : html`${t("Got a quiz to run?")} <a href="/host">${t("Host a game")}</a>`}</p>
        <${Menus} />
      </div>
    <//>`;
}
