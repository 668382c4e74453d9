/**
 * The host's hold on one game: the state as `watch` and the events tell it, and the host's moves.
 *
 * A move is repeated after a lost connection only while the game still stands where it stood when
 * the button was pressed, and no other has been pressed since, so nothing is skipped or done twice.
 */

import { newer } from "../board.js";
import { ServerClock } from "../clock.js";
import { Connection } from "../connection.js";
import { NOTICES, sentence } from "../errors.js";
import { toastOf } from "../notices.js";
import { boarded, noticed, provisional, resynced } from "../outage.js";
import { writtenIn } from "../question.js";
import { Store } from "../store.js";

const DEADLINE_PATIENCE_MS = 2500;
/** For how long the main button rests when the game has moved: what is pressed then was meant for the move that it had before. */
const REST_MS = 500;
/** How much time a press adds. */
export const ADDED_S = 10;

export class HostSession extends Store {
  #patience = null;
  #wish = null; // the newest move, while it is under way: {place}, where the game stood
  #closing = null; // what the newest press for more time asks for, while it is under way
  #stood = null; // where the game stood when it was looked at last
  #rest = null;
  shownBoard = null; // the standing that the room saw last: the next one moves on from it

  /** `watched`: what `watch` said when the page was made, if it was asked. */
  constructor(pin, watched = null) {
    super({
      link: "idle",
      error: null, // a Refusal that ends the page: not signed in, no such game
      toast: null,
      game: null,
      players: new Map(), // id → {id, nickname, connected, number?, extra_time?}
      count: 0,
      board: null,
      teamBoard: null,
      question: null,
      reveal: null,
      progress: null,
      busy: false,
      resting: false, // the main button, see REST_MS
      waiting: 0, // how much of what was asked for the server can't do yet, and is asked again
      outage: "", // see outage.js
    });
    this.pin = pin;
    this.clock = new ServerClock();
    this.connection = new Connection("/host", {
      resume: async () => this.#apply(await this.connection.ask("watch", { pin })),
      probe: () => ["watch", { pin }],
      onProbe: (ack) => this.#apply(ack),
      onLink: (link, error) => this.set({ link, error: error ?? this.state.error }),
    });
    this.connection.on("game", (event) => this.#onGame(event));
    this.connection.on("question", (question) => this.#onQuestion(question));
    this.connection.on("reveal", (reveal) => this.set({ reveal }));
    this.connection.on("progress", (progress) => this.#onProgress(progress));
    this.connection.on("renamed", (renamed) => this.#onRenamed(renamed));
    this.connection.on("extended", (extended) => this.#onExtended(extended));
    this.connection.on("roster", (roster) => this.#onRoster(roster));
    this.connection.on("leaderboard", (board) => this.set(boarded(this.state, board) ?? {}));
    this.connection.on("team_board", (board) => this.set({ teamBoard: newer(this.state.teamBoard, board) }));
    this.connection.on("notice", (notice) => this.#onNotice(notice));
    if (watched) this.#apply(watched);
  }

  open() {
    this.connection.open();
  }

  start = () => this.#move("start", {});
  closeQuestion = () => this.#move("close_question", {});
  next = () => this.#move("next", { after: this.state.question?.id, state: this.state.game.state });
  pause = () => this.#move("pause", {});
  resume = () => this.#move("resume", {});
  skip = () => this.#move("skip", { question: this.state.question?.id });
  end = () => this.#move("end", {});

  /** Names when the question is to close then, so that a repetition adds nothing, and a second press does. */
  addTime = async () => {
    const { id, closes_at: closesAt } = this.state.question;
    const from = this.#closing?.question === id ? this.#closing.closes_at : closesAt;
    const closing = { question: id, closes_at: from + 1000 * ADDED_S };
    this.#closing = closing;
    const ack = await this.#order("add_time", { seconds: ADDED_S, ...closing });
    if (this.#closing === closing) this.#closing = null;
    const { question } = this.state;
    if (ack && question.id === id) this.set({ question: { ...question, closes_at: ack.closes_at } }); // told to nobody in a pause
  };

  async hideNames(hidden) {
    if (await this.#order("hide_names", { hidden })) this.set({ game: { ...this.state.game, names_hidden: hidden } });
  }

  async extend(player, factor) {
    if (await this.#order("extend", { player, factor })) this.#onExtended({ player, factor });
  }

  async lock(locked) {
    if (await this.#order("lock", { locked })) this.set({ game: { ...this.state.game, locked } });
  }

  async kick(player) {
    if (!(await this.#order("kick", { player }))) return;
    const players = new Map(this.state.players);
    if (!players.delete(player)) return;
    this.set({ players, count: Math.min(this.state.count, players.size) });
  }

  /** Whether the name was taken; a name that can't be is said why. */
  async rename(player, nickname) {
    return (await this.#order("rename", { player, nickname })) !== null;
  }

  tell(text, kind) {
    this.set({ toast: toastOf(text, kind) });
  }

  async #move(event, payload) {
    const wish = { place: this.#place() };
    this.#wish = wish;
    const stands = () => this.#wish === wish;
    this.set({ busy: true });
    try {
      await this.#request(event, payload, stands);
    } catch (error) {
      // A move that is repeated since its reply was lost may be made, and nobody told of it yet: then this look shows it.
      if (error.code === "wrong_state" && stands()) await this.connection.check();
      // Two presses, or a deadline that came first: the game has moved, which is what was wanted.
      if (stands()) this.tell(sentence(error), "error");
    } finally {
      if (stands()) this.#settle();
    }
  }

  /** Locking makes a new version of the game, and yet it stands where it stood. */
  #place() {
    const { game, question } = this.state;
    return `${game.state} ${question?.id}`;
  }

  /** The newest move is made, or has come too late; its ack may still be under way. */
  #settle() {
    this.#wish = null;
    this.set({ busy: false });
  }

  #settleIfMoved() {
    if (!this.state.game) return;
    const place = this.#place();
    if (this.#stood !== null && this.#stood !== place) this.#pauseForBreath();
    this.#stood = place;
    if (this.#wish && this.#wish.place !== place) this.#settle();
  }

  /** The second press of a double click must not close the question that the first has opened. */
  #pauseForBreath() {
    clearTimeout(this.#rest);
    this.set({ resting: true });
    this.#rest = setTimeout(() => this.set({ resting: false }), REST_MS);
  }

  /** What may be done at any point of the game, and twice without harm; its ack, or null if it was not done. */
  async #order(event, payload) {
    try {
      return await this.#request(event, payload, () => this.state.game.state !== "finished");
    } catch (error) {
      this.tell(sentence(error), "error");
      return null;
    }
  }

  /** As the connection's `request`; as long as the score keeper is away it is not given up, and counts as `waiting`. */
  async #request(event, payload, wanted) {
    let held = false;
    const refused = ({ code }) => {
      if (held || code !== "server_busy") return;
      held = true;
      this.set({ waiting: this.state.waiting + 1 });
    };
    try {
      return await this.connection.request(event, payload, { wanted, refused, patient: () => provisional(this.state) });
    } finally {
      if (held) this.set({ waiting: this.state.waiting - 1 });
    }
  }

  #onNotice({ code, message }) {
    this.set(noticed(this.state, code));
    if (code === "recovered") {
      this.connection.hurry(0);
      this.connection.check(); // a game that nobody plays any more is told no new board
    }
    this.tell(NOTICES[code] ?? message);
  }

  #apply({ now, game, players, leaderboard, team_board: teams, question, reveal, progress }) {
    this.clock.observe(now ?? question?.now);
    writtenIn(game.language);
    this.set({
      error: null,
      game,
      players: new Map(players.map((player) => [player.id, player])),
      count: players.filter(({ connected }) => connected !== false).length,
      ...resynced(this.state, leaderboard),
      teamBoard: newer(this.state.teamBoard, teams),
      question: question ?? this.state.question,
      reveal: reveal ?? null,
      progress: progress ?? null,
    });
    this.#settleIfMoved();
  }

  #onGame({ state, version, locked, names_hidden: hidden }) {
    const { game } = this.state;
    if (game && version >= game.version) {
      this.set({ game: { ...game, state, version, locked: locked ?? game.locked, names_hidden: hidden ?? game.names_hidden } });
    }
    this.#settleIfMoved();
  }

  #onQuestion(question) {
    this.clock.observe(question.now);
    const again = question.id === this.state.question?.id; // after a pause, or with more time
    this.set({ question, reveal: null, progress: again ? this.state.progress : null });
    this.#settleIfMoved();
    this.#expectReveal(question);
  }

  #onProgress(progress) {
    if (progress.question === this.state.question?.id) this.set({ progress });
  }

  #onRoster({ count, joined = [], left = [] }) {
    const players = new Map(this.state.players);
    for (const player of joined) players.set(player.id, { ...players.get(player.id), ...player, connected: true });
    for (const { id } of left) {
      if (players.has(id)) players.set(id, { ...players.get(id), connected: false });
    }
    this.set({ players, count });
  }

  #onRenamed({ player, nickname }) {
    this.#change(player, { nickname });
  }

  #onExtended({ player, factor }) {
    this.#change(player, { extra_time: factor === 1 ? undefined : factor });
  }

  #change(player, patch) {
    if (!this.state.players.has(player)) return;
    const players = new Map(this.state.players);
    players.set(player, { ...players.get(player), ...patch });
    this.set({ players });
  }

  /** The server reveals within a second of the deadline; silence means that the line is dead. */
  #expectReveal({ id, closes_at: closesAt }) {
    clearTimeout(this.#patience);
    const missing = () => this.state.game?.state === "question" && this.state.question.id === id;
    this.#patience = setTimeout(
      () => missing() && this.connection.check(),
      closesAt - this.clock.now() + DEADLINE_PATIENCE_MS,
    );
  }
}
