"""The token bucket of one connection, and when to stop listening to it."""

from __future__ import annotations

import math
from collections.abc import Callable


class Bucket:
    """`capacity` tokens at first and at most; `refill` more each `period_s` seconds, bit by bit.

    Every refusal is a strike; strikes fade as fast as tokens come. Who has more than `strikes_most` is `exhausted`.
    """

    __slots__ = ("_at", "_capacity", "_clock", "_rate", "_strikes", "_strikes_most", "_tokens")

    def __init__(self, capacity: int, refill: float, period_s: float, strikes_most: int, clock: Callable[[], float]) -> None:
        self._capacity, self._rate, self._strikes_most, self._clock = capacity, refill / period_s, strikes_most, clock
        self._tokens, self._strikes, self._at = float(capacity), 0.0, clock()

    def take(self) -> int:
        """Takes a token: 0, or the milliseconds until there is one."""
        now = self._clock()
        gained = max(now - self._at, 0.0) * self._rate
        self._at = now
        self._tokens = min(self._capacity, self._tokens + gained)
        self._strikes = max(0.0, self._strikes - gained)
        if self._tokens >= 1:
            self._tokens -= 1
            return 0
        self._strikes += 1
        return math.ceil((1 - self._tokens) / self._rate * 1000)

    @property
    def used(self) -> float:
        """The part of its tokens that is gone, from 0 to 1."""
        return 1 - self._tokens / self._capacity

    @property
    def exhausted(self) -> bool:
        """Whether this connection went on and on after being refused."""
        return self._strikes > self._strikes_most
