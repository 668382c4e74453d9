"""What is still to be told of games, in Redis: who tells it is settled by scripts, between all workers."""

from __future__ import annotations

import msgspec

from quiz.domain.errors import GameNotFound
from quiz.domain.game import Game
from quiz.domain.player import Player
from quiz.store.connection import SharedRedis, busy_if_unreachable, script
from quiz.store.keys import game_keys


@busy_if_unreachable
class RedisNews:
    """`play.ports.News` over a Redis."""

    def __init__(self, client: SharedRedis) -> None:
        self._scripts = {name: script(client, "quiz.store", name) for name in ("claim", "announced", "change", "roster")}

    def claim(self, game: Game, topic: str, value: str, window_ms: int) -> int:
        """See `News.claim`."""
        k = game_keys(game.pin)
        wait = self._scripts["claim"](keys=[k.sent, k.game], args=[topic, value, window_ms, game.id])
        if wait is None:
            raise GameNotFound
        return int(wait)

    def announced(self, game: Game, version: int | None = None) -> int:
        """See `News.announced`."""
        found = self._scripts["announced"](keys=[game_keys(game.pin).game], args=[game.id, version or 0])
        if found is None:
            raise GameNotFound
        return int(found)

    def note_roster(self, game: Game, change: str, player: Player) -> None:
        """See `News.note_roster`."""
        k = game_keys(game.pin)
        if not self._scripts["change"](keys=[k.game, k.roster], args=[game.id, "RPUSH", msgspec.json.encode((change, player))]):
            raise GameNotFound

    def take_roster(self, game: Game, window_ms: int) -> int | list[tuple[str, Player]]:
        """See `News.take_roster`."""
        k = game_keys(game.pin)
        reply = self._scripts["roster"](keys=[k.sent, k.roster, k.game], args=[window_ms, game.id])
        if reply is None:
            raise GameNotFound
        first, *changes = reply
        if first >= 0:
            return int(first)
        return [msgspec.json.decode(one, type=tuple[str, Player]) for one in changes]
