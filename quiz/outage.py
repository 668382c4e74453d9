"""What a worker has to survive without Redis: breaker, journal, mirror and keeper, joined around the stores."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gevent
from redis.exceptions import RedisError

from config.settings import Settings
from quiz.domain.game import Game
from quiz.leaderboard.board_guarded import GuardedLeaderboard
from quiz.ops import metrics
from quiz.resilience.breaker import Breaker, State
from quiz.resilience.guard import Away, Guard
from quiz.resilience.journal import Journal
from quiz.store.connection import SharedRedis, connect
from quiz.store.faults import is_outage
from quiz.store.games_guarded import GuardedGames
from quiz.store.keeper import Keeper
from quiz.store.lineage import Lineage
from quiz.store.mirror import Mirror

#: Connections of the keeper: its own line, and one for trials.
KEEPER_CONNECTIONS = 2


@dataclass
class Outage:
    """The guarded stores of one worker. `client` and `bus_client` go through its guard."""

    breaker: Breaker
    journal: Journal
    client: SharedRedis
    bus_client: SharedRedis
    games: GuardedGames
    leaderboard: GuardedLeaderboard
    keeper: Keeper

    def begin(self, board_changed: Callable[[Game], None]) -> None:
        """Before the worker is ready: see `Keeper.begin`. Then it keeps on, in greenlets; tells which boards changed by that."""
        self.keeper.board_changed = board_changed
        self.keeper.begin()
        for work in (self.keeper.keep, self.journal.keep_synced):
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

    def health(self) -> dict[str, dict[str, Any]]:
        """The components that `/actuator/health` shows."""
        waiting = sum(map(len, self.games.mirror.unconfirmed.values()))
        breaker = {"status": "UP" if self.breaker.closed else "DOWN", "details": {"state": self.breaker.state}}
        problem, refused = self.journal.problem, self.keeper.refused
        if refused and not problem:
            problem = f"Redis refuses what it is brought of games: {len(refused)}; {next(iter(refused.values()))}"
        journal: dict[str, Any] = {"status": "UP", "details": {"unconfirmed": waiting}}
        if problem:
            journal = {"status": "DOWN", "details": {"unconfirmed": waiting, "error": problem}}
        return {"redis": self._redis(), "breaker": breaker, "journal": journal}

    def _redis(self) -> dict[str, Any]:
        try:
            self.client.ping()
        except (RedisError, Away) as error:
            return {"status": "DOWN", "details": {"error": str(error)}}
        return {"status": "UP"}


def prepare(settings: Settings, url: str, worker: str, bus_connections: int) -> Outage:
    """Everything for one worker. Raises JournalError if the journal's folder can't be written."""
    limits = settings.redis
    breaker = Breaker(limits.breaker.failure_threshold, limits.breaker.open_seconds, time.monotonic)
    metrics.show_breaker(breaker.state)
    breaker.watch(metrics.show_breaker)
    guard = Guard(breaker, is_outage, metrics.REDIS_ERRORS.inc)
    lineage = Lineage()
    client = connect(url, limits.timeout_ms, limits.pool.max_active, guard, lineage, max_idle=limits.pool.max_idle)
    bus_client = connect(url, limits.timeout_ms, bus_connections, guard, lineage)
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
        games=games,
        leaderboard=GuardedLeaderboard(client, games),
        keeper=Keeper(connect(url, limits.timeout_ms, KEEPER_CONNECTIONS), breaker, lineage, games, journal, worker),
    )


def _hang_up(state: State, *clients: SharedRedis) -> None:
    """Before Redis is tried: what is open may lead to a master of the past, who says yes to all. New connections are greeted."""
    if state == "half-open":
        for client in clients:
            client.line.close()
