/** A state object that components follow. Sessions extend it; views only read it. */

import { useEffect, useState } from "../vendor/preact.mjs";

export class Store {
  #followers = new Set();

  constructor(state) {
    this.state = state;
  }

  set(patch) {
    this.state = { ...this.state, ...patch };
    for (const follower of this.#followers) follower();
  }

  follow(follower) {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }
}

/** The store's state; the component renders again whenever it changes. */
export function useStore(store) {
  const [, setTick] = useState(0);
  useEffect(() => {
    const bump = () => setTick((tick) => tick + 1);
    bump(); // what changed between the first render and this effect
    return store.follow(bump);
  }, [store]);
  return store.state;
}
