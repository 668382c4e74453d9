"""How often somebody tried to sign in, in Redis: counted over all workers, forgotten by itself."""

from __future__ import annotations

from typing import Any

from quiz.store import keys
from quiz.store.connection import SharedRedis, busy_if_unreachable, script

#: Seconds that a place is remembered from which a host has signed in.
REMEMBERED = 90 * 24 * 3600


@busy_if_unreachable
class RedisAttempts:
    """`play.signing_in.Attempts`; a window begins with its first attempt."""

    def __init__(self, client: SharedRedis, window_seconds: int) -> None:
        self._redis: Any = client
        self._window_ms = window_seconds * 1000
        self._attempt = script(client, "quiz.store", "attempt")

    def take(self, whose: str, most: int) -> int:
        """See `Attempts.take`."""
        return int(self._attempt([keys.attempts(whose)], ["take", most, self._window_ms]))

    def give_back(self, whose: str) -> None:
        """See `Attempts.give_back`."""
        self._attempt([keys.attempts(whose)], ["give back", 0, 0])

    def remember(self, account: str, place: str) -> None:
        """See `Attempts.remember`."""
        self._redis.set(keys.signed_in(account, place), 1, ex=REMEMBERED)

    def remembers(self, account: str, place: str) -> bool:
        """See `Attempts.remembers`."""
        return self._redis.get(keys.signed_in(account, place)) is not None
