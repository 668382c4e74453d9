/**
 * One Socket.IO connection that comes back by itself.
 *
 * Players and hosts use it alike: `resume` puts a fresh connection where the last one was (join by
 * token, or watch), and only then do waiting requests go out. A request is sent again after a lost
 * ack, so what is sent must be harmless when repeated, or say when it is no longer `wanted`.
 */

import { io } from "../vendor/socket.io.mjs";
import { NoAnswer, Refusal } from "./errors.js";

const ACK_MS = 5000;
const MOST_ATTEMPTS = 20; // about 40 seconds
const PROBE_MS = 1500;
const WAKE_PROBE_MS = 800; // a line that was there before the phone slept answers at once, or never
const DELAY_MS = 200;
const DELAY_MAX_MS = 1000; // players must be back within two seconds of the network's return
// A short time-out finds a network that has just returned; a page's first try and every third later are patient with a slow one.
const ATTEMPT_MS = 1500;
const PATIENT_ATTEMPT_MS = 5000;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const jittered = (ms) => ms * (0.5 + Math.random());

export class Connection {
  #link = "idle"; // idle | connecting | waiting (the server can't resume it yet) | online | reconnecting | refused | closed
  #waiting = []; // requests held back until the connection has been resumed
  #sleepers = new Set(); // what wakes repetitions that wait for their time
  #opened = false;
  #probing = Infinity; // within how many milliseconds a probe that is under way must be answered
  #turnedAway = 0; // how often in a row the server itself closed or refused the connection

  /**
   * @param {string} namespace "/" for players, "/host" for hosts
   * @param {() => Promise<void>} resume runs after each connect; may throw a Refusal
   * @param {() => [string, object] | null} probe a harmless event that shows whether the line lives
   * @param {(ack: object) => void} onProbe gets the probe's ack, which is a full resync
   * @param {(link: string, error?: Error) => void} onLink hears each change of the link
   */
  constructor(namespace, { resume, probe, onProbe, onLink }) {
    this.resume = resume;
    this.probe = probe;
    this.onProbe = onProbe;
    this.onLink = onLink;
    this.socket = io(namespace, {
      transports: ["websocket"],
      autoConnect: false,
      forceNew: true,
      reconnectionDelay: DELAY_MS,
      reconnectionDelayMax: DELAY_MAX_MS,
      randomizationFactor: 0.5,
      timeout: PATIENT_ATTEMPT_MS,
    });
    this.socket.on("connect", () => this.#resumed());
    this.socket.on("disconnect", (reason) => this.#dropped(reason));
    this.socket.on("connect_error", (error) => this.#failed(error));
    this.socket.io.on("reconnect_attempt", (attempt) => {
      this.socket.io.timeout(attempt % 3 === 0 ? PATIENT_ATTEMPT_MS : ATTEMPT_MS);
    });
  }

  on(event, listener) {
    this.socket.on(event, listener);
  }

  open() {
    if (this.#opened) return;
    this.#opened = true;
    this.#setLink("connecting");
    this.socket.connect();
    const woken = () => document.visibilityState === "visible" && this.check(WAKE_PROBE_MS);
    for (const name of ["online", "offline"]) window.addEventListener(name, woken);
    window.addEventListener("pageshow", (event) => event.persisted && woken());
    for (const name of ["visibilitychange", "resume"]) document.addEventListener(name, woken);
  }

  /** Ends it for good: after a kick, or when there is nothing to come back to. */
  close() {
    this.#setLink("closed");
    this.socket.disconnect();
  }

  /** Sends once. Throws Refusal or NoAnswer. */
  async ask(event, payload, ackMs = ACK_MS) {
    let ack;
    try {
      ack = await this.socket.timeout(ackMs).emitWithAck(event, payload);
    } catch {
      throw new NoAnswer();
    }
    if (ack?.ok) return ack;
    throw new Refusal(ack?.error ?? { code: "invalid_payload" });
  }

  /**
   * Sends until it is answered: again after a reconnect, and again when the server says when to.
   * `wanted` is asked before each repetition, and after a wait for the connection; false ends it quietly with null. `refused` hears each refusal that is not the
   * last; `patient` is asked whether to go on when there were many, as in an outage.
   */
  async request(event, payload, { ackMs = ACK_MS, wanted = () => true, refused = () => {}, patient = () => false } = {}) {
    for (let attempt = 1; ; attempt += 1) {
      const waited = await this.#online();
      if ((waited || attempt > 1) && !wanted()) return null;
      try {
        return await this.ask(event, payload, ackMs);
      } catch (error) {
        if (error instanceof NoAnswer) {
          if (this.socket.connected) this.#reconnectNow();
        } else if (error.retryable && (attempt < MOST_ATTEMPTS || patient())) {
          refused(error);
          await this.#rest(error.retryAfterMs ?? jittered(Math.min(250 * attempt, 3000)));
        } else {
          throw error;
        }
      }
    }
  }

  /** What waits to be repeated need not wait longer: it goes out within so many milliseconds, spread over them. */
  hurry(withinMs) {
    for (const wake of this.#sleepers) setTimeout(wake, Math.random() * withinMs);
  }

  /** Is the line alive? A phone that slept or changed networks may hold a dead one without knowing. */
  async check(withinMs = PROBE_MS) {
    if (this.#link === "closed" || this.#link === "refused" || this.#probing <= withinMs) return;
    if (!this.socket.connected) {
      this.#reconnectNow();
      return;
    }
    const probe = this.probe();
    if (this.#link !== "online" || !probe) return;
    this.#probing = withinMs; // waking tells several ways at once
    try {
      this.onProbe(await this.ask(...probe, withinMs));
    } catch (error) {
      if (error instanceof NoAnswer) this.#reconnectNow();
    } finally {
      this.#probing = Infinity;
    }
  }

  #reconnectNow() {
    if (this.#link === "closed" || this.#link === "refused") return;
    this.#setLink("reconnecting");
    this.socket.disconnect();
    this.socket.connect();
  }

  async #resumed() {
    const { id } = this.socket;
    const current = () => this.socket.connected && this.socket.id === id;
    for (let attempt = 1; current(); attempt += 1) {
      try {
        await this.resume();
        this.#turnedAway = 0;
        if (current()) this.#setLink("online");
        return;
      } catch (error) {
        if (!current()) return;
        if (error instanceof NoAnswer) return void this.#reconnectNow();
        if (!error.retryable) return void this.#refuse(error);
        if (error.code === "server_busy") this.#setLink("waiting");
        await this.#rest(error.retryAfterMs ?? jittered(Math.min(250 * attempt, 2000)));
      }
    }
  }

  /** Sleeps, unless hurried. */
  #rest(ms) {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#sleepers.add(wake);
    });
  }

  #dropped(reason) {
    if (this.#link === "closed" || this.#link === "refused") return;
    this.#setLink("reconnecting");
    // Socket.IO does not come back by itself when the server closed the connection (it drains).
    if (reason === "io server disconnect") this.#connectLater();
  }

  #failed(error) {
    this.#setLink("reconnecting");
    if (this.socket.active) return; // the network failed; Socket.IO is already trying again
    const code = error.data?.code ?? error.message;
    if (code === "unauthorized") this.#refuse(new Refusal({ code, message: error.message }));
    else this.#connectLater(error.data?.retry_after_ms);
  }

  /** With `afterMs`, which a full server says, not before: spread, so that not all come back at once. */
  async #connectLater(afterMs = 0) {
    await sleep(afterMs + jittered(Math.min(2 * DELAY_MS * 2 ** this.#turnedAway, 5000)));
    this.#turnedAway += 1;
    if (this.#link === "reconnecting") this.socket.connect();
  }

  #refuse(error) {
    this.#setLink("refused", error);
    this.socket.disconnect();
  }

  #setLink(link, error) {
    if (link === this.#link) return;
    this.#link = link;
    const settle = { online: "resolve", refused: "reject", closed: "reject" }[link];
    if (settle) {
      for (const waiter of this.#waiting.splice(0)) waiter[settle](error ?? (link === "online" || new NoAnswer()));
    }
    this.onLink(link, error);
  }

  /** Resolves once the connection has been resumed: to false if nothing had to be waited for. */
  #online() {
    if (this.#link === "online") return Promise.resolve(false);
    if (this.#link === "refused" || this.#link === "closed") return Promise.reject(new NoAnswer());
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }
}
