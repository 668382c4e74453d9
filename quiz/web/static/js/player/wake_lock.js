/** Keeps a phone's screen on while a question is open; where the browser can, which needs a secure page. */

import { useEffect } from "../../vendor/preact.mjs";

export function useWakeLock(on) {
  useEffect(() => {
    if (!on || !navigator.wakeLock) return undefined;
    let lock = null;
    let over = false;
    const take = async () => {
      if (document.visibilityState !== "visible") return;
      try {
        lock = await navigator.wakeLock.request("screen");
        if (over) lock.release();
      } catch {
        // the battery is low: then the screen may go dark
      }
    };
    take();
    document.addEventListener("visibilitychange", take); // it is lost whenever the page is hidden
    return () => {
      over = true;
      document.removeEventListener("visibilitychange", take);
      lock?.release();
    };
  }, [on]);
}
