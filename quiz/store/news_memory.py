"""What is still to be told of games, in this process's memory."""

from __future__ import annotations

from quiz.domain.game import Game
from quiz.domain.player import Player
from quiz.store.held import HeldGames


class MemoryNews:
    """`play.ports.News` of games that are held."""

    def __init__(self, games: HeldGames) -> None:
        self._games = games

    def claim(self, game: Game, topic: str, value: str, window_ms: int) -> int:
        """See `News.claim`."""
        sent, now = self._games.held(game).sent, self._games.now()
        told, at = sent.get(topic, ("", 0))
        if told == value:
            return 0
        if 0 <= now - at < window_ms:
            return window_ms - (now - at)
        sent[topic] = (value, now)
        return -1

    def announced(self, game: Game, version: int | None = None) -> int:
        """See `News.announced`."""
        held = self._games.held(game)
        if version is not None:
            held.announced = max(held.announced, version)
        return held.announced

    def note_roster(self, game: Game, change: str, player: Player) -> None:
        """See `News.note_roster`."""
        self._games.held(game).roster.append((change, player))

    def take_roster(self, game: Game, window_ms: int) -> int | list[tuple[str, Player]]:
        """See `News.take_roster`."""
        held = self._games.held(game)
        changes = held.roster
        if not changes:
            return 0
        times, _ = held.sent.get("roster", ("0", 0))
        wait = self.claim(game, "roster", str(int(times) + 1), window_ms)
        if wait >= 0:
            return wait
        held.roster = []
        return changes
