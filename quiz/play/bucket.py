"""Token buckets: how much of something may be done at once and over time, and when to stop listening to who goes on."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable

#: Refusals in a row by another limit than the bucket's own that use up all strikes.
GOES_ON = 20


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

    def give_back(self) -> None:
        """A token was taken and not needed."""
        self._tokens = min(self._capacity, self._tokens + 1)

    def spend(self, other: Bucket) -> None:
        """What is gone of another is gone of this one too."""
        self._tokens = max(0.0, self._tokens - (other._capacity - other._tokens))

    def strike(self) -> None:
        """A refusal for another reason than this bucket."""
        self._strikes += max(1.0, self._strikes_most / GOES_ON)

    @property
    def used(self) -> float:
        """The part of its tokens that is gone, from 0 to 1."""
        return 1 - self._tokens / self._capacity

    @property
    def full(self) -> bool:
        """Whether all its tokens have come back, so that a new one would be the same."""
        return self._tokens + (self._clock() - self._at) * self._rate >= self._capacity

    @property
    def exhausted(self) -> bool:
        """Whether this connection went on and on after being refused."""
        return self._strikes > self._strikes_most


class Buckets:
    """A bucket for each of many, made when it is asked for. Those that are full are forgotten when there are too many."""

    def __init__(self, new: Callable[[], Bucket], most: int = 20_000) -> None:
        self._new, self._most = new, most
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def __contains__(self, name: str) -> bool:
        return name in self._buckets

    def of(self, name: str) -> Bucket:
        """The bucket of somebody."""
        found = self._buckets.get(name)
        if found is None:
            if len(self._buckets) >= self._most:
                self._make_room()
            found = self._buckets[name] = self._new()
        return found

    def _make_room(self) -> None:
        for name in [name for name, bucket in self._buckets.items() if bucket.full]:
            del self._buckets[name]
        while len(self._buckets) >= self._most:
            self._buckets.popitem(last=False)
