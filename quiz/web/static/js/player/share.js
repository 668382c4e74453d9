/** The button that makes a picture of how the game ended, to share or to keep. */

import { html, useEffect, useState } from "../../vendor/preact.mjs";
import { ordinal } from "../board.js";
import { Icon } from "../glyphs.js";
import { isolated, t, tn } from "../text.js";

const NAME = "quiz.png";

/** What stands on the picture. */
export function wordsOf({ you, player, game, board }) {
  const score = you.score ?? 0;
  return {
    title: game.title,
    name: player.nickname,
    rank: you.rank,
    place: you.rank ? t("{rank} place", { rank: ordinal(you.rank) }) : t("Well played!"),
    score: isolated(tn("{count} point", "{count} points", score)),
    players: you.rank && board?.players > 1 ? isolated(tn("{count} player", "{count} players", board.players)) : "",
  };
}

async function pictureOf(state) {
  const { draw } = await import("./card.js");
  const canvas = draw(wordsOf(state), document.documentElement.dir || "ltr");
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  return new File([blob], NAME, { type: "image/png" });
}

function keep(file) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: NAME });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const shareable = (file) => navigator.canShare?.({ files: [file] }) === true;

export function ShareButton({ state }) {
  const { score } = state.you;
  const [file, setFile] = useState(null);

  // Made before it is asked for: browsers share only right after a tap.
  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(() => pictureOf(state).then((made) => wanted && setFile(made), () => {}), 500);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [score, state.you.rank, state.board?.players, state.player.nickname]);

  const give = async () => {
    if (!shareable(file)) return keep(file);
    try {
      await navigator.share({ files: [file] });
    } catch (error) {
      if (error.name !== "AbortError") keep(file);
    }
  };

  const shares = file && shareable(file);
  return html`
    <button class="button is-accent is-wide" data-testid="share" disabled=${!file} onClick=${give}>
      <${Icon} name=${shares ? "share" : "download"} />${shares ? t("Share your result") : t("Keep your result as a picture")}
    </button>`;
}
