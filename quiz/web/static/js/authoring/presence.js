/** Tells the server that this window has a quiz open, and hears who else has. */

const BEAT_MS = 10000;

export class Presence {
  #quizzes;
  #editor = crypto.getRandomValues(new Uint32Array(2)).join("-");
  #slug;
  #timer;

  /** `quizzes` is what `quizzesOf` made. `onHeard` gets {editors, quiz_version, updated_by}, the editors without this one. */
  constructor(quizzes, slug, onHeard) {
    this.#quizzes = quizzes;
    this.#slug = slug;
    this.onHeard = onHeard;
    this.#timer = setInterval(() => this.beat(), BEAT_MS);
    window.addEventListener("pagehide", this.#leave);
    document.addEventListener("visibilitychange", this.#seen);
    this.beat();
  }

  async beat() {
    try {
      const heard = await this.#quizzes.editing(this.#slug, this.#editor);
      this.onHeard({ ...heard, editors: heard.editors.filter(({ you }) => !you) });
    } catch {
      // The draft says that the server is away.
    }
  }

  close() {
    clearInterval(this.#timer);
    window.removeEventListener("pagehide", this.#leave);
    document.removeEventListener("visibilitychange", this.#seen);
    this.#leave();
  }

  #seen = () => document.visibilityState === "visible" && this.beat();

  #leave = () => this.#quizzes.left(this.#slug, this.#editor).catch(() => {});
}
