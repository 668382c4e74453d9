"""Wrong PINs by address: in Redis for all instances, in memory while it is away. `scripts/guess.lua` says what one costs."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable

import msgspec

from quiz.domain.errors import StoreAway
from quiz.play.ports import Guess
from quiz.store import keys
from quiz.store.connection import SharedRedis, busy_if_unreachable, script

#: Seconds for which it is remembered that a game is played at an address.
PLAYS_SECONDS = 3 * 3600
#: Addresses, and games at addresses, that are kept in memory.
REMEMBERED = 50_000


class Rate(msgspec.Struct, frozen=True):
    """How many guesses an address has, and how many all have together; all come back in `seconds`."""

    per_address: int
    in_all: int
    seconds: float


class MemoryGuesses:
    """`play.ports.Guesses` of one worker. `clock` counts seconds."""

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        self._rate, self._clock = rate, clock
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()  # what, and when that was so
        self._all = (0.0, 0.0)
        self._plays: OrderedDict[tuple[str, str], None] = OrderedDict()

    def _left_of(self, spent: tuple[float, float], most: int, now: float) -> float:
        return max(0.0, spent[0] - (now - spent[1]) * most / self._rate.seconds)

    def take(self, address: str) -> Guess:
        """See `Guesses.take`."""
        now, rate = self._clock(), self._rate
        its = self._left_of(self._spent.get(address, (0.0, now)), rate.per_address, now)
        every = self._left_of(self._all, rate.in_all, now)
        cost = min(rate.per_address, rate.in_all / max(rate.in_all - every, 1e-6))
        wait = 0.0
        if every + 1 > rate.in_all:
            wait = (every + 1 - rate.in_all) * rate.seconds / rate.in_all
        if its + cost > rate.per_address:
            wait = max(wait, (its + cost - rate.per_address) * rate.seconds / rate.per_address)
        if wait:
            return Guess(math.ceil(wait * 1000), 0, its / rate.per_address, every / rate.in_all)
        self._keep(address, its + cost, every + 1, now)
        return Guess(0, math.ceil(cost * 1000), (its + cost) / rate.per_address, (every + 1) / rate.in_all)

    def _keep(self, address: str, its: float, every: float, now: float) -> None:
        self._spent[address], self._all = (its, now), (every, now)
        self._spent.move_to_end(address)
        if len(self._spent) > REMEMBERED:
            self._spent.popitem(last=False)

    def give_back(self, address: str, cost: int) -> None:
        """See `Guesses.give_back`."""
        (its, at), (every, since) = self._spent.get(address, (0.0, 0.0)), self._all
        self._spent[address], self._all = (max(0.0, its - cost / 1000), at), (max(0.0, every - 1), since)

    def right(self, address: str, pin: str, cost: int) -> None:
        """See `Guesses.right`."""
        if cost:
            self.give_back(address, cost)
        self._plays[address, pin] = None
        if len(self._plays) > REMEMBERED:
            self._plays.popitem(last=False)

    def plays(self, address: str, pin: str) -> bool:
        """See `Guesses.plays`."""
        return (address, pin) in self._plays


@busy_if_unreachable
class RedisGuesses:
    """`play.ports.Guesses` in Redis. Raises StoreAway."""

    def __init__(self, client: SharedRedis, rate: Rate) -> None:
        self._redis, self._rate = client, rate
        self._guess, self._right = (script(client, "quiz.store", name) for name in ("guess", "right"))

    def take(self, address: str) -> Guess:
        """See `Guesses.take`."""
        rate = self._rate
        limits = rate.per_address, rate.in_all, round(rate.seconds * 1000)
        wait, cost, its, every = self._guess([keys.guesses(address), keys.GUESSES], limits)
        return Guess(wait, cost, its / 1000, every / 1000)

    def give_back(self, address: str, cost: int) -> None:
        """See `Guesses.give_back`."""
        self._settle(address, "", cost, 0)

    def right(self, address: str, pin: str, cost: int) -> None:
        """See `Guesses.right`."""
        self._settle(address, pin, cost, 1)

    def _settle(self, address: str, pin: str, cost: int, right: int) -> None:
        on = [keys.guesses(address), keys.GUESSES, keys.plays(address, pin)]
        self._right(on, [cost, right, PLAYS_SECONDS])

    def plays(self, address: str, pin: str) -> bool:
        """See `Guesses.plays`."""
        return self._redis.get(keys.plays(address, pin)) is not None


class GuardedGuesses:
    """`play.ports.Guesses`: in Redis while it is there, else in memory."""

    def __init__(self, redis: RedisGuesses, memory: MemoryGuesses) -> None:
        self._redis, self._memory = redis, memory

    def take(self, address: str) -> Guess:
        """See `Guesses.take`."""
        try:
            return self._redis.take(address)
        except StoreAway:
            return self._memory.take(address)

    def give_back(self, address: str, cost: int) -> None:
        """See `Guesses.give_back`."""
        try:
            self._redis.give_back(address, cost)
        except StoreAway:
            self._memory.give_back(address, cost)

    def right(self, address: str, pin: str, cost: int) -> None:
        """See `Guesses.right`."""
        try:
            self._redis.right(address, pin, cost)
        except StoreAway:
            self._memory.right(address, pin, cost)

    def plays(self, address: str, pin: str) -> bool:
        """See `Guesses.plays`."""
        try:
            return self._redis.plays(address, pin)
        except StoreAway:
            return self._memory.plays(address, pin)
