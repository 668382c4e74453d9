/** Names of attempts: who asks again, since nobody said whether it was done, asks for the same thing and not for another one. */

const BYTES = 16;

export class Attempts {
  #last = null; // {wanted, name}

  /** The name of the attempt at what is `wanted`, a text; the last one's, if that is what was wanted then. */
  of(wanted) {
    if (this.#last?.wanted !== wanted) {
      const name = Array.from(crypto.getRandomValues(new Uint8Array(BYTES)), (byte) => byte.toString(16).padStart(2, "0")).join("");
      this.#last = { wanted, name };
    }
    return this.#last.name;
  }

  /** It is known what came of the last one: whatever is wanted now is another. */
  end() {
    this.#last = null;
  }
}
