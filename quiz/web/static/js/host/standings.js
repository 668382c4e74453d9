/** Where everybody stands: between questions, while a self-paced game is open, and at the end. */

import { html, useEffect, useState } from "../../vendor/preact.mjs";
import { Board, Podium } from "../board.js";
import { Icon } from "../glyphs.js";
import { JoinCard } from "./lobby.js";

const LOOK_MS = 900; // the old standing is seen for a moment before it moves

export function Leaderboard({ session, state }) {
  const [board, setBoard] = useState(session.shownBoard ?? state.board);
  useEffect(() => {
    session.shownBoard = state.board;
    const timer = setTimeout(() => setBoard(state.board), LOOK_MS);
    return () => clearTimeout(timer);
  }, [state.board]);
  return html`
    <section class="scene scene-leaderboard" data-screen="leaderboard" aria-label="Leaderboard">
      <h1 class="scene-title">Leaderboard</h1>
      <${Standing} board=${board} />
    </section>`;
}

export function OpenGame({ state, place }) {
  const { game, board, count } = state;
  const players = board?.players ?? count;
  return html`
    <section class="scene scene-open" data-screen="open" aria-label="Self-paced game">
      <div class="open-side">
        <h1 class="scene-title" dir="auto">${game.title}</h1>
        <p class="soft">${game.question_count} questions, everybody at their own pace</p>
        <${JoinCard} place=${place} locked=${game.locked} />
        <p class="crowd-count">
          <${Icon} name="people" /><b data-testid="player-count">${players}</b> ${players === 1 ? "player" : "players"}
        </p>
      </div>
      <div class="open-board">
        <h2>Leaderboard</h2>
        <${Standing} board=${board} />
      </div>
    </section>`;
}

function Standing({ board }) {
  if (!board?.top.length) return html`<p class="crowd-empty">Nobody is on the board yet</p>`;
  const more = board.players - Math.min(board.top.length, 10);
  return html`
    <${Board} board=${board} />
    ${more > 0 && html`<p class="soft board-more">and ${more} more</p>`}`;
}

export function Paused({ state }) {
  return html`
    <section class="scene scene-paused" data-screen="paused" aria-label="Paused">
      <span class="medal"><${Icon} name="pause" /></span>
      <h1>Paused</h1>
      ${state.question && html`<p class="soft">Question ${state.question.index + 1} goes on with the time that was left.</p>`}
    </section>`;
}

export function PodiumScreen({ state: { game, board } }) {
  return html`
    <section class="scene scene-podium" data-screen="podium" aria-label="Podium">
      <p class="eyebrow" dir="auto">${game.title}</p>
      ${board?.top.length
        ? html`
            <${Podium} board=${board} />
            ${board.top.length > 3 && html`<${Board} board=${{ ...board, top: board.top.slice(3) }} limit=${7} />`}`
        : html`<h1>That was it!</h1><p class="soft">Nobody played this time.</p>`}
    </section>`;
}
