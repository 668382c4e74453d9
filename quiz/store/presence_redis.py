"""Who is connected to which worker, and which workers live, in Redis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from redis.exceptions import RedisError

from quiz.domain.errors import StoreAway
from quiz.domain.game import Game
from quiz.store import keys
from quiz.store.connection import SharedRedis, busy_if_unreachable, script
from quiz.store.keys import game_keys


@busy_if_unreachable
class RedisPresence:
    """`play.ports.Presence` over a Redis. `now` gives epoch milliseconds, `running` is `Games.running`."""

    def __init__(self, client: SharedRedis, now: Callable[[], int], running: Callable[[], list[Game]]) -> None:
        self._redis: Any = client
        self._now, self._running = now, running
        self._scripts = {name: script(client, "quiz.store", name) for name in ("change", "presence", "is_present")}

    def _change(self, game: Game, key: str, command: str, *args: str) -> None:
        self._scripts["change"](keys=[game_keys(game.pin).game, key], args=[game.id, command, *args])

    def arrive(self, game: Game, player: str, worker: str) -> None:
        """See `Presence.arrive`."""
        self._change(game, game_keys(game.pin).presence, "SADD", f"{player}|{worker}")

    def depart(self, game: Game, player: str, worker: str) -> None:
        """See `Presence.depart`."""
        self._change(game, game_keys(game.pin).presence, "SREM", f"{player}|{worker}")

    def present_here(self, game: Game, worker: str, players: Sequence[str]) -> None:
        """See `Presence.present_here`."""
        k = game_keys(game.pin)
        self._scripts["presence"](keys=[k.game, k.presence], args=[game.id, worker, *players])

    def present(self, game: Game) -> set[str]:
        """See `Presence.present`."""
        k = game_keys(game.pin)
        here, kicked = self._redis.smembers(k.presence), self._redis.smembers(k.kicked)
        return {member.split("|", 1)[0] for member in here} - set(kicked)

    def is_present(self, game: Game, player: str) -> bool:
        """See `Presence.is_present`."""
        k, workers = game_keys(game.pin), self._redis.zrange(keys.WORKERS, 0, -1)
        return bool(self._scripts["is_present"](keys=[k.presence, k.kicked], args=[player, *workers]))

    def beat(self, worker: str) -> bool:
        """See `Presence.beat`."""
        return bool(self._redis.zadd(keys.WORKERS, {worker: self._now()}))

    def bury(self, silent_ms: int) -> list[Game]:
        """See `Presence.bury`."""
        dead = self._redis.zrangebyscore(keys.WORKERS, "-inf", self._now() - silent_ms)
        bereft: list[Game] = []
        try:
            for game in self._running() if dead else []:
                k = game_keys(game.pin)
                lost = [member for member in self._redis.smembers(k.presence) if member.split("|", 1)[1] in dead]
                if lost and self._redis.srem(k.presence, *lost):  # by nobody else meanwhile
                    bereft.append(game)
                    # The dead worker may have claimed a board and not told it: a new version makes another tell it.
                    self._change(game, k.game, "HINCRBY", "board", "1")
        except (RedisError, OSError, StoreAway):
            if not bereft:
                raise
            return bereft  # they are told of; the rest is somebody's next look
        if dead:
            self._redis.zrem(keys.WORKERS, *dead)
        return bereft
