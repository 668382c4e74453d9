/** What came of one game: in short, by question, by player, and beside other games; to print, to export, and to delete. */

import { html, useEffect, useRef, useState } from "../../vendor/preact.mjs";
import { deleteResult, removePlayer, reportUrl, result as load } from "../api.js";
import { points } from "../board.js";
import { sentence } from "../errors.js";
import { Icon } from "../glyphs.js";
import { moment, number, t, tn } from "../text.js";
import { Bar, percent, seconds } from "./figures.js";
import { Comparison } from "./result_comparison.js";
import { PlayersTable } from "./result_players.js";
import { QuestionCard } from "./result_question.js";
import { TeamResults } from "./result_teams.js";

export function GameResult({ id, me, onError }) {
  const [result, setResult] = useState(null);
  const [version, setVersion] = useState(0); // what changed is asked for anew
  const [problem, setProblem] = useState(null); // of what was asked for beside the results, which stay

  useEffect(() => {
    load(id).then((told) => {
      document.title = t("{title} · Results", { title: told.game.title });
      setResult(told);
    }, onError);
  }, [version]);

  if (!result) return html`<p class="loading">${t("Loading…")}</p>`;
  const { game, questions, players } = result;
  const mine = me.admin || game.host === me.name;
  const gone = ({ status, code }) => status === 401 || code === "game_not_found";
  const told = (error) => (gone(error) ? onError(error) : setProblem(sentence(error)));
  const remove = async (player) => {
    setProblem(null);
    try {
      await removePlayer(id, player);
    } catch (error) {
      return told(error);
    }
    document.querySelector("#players").focus(); // the button goes away
    return setVersion(version + 1);
  };
  return html`
    <div class="desk results" data-screen="result">
      <${Heading} result=${result} />
      <p class="form-error" role="alert" data-testid="error">${problem}</p>
      <${Summary} result=${result} />
      <${Hardest} result=${result} />
      <${TeamResults} result=${result} />
      <section aria-labelledby="players">
        <h2 id="players" tabindex="-1">${t("Players")}</h2>
        ${players.length > 0
          ? html`<${PlayersTable} key=${version} result=${result} mayRemove=${mine} remove=${remove} onError=${told} />`
          : html`<p class="soft">${t("Nobody played this time.")}</p>`}
        ${result.removed > 0 && html`<p class="soft" data-testid="removed">${tn(
          "The data of {count} player were removed. No number here counts them.",
          "The data of {count} players were removed. No number here counts them.",
          result.removed,
        )}</p>`}
      </section>
      <section aria-labelledby="questions">
        <h2 id="questions">${t("Questions")}</h2>
        <ol class="result-questions">
          ${questions.map((question) => html`
            <${QuestionCard} key=${`${question.id} ${version}`} game=${id} question=${question} players=${players.length} onError=${told} />`)}
        </ol>
      </section>
      <${Comparison} key=${version} id=${id} quiz=${game.quiz} onError=${told} />
      ${mine && html`<${Deletion} game=${game} onError=${told} />`}
    </div>`;
}

function Heading({ result: { game } }) {
  const kept = game.kept_until > 0;
  return html`
    <header class="result-title">
      <div>
        <h1 dir="auto">${game.title}</h1>
        <p class="soft result-facts">
          <span>${moment(game.finished_at)} ·</span> <span>${game.mode === "live" ? t("Live") : t("Self-paced")} ·</span>${" "}
          <span>${t("PIN {pin}", { pin: game.pin })}${kept && html`<span class="no-print"> ·</span>`}</span>${" "}
          ${kept && html`<span class="no-print">${t("kept until {moment}", { moment: moment(game.kept_until) })}</span>`}
        </p>
      </div>
      <div class="result-actions no-print">
        <a class="button is-primary" href=${reportUrl(game.id, "xlsx")} data-testid="export-xlsx"><${Icon} name="download" />Excel</a>
        <a class="button" href=${reportUrl(game.id, "csv")} data-testid="export-csv"><${Icon} name="download" />CSV</a>
        <button class="button" data-testid="print" onClick=${() => window.print()}><${Icon} name="print" />${t("Print")}</button>
      </div>
    </header>`;
}

function Summary({ result: { questions, players } }) {
  const counted = questions.filter(({ right }) => right !== null);
  const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
  const answered = sum(questions.map((one) => one.answered));
  const time = sum(players.map((one) => one.time_ms));
  const mean = players.length ? sum(players.map((one) => one.score)) / players.length : 0;
  const figures = [
    [t("Players"), number(players.length)],
    [t("Right answers"), percent(sum(counted.map((one) => one.right)), sum(counted.map((one) => one.answered)))],
    [t("Questions answered"), percent(answered, questions.length * players.length)],
    [t("Mean score"), points(Math.round(10 * mean) / 10)],
    [t("Mean time"), seconds(answered ? time / answered : null)],
  ];
  return html`
    <dl class="figures" data-testid="summary">
      ${figures.map(([name, figure]) => html`<div key=${name} class="card"><dt>${name}</dt><dd>${figure}</dd></div>`)}
    </dl>`;
}

function Hardest({ result: { hardest, questions } }) {
  if (hardest.length === 0) return null;
  const found = hardest.map((id) => questions.find((one) => one.id === id));
  return html`
    <section aria-labelledby="hardest">
      <h2 id="hardest">${t("Hardest questions")}</h2>
      <ol class="chart is-numbered" data-testid="hardest">
        ${found.map(({ id, index, text, right, answered }) => html`
          <li key=${id}>
            <span class="chart-words"><b>${index + 1}.</b><span dir="auto">${text}</span></span>
            <${Bar} part=${right} whole=${answered} kind="is-right" />
            <b class="chart-count">${percent(right, answered)}</b>
          </li>`)}
      </ol>
    </section>`;
}

function Deletion({ game, onError }) {
  const dialog = useRef(null);
  const go = () => deleteResult(game.id).then(() => location.assign("/host/results"), onError);
  return html`
    <section class="no-print">
      <button class="button" data-testid="delete" onClick=${() => dialog.current.showModal()}>${t("Delete these results")}</button>
      <dialog ref=${dialog} class="dialog">
        <h2>${t("Delete these results?")}</h2>
        <p class="soft">${t("All names and answers of this game are deleted. This cannot be undone.")}</p>
        <div class="dialog-actions">
          <button class="button" onClick=${() => dialog.current.close()}>${t("Keep them")}</button>
          <button class="button is-danger" data-testid="confirm-delete" onClick=${go}>${t("Delete")}</button>
        </div>
      </dialog>
    </section>`;
}
