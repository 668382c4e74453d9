/**
 * Keeps what is being written where no crash reaches it: as a draft on the server, and in this browser until the server has it.
 *
 * `onStatus` is told "saving", "kept", or "away" with the error why; `onKept` what the server answers; `onOther` the server's draft
 * when another window of the same host has gone on with it, after which nothing is sent until `resolve`.
 */

const LOCAL_MS = 150;
const SERVER_MS = 900;
const MOST_WAIT_MS = 5000;
const FIRST_RETRY_MS = 1000;

export class DraftKeeper {
  #quizzes;
  #place;
  #slug;
  #latest = null; // {content, base}, until the server has it
  #version = null; // of the server's draft
  #pending = null; // what was sent and not answered, as JSON: the server may have taken it all the same
  #sending = null;
  #timers = {};
  #since = null; // when the oldest change that the server lacks was made
  #retries = 0;
  #stopped = false;

  /** `quizzes` is what `quizzesOf` made, `host` who writes. */
  constructor(quizzes, host, slug, { onStatus, onKept, onOther }) {
    Object.assign(this, { onStatus, onKept, onOther });
    this.#quizzes = quizzes;
    this.#slug = slug;
    this.#place = ["quiz-draft", host, slug, quizzes.owner].filter((one) => one !== null).join(" ");
    window.addEventListener("online", this.#soon);
    window.addEventListener("pagehide", this.#storeNow);
  }

  /** What this browser holds and the server may not have: {content, base, version, pending, at}, or null. */
  stored() {
    try {
      return JSON.parse(localStorage.getItem(this.#place));
    } catch {
      return null;
    }
  }

  /** Whether a draft of the server is what `stored` began from, or what of it was sent last. */
  static continues(stored, kept) {
    return stored.version === (kept?.version ?? null) || (kept !== null && JSON.stringify(kept.content) === stored.pending);
  }

  /** The version of the server's draft that changes are made from; null for none. */
  begin(version) {
    this.#version = version;
  }

  get waits() {
    return this.#latest !== null;
  }

  change(content, base) {
    this.#latest = { content, base };
    this.#since ??= Date.now();
    this.#timers.local ??= setTimeout(this.#storeNow, LOCAL_MS);
    this.#later(Math.max(0, Math.min(SERVER_MS, this.#since + MOST_WAIT_MS - Date.now())));
  }

  /** Nothing is sent any more; settles when nothing is on its way. */
  async stop() {
    this.#stopped = true;
    clearTimeout(this.#timers.server);
    await this.#sending;
  }

  goOn() {
    this.#stopped = false;
    if (this.#latest) this.#later(0);
  }

  /** Goes on over the server's draft, which the host has seen. */
  resolve(version) {
    this.#version = version;
    this.goOn();
  }

  /** What was written is saved, or given up: the server has no draft any more. */
  async forget({ server = false } = {}) {
    await this.stop();
    if (server && this.#version !== null) await this.#quizzes.dropDraft(this.#slug);
    this.#latest = this.#pending = this.#version = this.#since = null;
    this.#unstore();
    this.#stopped = false;
  }

  close() {
    this.stop();
    this.#unstoreTimer();
    window.removeEventListener("online", this.#soon);
    window.removeEventListener("pagehide", this.#storeNow);
  }

  #soon = () => this.#latest && this.#later(0);

  #later(ms) {
    clearTimeout(this.#timers.server);
    if (!this.#stopped) this.#timers.server = setTimeout(() => this.#send(), ms);
  }

  #unstoreTimer() {
    clearTimeout(this.#timers.local);
    this.#timers.local = null;
  }

  #unstore() {
    this.#unstoreTimer();
    localStorage.removeItem(this.#place);
  }

  #storeNow = () => {
    this.#unstoreTimer();
    if (!this.#latest) return;
    const record = { ...this.#latest, version: this.#version, pending: this.#pending, at: Date.now() };
    try {
      localStorage.setItem(this.#place, JSON.stringify(record));
    } catch {
      // No room, or not allowed: then there is the server's draft alone.
    }
  };

  #send() {
    this.#sending ??= this.#exchange().finally(() => {
      this.#sending = null;
    });
  }

  async #exchange() {
    const sent = this.#latest;
    if (!sent || this.#stopped) return;
    this.onStatus("saving");
    this.#pending = JSON.stringify(sent.content);
    this.#storeNow();
    try {
      const kept = await this.#quizzes.keepDraft(this.#slug, sent.content, sent.base, this.#version);
      this.#kept(sent, kept);
    } catch (error) {
      if (error.status === 412) await this.#reconcile().catch((problem) => this.#away(problem));
      else this.#away(error);
    }
  }

  #kept(sent, kept) {
    this.#version = kept.version;
    this.#pending = null;
    this.#retries = 0;
    if (this.#latest === sent) {
      this.#latest = this.#since = null;
      this.#unstore();
      this.onStatus("kept");
    } else {
      this.#since = Date.now();
      this.#storeNow();
      this.#later(SERVER_MS);
    }
    this.onKept(kept);
  }

  #away(error) {
    this.#retries += 1;
    this.onStatus("away", error);
    this.#later(Math.min(MOST_WAIT_MS, FIRST_RETRY_MS * 2 ** (this.#retries - 1)));
  }

  /** The server's draft is not the one that was known: our own, whose answer was lost, or somebody else's. */
  async #reconcile() {
    const theirs = await this.#quizzes.draft(this.#slug);
    if (DraftKeeper.continues({ version: null, pending: this.#pending }, theirs)) {
      this.#version = theirs?.version ?? null;
      this.#later(0);
      return;
    }
    this.#stopped = true;
    this.onOther(theirs);
  }
}
