"""What a worker has to survive without Redis: breaker, journal, mirror and keeper, joined around the stores."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

import gevent
from redis.exceptions import RedisError

from config.settings import Settings
from quiz.domain.game import Game
from quiz.leaderboard.board_guarded import GuardedLeaderboard
from quiz.ops import metrics
from quiz.ops.health import Component, Health, component
from quiz.ops.sampling import Sampler
from quiz.resilience.breaker import Breaker, State
from quiz.resilience.guard import Away, Guard
from quiz.resilience.journal import Journal
from quiz.resilience.records import receipt_of
from quiz.store import keys
from quiz.store.connection import SharedRedis, connect
from quiz.store.faults import is_outage
from quiz.store.games_guarded import GuardedGames
from quiz.store.keeper import Keeper
from quiz.store.lineage import Lineage
from quiz.store.mirror import Mirror

#: Seconds between two looks whether Redis is well.
CHECK = 5.0
#: Games whose PINs health names where Redis refuses what it is brought of them.
NAMED = 5


@dataclass
class Outage:
    """The guarded stores of one worker. `client` and `bus_client` go through its guard, `plain` and the replicas do not."""

    breaker: Breaker
    journal: Journal
    client: SharedRedis
    bus_client: SharedRedis
    plain: SharedRedis
    sampler: Sampler
    worker: str
    games: GuardedGames
    leaderboard: GuardedLeaderboard
    keeper: Keeper
    replicas: Sequence[SharedRedis] = ()

    def begin(self, board_changed: Callable[[Game], None]) -> None:
        """Before the worker is ready: see `Keeper.begin`. Then it keeps on, in greenlets; tells which boards changed by that."""
        self.keeper.courier.board_changed = board_changed
        self.keeper.begin()
        for work in (self.keeper.keep, self.journal.keep_synced, self._keep_checking):
            gevent.spawn(work)

    def end(self, deadline: float) -> None:
        """Before the process ends: see `Keeper.end`; `deadline` is by the monotonic clock."""
        self.keeper.end(deadline)
        self.journal.close()

    def watch(self, ended: Sequence[Callable[[], None]], begun: Sequence[Callable[[], None]]) -> None:
        """Has each of `begun` and `ended` called, in a greenlet of its own, when Redis goes and when it is used again."""

        away = not self.breaker.closed

        def changed(state: State) -> None:
            nonlocal away
            if state != "half-open" and (state == "open") != away:
                away = state == "open"
                for call in begun if away else ended:
                    gevent.spawn(call)

        self.breaker.watch(changed)

    @property
    def clients(self) -> Sequence[SharedRedis]:
        """All that have a line to a Redis."""
        return (self.client, self.bus_client, self.plain, *self.replicas)

    def checks(self) -> Health:
        """How Redis, breaker and journal are."""
        health = Health()
        health.register("redis", self._redis)
        health.register("breaker", lambda: component(self.breaker.closed, state=self.breaker.state))
        health.register("journal", self._journal)
        return health

    def _redis(self) -> Component:
        if not self.breaker.closed:
            since = datetime.now(UTC) - timedelta(seconds=self.breaker.away_seconds)
            return component(False, error=self.breaker.why, since=since.isoformat(timespec="seconds"))
        began = time.monotonic()
        try:
            self.client.ping()
        except (RedisError, Away) as error:
            return component(False, error=str(error))
        return component(True, milliseconds=round((time.monotonic() - began) * 1000, 1))

    def _journal(self) -> Component:
        problem, refused, unreadable = self.journal.problem, self.keeper.courier.refused, self.journal.unreadable
        if refused and not problem:
            pins = [game.pin if (game := self.games.mirror.by_id(game_id)) else game_id for game_id in islice(refused, NAMED)]
            named = ", ".join(pins) + (", …" if len(refused) > NAMED else "")
            problem = f"games that can't be brought to Redis: {len(refused)} ({named}); {next(iter(refused.values()))}"
        if unreadable and not problem:
            problem = f"journals that can't be opened: {len(unreadable)}; {': '.join(next(iter(unreadable.items())))}"
        told = {"unconfirmed": self.unconfirmed, "bytes": self.journal.size}
        return component(not problem, **told, **({"error": problem} if problem else {}))

    @property
    def unconfirmed(self) -> int:
        """Answers that this worker has accepted and Redis lacks."""
        return sum(map(len, self.games.mirror.unconfirmed.values()))

    @property
    def lag(self) -> float:
        """The age in seconds of the oldest of them; 0 without any."""
        oldest = [records[0] for records in self.games.mirror.unconfirmed.values() if records]
        if not oldest:
            return 0.0
        return max(0.0, (self.games.now() - min(receipt_of(record.receipt).at for record in oldest)) / 1000)

    def takes_writes(self) -> bool:
        """Whether Redis does, asked past the guard: a full disk refuses them and answers everything else."""
        try:
            self.plain.set(keys.trial(self.worker), int(time.time()), px=keys.TRIAL_MS)
        except (RedisError, OSError):
            return False
        return True

    def _keep_checking(self) -> None:
        while True:
            well = self.takes_writes()
            metrics.REDIS_HEALTHY.set(well)
            metrics.REDIS_ERRORS.inc(not well)  # while Redis is left alone nothing else would be counted
            gevent.sleep(CHECK)


def prepare(settings: Settings, url: str, worker: str) -> Outage:
    """Everything for one worker. Raises JournalError if the journal's folder can't be written."""
    limits = settings.redis
    breaker = Breaker(limits.breaker.failure_threshold, limits.breaker.open_seconds, time.monotonic)
    metrics.show_breaker(breaker.state)
    breaker.watch(metrics.show_breaker)
    lineage = Lineage()
    guard = Guard(breaker, is_outage, lambda error: metrics.REDIS_ERRORS.inc())
    sampler = Sampler()
    took = sampler.labelled(metrics.REDIS_DURATION)
    for operation in ("read", "write", "accept"):
        took[operation]  # so it is there from the start
    client = connect(url, limits.timeout_ms, guard=guard, lineage=lineage, took=took)
    bus_client = connect(url, limits.timeout_ms, guard=guard, lineage=lineage, took=took)
    plain = connect(url, limits.timeout_ms, took=took)
    breaker.watch(lambda state: _hang_up(state, client, bus_client))
    journal = Journal(settings.var_dir / "journal", worker, always=settings.journal.sync == "always")
    games = GuardedGames(
        client,
        settings.games.finished_ttl_seconds,
        settings.games.archive_days * 24 * 3600,
        lambda clock: Mirror(clock, journal),
        journal,
        metrics.FALLBACK_USED.inc,
    )
    return Outage(
        breaker=breaker,
        journal=journal,
        client=client,
        bus_client=bus_client,
        plain=plain,
        sampler=sampler,
        worker=worker,
        games=games,
        leaderboard=GuardedLeaderboard(client, games),
        keeper=Keeper(plain, breaker, lineage, games, journal, worker),
        replicas=[connect(each, limits.timeout_ms) for each in limits.replica_urls],
    )


def _hang_up(state: State, *clients: SharedRedis) -> None:
    """Before Redis is tried: what is open may lead to a master of the past, who says yes to all. New connections are greeted."""
    if state == "half-open":
        for client in clients:
            client.line.close()
