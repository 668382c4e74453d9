"""When games are to be looked at, in Redis."""

from __future__ import annotations

from typing import Any

from quiz.domain.game import Game
from quiz.play.ports import OVERDUE
from quiz.store import keys
from quiz.store.connection import SharedRedis, busy_if_unreachable, script


@busy_if_unreachable
class RedisAlarms:
    """`play.ports.Alarms` over a Redis."""

    def __init__(self, client: SharedRedis) -> None:
        self._redis: Any = client
        self._overdue = script(client, "quiz.store", "overdue")

    def arm(self, game: Game, due: int) -> None:
        """See `Alarms.arm`."""
        self._redis.zadd(keys.CLOCKS, {game.pin: due})

    def disarm(self, pin: str) -> None:
        """See `Alarms.disarm`."""
        self._redis.zrem(keys.CLOCKS, pin)

    def overdue(self, now: int | None = None, most: int = OVERDUE) -> list[str]:
        """See `Alarms.overdue`."""
        if now is None:
            return list(self._overdue(keys=[keys.CLOCKS], args=[most]))
        return list(self._redis.zrangebyscore(keys.CLOCKS, "-inf", now, start=0, num=most))
