/** Where everybody stands: between questions, while a self-paced game is open, and at the end. */

import { html, useEffect, useState } from "../../vendor/preact.mjs";
import { Board, Podium } from "../board.js";
import { Deadline } from "../deadline.js";
import { Icon } from "../glyphs.js";
import { provisional } from "../outage.js";
import { authored } from "../question.js";
import { number, t, tn } from "../text.js";
import { shownBoard } from "./hidden_names.js";
import { CopyLink } from "./link.js";
import { JoinCard } from "./lobby.js";
import { listedPlayers, TeamsOnPodium, WithTeams } from "./team_board.js";

const LOOK_MS = 900; // the old standing is seen for a moment before it moves

export function Leaderboard({ session, state }) {
  const told = session.state.board; // with the names, which may be hidden or shown before it has moved
  const [board, setBoard] = useState(session.shownBoard ?? told);
  useEffect(() => {
    session.shownBoard = told;
    const timer = setTimeout(() => setBoard(told), LOOK_MS);
    return () => clearTimeout(timer);
  }, [told]);
  return html`
    <section class="scene scene-leaderboard" data-screen="leaderboard" aria-label=${t("Leaderboard")}>
      <h1 class="scene-title">${t("Leaderboard")}</h1>
      <${WithTeams} state=${state}><${Standing} board=${shownBoard(state, board)} limit=${listedPlayers(state.game)} /><//>
    </section>`;
}

export function OpenGame({ session, state, place }) {
  const { game, board, count } = state;
  const players = Math.max(board?.players ?? 0, count); // who has left keeps a place on the board
  return html`
    <section class="scene scene-open" data-screen="open" aria-label=${t("Self-paced game")}>
      <div class="open-side">
        <h1 class="scene-title" ...${authored()}>${game.title}</h1>
        <p class="soft">${tn("{count} question, everybody at their own pace", "{count} questions, everybody at their own pace", game.question_count)}</p>
        <${JoinCard} place=${place} locked=${game.locked} />
        <div class="open-facts">
          <p class="crowd-count">
            <${Icon} name="people" /><span>${tn("{number} player", "{number} players", players, {
              number: html`<b data-testid="player-count">${number(players)}</b>`,
            })}</span>
          </p>
          ${count < players && !provisional(state) && html`
            <p class="soft" data-testid="here-count">${tn("{number} of them is here now", "{number} of them are here now", count, { number: number(count) })}</p>`}
          <${Deadline} clock=${session.clock} closesAt=${game.closes_at} />
          <${CopyLink} url=${place.joinUrl} tell=${(text, kind) => session.tell(text, kind)} />
        </div>
      </div>
      <div class="open-board">
        <h2>${t("Leaderboard")}</h2>
        <${WithTeams} state=${state}><${Standing} board=${board} limit=${listedPlayers(game, { below: true })} /><//>
      </div>
    </section>`;
}

function Standing({ board, limit }) {
  if (!board?.top.length) return html`<p class="crowd-empty">${t("Nobody is on the board yet")}</p>`;
  const more = board.players - Math.min(board.top.length, limit);
  return html`
    <${Board} board=${board} limit=${limit} />
    ${more > 0 && html`<p class="soft board-more">${tn("and {count} more", "and {count} more", more)}</p>`}`;
}

export function Paused({ state }) {
  return html`
    <section class="scene scene-paused" data-screen="paused" aria-label=${t("Paused")}>
      <span class="medal"><${Icon} name="pause" /></span>
      <h1>${t("Paused")}</h1>
      ${state.question && html`<p class="soft">${t("Question {number} goes on with the time that was left.", { number: state.question.index + 1 })}</p>`}
    </section>`;
}

export function PodiumScreen({ state }) {
  const { game, board } = state;
  return html`
    <section class="scene scene-podium" data-screen="podium" aria-label=${t("Podium")}>
      <h1 ...${authored()}>${game.title}</h1>
      <${TeamsOnPodium} state=${state}>
        ${board?.top.length
          ? html`
              <${Podium} board=${board} />
              ${board.top.length > 3 && html`<${Board} board=${{ ...board, top: board.top.slice(3) }} limit=${6} />`}`
          : html`<p>${t("That was it!")}</p><p class="soft">${t("Nobody played this time.")}</p>`}
      <//>
    </section>`;
}
