"""Keeps a worker and its Redis together: notices an outage's end, and brings Redis what it lacks before anybody uses it again."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable
from typing import Any

import gevent
from redis.exceptions import RedisError

from quiz.resilience.breaker import Breaker, State
from quiz.resilience.guard import Away
from quiz.resilience.journal import Journal, JournalError
from quiz.resilience.records import game_of
from quiz.store import keys
from quiz.store.connection import SharedRedis
from quiz.store.courier import Courier
from quiz.store.disks import await_disks
from quiz.store.games_guarded import GuardedGames
from quiz.store.lineage import Lineage, epoch, identity
from quiz.store.restorer import Gone

log = logging.getLogger("quiz.keeper")

#: Seconds between looks, and between looks at a Redis that is used and well.
LOOK, CHECK = 0.25, 1.0
#: Seconds between looks at the journal for games that are over; one is dropped at the second look.
PRUNE = 60.0
#: Seconds between attempts to bring what Redis refuses of some games.
RETRY = 30.0
#: Seconds that Redis has, before this worker ends, to write what it was told to its disk.
WAIT = 1.5
#: Seconds that this may take before a worker is ready; then it begins as in an outage, and goes on with it.
BEGIN = 30.0


class Restoring(RedisError):
    """What is there is not whole yet."""


class Keeper:
    """One for each worker. `client` is its own, behind no guard."""

    def __init__(
        self, client: SharedRedis, breaker: Breaker, lineage: Lineage, games: GuardedGames, journal: Journal, worker: str
    ) -> None:
        self._client, self._breaker, self._lineage, self._worker = client, breaker, lineage, worker
        self._games, self._mirror, self._journal = games, games.mirror, journal
        self.courier = Courier(client, games, journal)
        self._epoch = 0
        self._behind = True  # Redis may lack what the journal has
        self._over: set[str] = set()
        #: The greenlet that drops what is over, while it works.
        self.pruning: Any = None
        self._checked = self._pruned = self._retried = float("-inf")
        games.bridge.lost_memory = self.lost_memory
        breaker.watch(self._turned)

    def begin(self) -> None:
        """Before the worker is ready: takes over what dead ones left, and brings it to Redis; or begins in an outage."""
        in_time = gevent.Timeout(BEGIN)
        try:
            with in_time:
                self._take_over()
                self._catch_up(self._answering())
            self._breaker.trial_succeeded()  # whoever wanted Redis before, and failed, was too early
        except (Exception, gevent.Timeout) as error:
            if isinstance(error, gevent.Timeout) and error is not in_time:
                raise
            unforeseen = not isinstance(error, RedisError | OSError | Gone | gevent.Timeout)
            log.warning("Redis is away, or lacks much, and this worker begins without it: %s", error, exc_info=unforeseen)
            self._breaker.trip(_told(error))

    def _take_over(self) -> int:
        try:
            taken = self._journal.take_over()
        except JournalError as error:
            log.warning("what workers have left that have gone can't be taken over yet: %s", error)
            return 0
        if taken:
            log.info("took over %d records of workers that have gone", taken)
        return taken

    def end(self, deadline: float) -> None:
        """Waits until Redis has everything that this worker acknowledged, or the deadline is over.

        While it is not used, Redis may lack what it had confirmed before.
        """
        if self.pruning:
            self.pruning.kill()
        while self._lacking() and time.monotonic() < deadline:
            gevent.sleep(LOOK / 5)
        if self._lacking():
            waiting = sum(map(len, self._mirror.unconfirmed.values()))
            try:
                self._journal.mend()
            except JournalError as error:
                log.error("Redis is away still, and %d answers go with this worker: %s", waiting, error)
            else:
                log.error("Redis is away still, and %d answers are in %s alone: keep that file", waiting, self._journal.path)
        elif self._breaker.closed:
            await_disks(self._client, self._worker, time.monotonic() + WAIT)

    def _lacking(self) -> bool:
        """Whether Redis may lack something of this worker."""
        unused = not self._breaker.closed and not self._journal.empty
        return unused or bool(self._mirror.unconfirmed or self._mirror.seen or self._journal.inherited)

    def keep(self) -> None:
        """Works as long as the greenlet lives."""
        while True:
            gevent.sleep(LOOK)
            try:
                self.look(time.monotonic())
            except (RedisError, OSError) as error:
                log.info("the keeper is held up: %s", error)
            except Exception:
                log.exception("the keeper stumbled")

    def look(self, now: float) -> None:
        """Does what is to be done at `now`, in seconds of any clock that only grows."""
        if self._lineage.met_stranger:
            self._fell_behind("another Redis answers")
        if not self._breaker.closed:
            self._try()
        elif self._journal.inherited:
            self._bring(self._bring_inherited)
        elif self._mirror.unconfirmed or self._mirror.seen or self._mirror.shown:
            self._confirm()
        elif self.courier.refused and now - self._retried >= RETRY:
            self._retried = now
            self._bring(self.courier.bring_refused)
        elif now - self._pruned >= PRUNE:
            self._pruned = now
            if not self.pruning:
                self.pruning = gevent.spawn(self._prune)  # millions of records take their time
        if self._breaker.closed and now - self._checked >= CHECK:
            self._checked = now
            self._check()
        if self._breaker.closed and not self._behind and not self._journal.inherited and not self._mirror.unconfirmed:
            self._journal.ahead = False

    def _turned(self, state: State) -> None:
        if state == "open":
            self._journal.ahead = True

    def lost_memory(self) -> bool:
        """Whether Redis is no longer the one that knew what it knew; then it is not asked until it knows again."""
        try:
            if epoch(self._client) == self._epoch:
                return False
        except RedisError:
            return True
        self._fell_behind("Redis has lost its memory")
        return True

    def _fell_behind(self, why: str) -> None:
        self._lineage.met_stranger = False
        self._behind = True
        if self._breaker.closed:
            log.warning("%s: it is brought what it lacks", why)
            self._breaker.trip(why)

    def _check(self) -> None:
        with contextlib.suppress(RedisError, OSError, Away):  # the breaker counts it
            self._games.clock.measure()
            if not self._journal.others_ahead:
                self._mirror.put_away()
            if not self.lost_memory() and not self._answering() <= self._lineage.known:
                self._fell_behind("another Redis is the master")  # and the one in use may go on saying yes for a while

    def _try(self) -> None:
        """While Redis is away: looks whether it is back, and when that is due or noticed, tries it."""
        due = self._breaker.trial_is_due()
        try:
            found = self._answering()
            if not due and not self._breaker.trial_is_due(noticed=True):
                return
            self._breaker.begin_trial()
            self._client.line.close()  # it may lead to where nobody answers any more
            self._client.set(keys.trial(self._worker), int(time.time()), px=keys.TRIAL_MS)
            self._catch_up(found)
            if self._behind or self._journal.inherited:  # a journal of a worker that has gone was found meanwhile
                self._catch_up(found)
            log.warning("Redis is used again")
            self._breaker.trial_succeeded()
        except Exception as error:
            if not isinstance(error, (RedisError, OSError, Gone)):
                log.exception("the keeper stumbled over what it brings")  # and must not stay half-way for that
            self._behind |= isinstance(error, Gone)
            if self._breaker.state == "half-open":
                log.warning("Redis was tried, and is not used yet: %s", error)
                self._breaker.trial_failed(_told(error))
            elif due:
                self._breaker.begin_trial()
                self._breaker.trial_failed(_told(error))

    def _answering(self) -> frozenset[str]:
        """Who they are that take writes; raises redis-py's errors, or OSError, if one of them does not answer."""
        found = set()
        for connection in self._client.masters():
            try:
                connection.connect()
                found.add(identity(connection))
            finally:
                connection.disconnect()
        return frozenset(found)

    def _catch_up(self, found: frozenset[str]) -> None:
        """Brings Redis everything that it may lack; returns when it lacks nothing."""
        if self._client.exists(keys.RESTORING):
            raise Restoring("a backup is being restored to it")
        if self._take_over():
            self._behind = True
        self._games.clock.measure_by(self._client.time)
        now = self._games.now()
        began = self.courier.restorer.epoch(now)
        behind = self._behind or bool(self._journal.inherited) or began != self._epoch or not found <= self._lineage.known
        self._behind = False  # what turns up from now on has to be brought later
        self._journal.inherited.clear()
        try:
            self.courier.bring_all(now, behind=behind)
        except BaseException:
            self._behind |= behind
            raise
        self._epoch = began
        self._lineage.admit(found)

    def _bring_inherited(self) -> None:
        """A worker has gone, and Redis is well: it is used meanwhile, since one worker's end is nobody else's outage."""
        games = set(self._journal.inherited)
        self._journal.inherited.clear()
        try:
            self.courier.bring_inherited(games)
        except BaseException:
            self._journal.inherited |= games
            raise

    def _bring(self, what: Callable[[], None]) -> None:
        try:
            what()
        except Gone:
            self._fell_behind("Redis does not know a game that is running")

    def _confirm(self) -> None:
        try:
            self._bring(self.courier.confirm)
        except (RedisError, OSError) as error:
            log.info("answers wait for Redis: %s", error)

    def _prune(self) -> None:
        try:
            self._drop_what_is_over()
        except (RedisError, OSError, JournalError) as error:
            log.info("the journal stays as it is: %s", error)

    def _drop_what_is_over(self) -> None:
        """Games whose archives were there at the last look already need no journal. Journals that were left are brought in."""
        if self._take_over():
            return  # it is brought first
        ids = {game_of(line) for line in self._journal.lines()}
        over = {game_id for game_id in ids if self._client.exists(keys.archive(game_id))} - self.courier.refused.keys()
        forgotten = over & self._over
        if self._journal.forget(forgotten.__contains__):
            self._games.bridge.forgotten(forgotten)
        self._over = over


def _told(error: BaseException) -> str:
    return str(error) or type(error).__name__
