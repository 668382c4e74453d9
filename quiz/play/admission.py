"""Who is told which game a PIN leads to, and how many may come in: a PIN is short, and must not be found by trying."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial

import msgspec

from quiz.domain.errors import GameNotFound, RateLimited, ServerBusy
from quiz.domain.game import Game
from quiz.play import rights
from quiz.play.bucket import Bucket, Buckets
from quiz.play.contest import Contest
from quiz.play.ports import Games, Guesses
from quiz.play.rights import Person

#: Different PINs that one connection may have failed with, and still be taken for a pupil whose neighbour guesses.
TRIES = 3
#: Games at addresses that a worker remembers, and addresses that it knows to have no guess left.
REMEMBERED = 50_000
#: Seconds after somebody was let into a game for which others at the address need no look: the PIN is being joined.
ACTIVE = 60.0
#: Seconds for which a PIN leads to the game that it led to, without another look: when a hall comes at once that spares hundreds,
#: and whatever is then done with the game finds out if it has just gone. And how many PINs that is remembered of.
CERTAIN, CERTAIN_MOST = 0.25, 500
#: Milliseconds after which a refused client is told to come back, at least.
PATIENCE_MS = 1000


class Rules(msgspec.Struct, frozen=True):
    """`settings.limits`, as far as it is about coming in. `per_address` False: nothing is counted by address."""

    per_address: bool
    joins_per_address: int
    joins_per_pin: int
    looks_per_address: int
    guess_seconds: float


class Caller:
    """Somebody who asks for games: an address, and the PINs that were wrong or refused on this connection."""

    __slots__ = ("address", "tried")

    def __init__(self, address: str) -> None:
        self.address = address
        self.tried: tuple[str, ...] = ()

    def failed(self, pin: str) -> None:
        """This PIN led nowhere."""
        if pin not in self.tried and len(self.tried) < TRIES:
            self.tried = (*self.tried, pin)

    def guesses(self, pin: str) -> bool:
        """Whether this connection has tried too many others to be believed that it knows the PIN."""
        return len(self.tried) >= TRIES and pin not in self.tried


class Admission:
    """The one way from a PIN that somebody typed to its game.

    A wrong PIN costs the address a guess, a right one nothing. An address that has no guess left is refused whatever the PIN is,
    and without a look at it, so that nothing is learnt; but somebody with a token goes on, and so does a class: whoever knows the
    PIN of a game that others at this address have found already. `rejected` counts refusals by limit, and `fullest` is the most
    that was used of a limit, from 0 to 1.
    """

    def __init__(self, games: Games, guesses: Guesses, rules: Rules, clock: Callable[[], float]) -> None:
        """`clock` counts seconds."""
        self._games, self._guesses, self._rules, self._clock = games, guesses, rules, clock
        self._spent: OrderedDict[str, float] = OrderedDict()  # address → until when it has no guess left
        # Games that are played at an address: whether other workers can know it, and when somebody was let in last.
        self._plays: OrderedDict[tuple[str, str], tuple[bool, float]] = OrderedDict()
        self._certain: dict[str, tuple[Game, float]] = {}  # by PIN, and until when
        self._contest = Contest(clock)
        self._asking: dict[tuple[str, str], threading.Lock] = {}
        self._looks = Buckets(lambda: self._bucket(rules.looks_per_address, rules.guess_seconds))
        self._from_address = Buckets(lambda: self._bucket(rules.joins_per_address, 60))
        self._of_pin = Buckets(lambda: self._bucket(rules.joins_per_pin, 60))
        self.rejected: Counter[str] = Counter()
        self.fullest: dict[str, float] = {}

    def _bucket(self, most: int, seconds: float) -> Bucket:
        return Bucket(most, most, seconds, most, self._clock)

    def find(self, pin: str, caller: Caller, own: Callable[[Game], bool] | None = None) -> Game:
        """The game of a PIN; raises GameNotFound, or RateLimited.

        `own`: whether the caller has something to show that makes the game theirs, a token or a host's account.
        """
        if not self._rules.per_address:
            return self._found(pin)
        address = caller.address
        if own is not None and (game := self._shown(pin, caller, own)):
            return game
        if (address, pin) in self._plays and (game := self._played(pin, caller)):
            return game
        with self._alone(address, pin):  # a class comes at once: the first is looked at, the others follow
            if (address, pin) in self._plays and (game := self._played(pin, caller)):
                return game
            wait_ms = self._wait_ms(address)
            if not wait_ms and not self._contest.goes_first(address, pin, believed=not caller.guesses(pin)):
                wait_ms = PATIENCE_MS
            if not wait_ms:
                guess = self._guesses.take(address)
                self._note_fullest("guesses_per_address", guess.its_part)
                self._note_fullest("guesses_in_all", guess.all_part)
                if not guess.wait_ms:
                    self._contest.looked_at(address, pin)
                    return self._looked_at(pin, caller, guess.cost)
                wait_ms = guess.wait_ms
                self._spent_until(address, wait_ms)
        if (game := self._second_look(pin, caller)) is not None:
            return game
        if not caller.guesses(pin):
            self._contest.refused(address, pin, wait_ms / 1000, first=pin not in caller.tried)
        caller.failed(pin)
        if self._contest.wanted(address, pin):
            wait_ms = 0  # another of them may be let in any moment, on another worker
        raise self._refused("guesses", "too many wrong PINs were tried from your network; wait a moment", wait_ms)

    def run(self, person: Person, pin: str, caller: Caller) -> Game:
        """The game of a PIN for the host who runs it; raises NotHost and what `find` raises."""
        return rights.run(person, self.find(pin, caller, partial(rights.holds, person)))

    def plays(self, pin: str, caller: Caller) -> None:
        """The caller has the game, by making it: others at this address may know its PIN."""
        if self._rules.per_address and not self._plays.get((caller.address, pin), (False, 0.0))[0]:
            self._remember(caller.address, pin)
            self._was_right(pin, caller, 0)

    def seat(self, game: Game, caller: Caller) -> None:
        """Somebody wants a new seat; raises RateLimited."""
        if self._rules.per_address:
            self._take(self._from_address.of(caller.address), "joins_per_address")
        self._take(self._of_pin.of(game.pin), "joins_per_pin")

    def _take(self, bucket: Bucket, limit: str) -> None:
        wait_ms = bucket.take()
        self._note_fullest(limit, bucket.used)
        if wait_ms:
            raise self._refused(limit, "too many want to join at once; wait a moment", wait_ms)

    def _found(self, pin: str) -> Game:
        game = self._game_of(pin)
        if game is None:
            raise GameNotFound
        return game

    def _game_of(self, pin: str) -> Game | None:
        """The game of a PIN that many may be joining at the moment."""
        now = self._clock()
        certain, until = self._certain.get(pin, (None, 0.0))
        if certain is not None and now < until:
            return certain
        game = self._games.game(pin)
        if game is not None:
            if len(self._certain) >= CERTAIN_MOST:
                self._certain.clear()
            self._certain[pin] = game, now + CERTAIN
        return game

    def _shown(self, pin: str, caller: Caller, own: Callable[[Game], bool]) -> Game | None:
        address, scarce = caller.address, self._scarce(caller.address)
        if scarce and not self._may_look(pin, caller):
            return None
        game = self._games.game(pin)
        if game is not None and own(game):
            if scarce:
                self._looks.of(address).give_back()
            self._remember(address, pin, told=self._plays.get((address, pin), (False, 0.0))[0])
            return game
        return None

    def _played(self, pin: str, caller: Caller) -> Game | None:
        """The game of a PIN that is known to be played at the address."""
        address = caller.address
        if caller.guesses(pin):
            return None
        told, at = self._plays[address, pin]
        looks = self._scarce(address) and self._clock() - at > ACTIVE
        if looks and not self._may_look(pin, caller):
            return None
        game = self._game_of(pin)
        if game is None:
            self._plays.pop((address, pin), None)
            return None
        if looks:
            self._looks.of(address).give_back()
        self._remember(address, pin, told=told)
        return game

    def _scarce(self, address: str) -> bool:
        """Whether an address has no guess left, or is about to lose the next."""
        return self._wait_ms(address) > 0 or self._contest.on(address)

    def _looked_at(self, pin: str, caller: Caller, cost: int) -> Game:
        try:
            # While Redis is away strangers get one answer for all PINs, also for those that this worker remembers: what is wrong
            # with a name or a token would tell that there is a game.
            self._games.exact.game(pin)
            game = self._games.game(pin)
        except Exception:
            self._guesses.give_back(caller.address, cost)
            caller.failed(pin)
            raise
        if game is None:
            caller.failed(pin)
            raise GameNotFound
        self._was_right(pin, caller, cost)
        self._remember(caller.address, pin)
        return game

    def _was_right(self, pin: str, caller: Caller, cost: int) -> None:
        with suppress(ServerBusy):  # they have it all the same
            self._guesses.right(caller.address, pin, cost)

    def _second_look(self, pin: str, caller: Caller) -> Game | None:
        """Of an address without guesses: whether the PIN is that of a game which is played there, as another worker may know."""
        if not self._may_look(pin, caller):
            return None
        if not self._guesses.plays(caller.address, pin) or (game := self._games.game(pin)) is None:
            return None
        self._looks.of(caller.address).give_back()
        self._remember(caller.address, pin)
        return game

    def _may_look(self, pin: str, caller: Caller) -> bool:
        if pin in caller.tried:
            return True  # nothing is learnt by asking again
        if caller.guesses(pin):
            return False
        bucket = self._looks.of(caller.address)
        allowed = not bucket.take()
        self._note_fullest("looks_per_address", bucket.used)
        return allowed

    def _remember(self, address: str, pin: str, *, told: bool = True) -> None:
        """`told`: the other workers can know it too."""
        self._plays[address, pin] = told, self._clock()
        if len(self._plays) > REMEMBERED:
            self._plays.popitem(last=False)

    def _wait_ms(self, address: str) -> int:
        until = self._spent.get(address)
        if until is None:
            return 0
        left = until - self._clock()
        if left > 0:
            return round(left * 1000) + 1
        del self._spent[address]
        return 0

    def _spent_until(self, address: str, wait_ms: int) -> None:
        self._spent[address] = self._clock() + wait_ms / 1000
        if len(self._spent) > REMEMBERED:
            self._spent.popitem(last=False)

    def _refused(self, limit: str, words: str, wait_ms: int) -> RateLimited:
        self.rejected[limit] += 1
        return RateLimited(words, retry_after_ms=max(wait_ms, PATIENCE_MS))

    def _note_fullest(self, limit: str, part: float) -> None:
        self.fullest[limit] = max(self.fullest.get(limit, 0.0), part)

    @contextmanager
    def _alone(self, address: str, pin: str) -> Iterator[None]:
        lock = self._asking.setdefault((address, pin), threading.Lock())
        try:
            with lock:
                yield
        finally:
            self._asking.pop((address, pin), None)
