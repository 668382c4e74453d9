"""Workers whose stores bridge outages, on one Redis or on several, with breakers that tests open and close."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis
from redis.exceptions import TimeoutError

from quiz.domain.errors import StoreAway
from quiz.domain.game import Game
from quiz.leaderboard.board_guarded import GuardedLeaderboard
from quiz.play.ports import Acceptance, Games, Submission
from quiz.resilience.breaker import Breaker
from quiz.resilience.guard import Guard
from quiz.resilience.journal import Journal
from quiz.resilience.lines import PROBE
from quiz.resilience.records import Answered, Record, decoded
from quiz.store import keys
from quiz.store.connection import connect
from quiz.store.faults import is_outage
from quiz.store.games_guarded import GuardedGames
from quiz.store.keeper import Keeper
from quiz.store.lineage import Lineage
from quiz.store.mirror import Mirror
from tests.store.worlds import ARCHIVE_S, TTL_S, World

PATIENCE_MS = 10_000
THRESHOLD, OPEN_SECONDS = 5, 30.0
#: Redis's epoch counts seconds; one that was lost soon after it had begun must not look like the next.
LONG_AGO = 1_000_000_000


class Worker(World):
    """A worker that has begun. Its folder is its instance's: workers who share it share an instance."""

    games: GuardedGames

    def __init__(self, url: str, folder: Path, name: str = "w1", *, always: bool = False, timeout_ms: int = PATIENCE_MS) -> None:
        self.seconds = 1000.0
        self.bridged = 0
        self.alive = True
        self.breaker = Breaker(THRESHOLD, OPEN_SECONDS, lambda: self.seconds)
        self.lineage = Lineage()
        guard = Guard(self.breaker, is_outage)
        self.redis = connect(url, timeout_ms, guard=guard, lineage=self.lineage)
        self.journal = Journal(folder, name, always=always)
        games = GuardedGames(
            self.redis, TTL_S, ARCHIVE_S, lambda clock: Mirror(clock, self.journal), self.journal, self._count_bridged
        )
        super().__init__(games, GuardedLeaderboard(self.redis, games), self.redis)
        self._keepers = connect(url, timeout_ms)
        self.keeper = Keeper(self._keepers, self.breaker, self.lineage, games, self.journal, name)

    def _count_bridged(self) -> None:
        self.bridged += 1

    def accept(self, game: Game, player: str, index: int = 0, right: bool = True, **more: Any) -> Acceptance:
        """Takes an answer to a question with choices."""
        return self.games.answers.accept(game, Submission(player=player, index=index, answer=1, right=right, **more))

    def begin(self) -> Worker:
        """Gets ready, as before the first client comes."""
        self.keeper.begin()
        return self

    def cut(self) -> None:
        """From now on it has to do without Redis."""
        self.breaker.trip()

    def look(self, after: float = 100.0) -> None:
        """The keeper looks, so many seconds later."""
        self.seconds += after
        self.keeper.look(self.seconds)
        if self.keeper.pruning:
            self.keeper.pruning.join()

    def heal(self) -> None:
        """The outage ends, if there is one, and Redis gets what it lacks."""
        if not self.breaker.closed:
            self.look()
            assert self.breaker.closed

    def settle(self) -> None:
        """The keeper looks until there is nothing left to do."""
        for _ in range(5):
            self.look(after=2)
        assert self.breaker.closed
        assert not self.games.mirror.unconfirmed

    def suspect(self) -> None:
        """It has been noticed that Redis may have lost something."""
        self.lineage.met_stranger = True
        self.look()
        assert self.breaker.closed

    def records(self) -> list[Record]:
        """What its journal holds."""
        return [decoded(line) for line in self.journal.lines() if line != PROBE]

    def answers(self) -> list[tuple[str, int]]:
        """Whose answers its journal holds, and to what."""
        return [(one.player, one.index) for one in self.records() if isinstance(one, Answered)]

    def die(self) -> None:
        """Ends without a word; its journal stays."""
        if self.alive:
            self.alive = False
            self.redis.line.close()
            self._keepers.line.close()
            self.journal.close()

    @contextmanager
    def deaf(self, times: int = 1) -> Iterator[None]:
        """So many calls are done by Redis, and their replies get lost."""
        line, real, left = self.redis.line, self.redis.line.call_packed, times

        def call(packed: bytes, slot: int | None = None) -> Any:
            nonlocal left
            reply = real(packed, slot)
            if b"\r\nEVAL" in packed[:16] and left:
                left -= 1
                raise TimeoutError("Redis does not answer")
            return reply

        line.call_packed = call  # type: ignore[method-assign]
        try:
            yield
        finally:
            line.call_packed = real  # type: ignore[method-assign]


class Bridge:
    """`play.ports.Games` of a worker for which Redis is away whenever a player does something, and back for all else."""

    AWAY = frozenset(["accept", "standing", "view", "open_for", "opened_for", "miss"])
    PARTS = frozenset(["players", "answers", "presence", "news", "alarms"])

    def __init__(self, worker: Worker, part: Any = None) -> None:
        self._worker, self._part = worker, part or worker.games

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        if name in self.PARTS:
            return Bridge(self._worker, found)
        if name == "now" or not callable(found):
            return found
        turn: Callable[[], None] = self._worker.cut if name in self.AWAY else self._worker.heal

        def call(*args: Any, **kwargs: Any) -> Any:
            turn()
            return found(*args, **kwargs)

        return call


class Bridged(World):
    """A worker whose players' every answer falls into an outage of its own."""

    def __init__(self, worker: Worker) -> None:
        games: Games = Bridge(worker)
        super().__init__(games, HealedBoard(worker), worker.redis, StoreAway)  # it may be true nevertheless
        self.worker = worker


class HealedBoard:
    """`play.ports.Leaderboard` of a worker whose outage has ended."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def __getattr__(self, name: str) -> Any:
        self._worker.heal()
        return getattr(self._worker.board, name)


def age(client: redis.Redis) -> None:
    """As if this Redis's memory had begun long ago."""
    client.set(keys.EPOCH, LONG_AGO)


def snapshot(client: redis.Redis) -> dict[str, bytes]:
    """All that a Redis has."""
    return {key: client.dump(key).encode("utf-8", "surrogateescape") for key in client.keys("*")}


def turn_back(client: redis.Redis, kept: dict[str, bytes]) -> None:
    """A Redis has what it had then, and nothing since."""
    client.flushall()
    for key, value in kept.items():
        client.restore(key, 0, value)


def the_game(world: World, pin: str = "123456") -> Game:
    """The game of a PIN, which there has to be."""
    game = world.games.game(pin)
    assert game is not None
    return game


def listed(world: World) -> list[tuple[str, int]]:
    """The game's players and points, as the board lists them."""
    return [(player, score) for _, player, score in world.listing(the_game(world))]
