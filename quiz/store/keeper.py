"""Keeps a worker and its Redis together: notices an outage's end, and brings Redis what it lacks before anybody uses it again."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import gevent
from redis.exceptions import MovedError, RedisError, TimeoutError

from quiz.domain.game import Game
from quiz.resilience.breaker import Breaker, State
from quiz.resilience.guard import Away
from quiz.resilience.journal import Journal, JournalError
from quiz.resilience.records import Answered, Renamed, game_of, understood
from quiz.resilience.replay import Remains, remains
from quiz.store import keys
from quiz.store.connection import SharedRedis
from quiz.store.faults import is_unreachable
from quiz.store.games_guarded import GuardedGames
from quiz.store.keys import game_keys
from quiz.store.lineage import Lineage, epoch, identity
from quiz.store.restorer import Gone, Restorer

log = logging.getLogger("quiz.keeper")

#: Seconds between looks, and between looks at a Redis that is used and well.
LOOK, CHECK = 0.25, 1.0
#: Seconds between looks at the journal for games that are over; one is dropped at the second look.
PRUNE = 60.0
#: Seconds between attempts to bring what Redis refuses of some games.
RETRY = 30.0
#: How often what has gathered is brought before Redis is used again; each time it is less.
ROUNDS = 4
#: Seconds that Redis has, before this worker ends, to write what it was told to its disk; each time that it is asked it has a
#: part of the time that a call may take.
WAIT, PART = 1.5, 0.5
#: Attempts to find a key that a server of a cluster has.
GUESSES = 1000
#: Seconds that this may take before a worker is ready; then it begins as in an outage, and goes on with it.
BEGIN = 30.0
#: Milliseconds after its end when a game's archive may have run out, and nobody asks for it any more.
LONG_OVER_MS = 24 * 3600 * 1000
#: Milliseconds for which the trace of a trial stays.
TRIAL_MS = 60_000


class Restoring(RedisError):
    """What is there is not whole yet."""


class Keeper:
    """One for each worker. `client` is its own, behind no guard."""

    def __init__(
        self, client: SharedRedis, breaker: Breaker, lineage: Lineage, games: GuardedGames, journal: Journal, worker: str
    ) -> None:
        self._client, self._breaker, self._lineage, self._worker = client, breaker, lineage, worker
        self._games, self._mirror, self._journal = games, games.mirror, journal
        self._restorer = Restorer(client)
        self._epoch = 0
        self._behind = True  # Redis may lack what the journal has
        self._over: set[str] = set()
        #: The greenlet that drops what is over, while it works.
        self.pruning: Any = None
        #: Why Redis refuses what it is brought of a game, by the game's id, while it does: that stays in the journal.
        self.refused: dict[str, str] = {}
        self._slow: set[str] = set()  # games of which Redis did not take in time what it was brought last, by id
        self._checked = self._pruned = self._retried = float("-inf")
        #: Is told of games whose boards are to be told again. The outage fills it in.
        self.board_changed: Callable[[Game], None] = lambda game: None
        games.lost_memory = self.lost_memory
        breaker.watch(self._turned)

    def begin(self) -> None:
        """Before the worker is ready: takes over what dead ones left, and brings it to Redis; or begins in an outage."""
        in_time = gevent.Timeout(BEGIN)
        try:
            with in_time:
                self._take_over()
                self._catch_up(self._answering())
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
            self._await_disks(time.monotonic() + WAIT)

    def _await_disks(self, until: float) -> None:
        """Returns when the disks of all servers have everything, or have had their time, by the monotonic clock."""
        connections: list[Any] = []
        with contextlib.suppress(RedisError):
            connections = self._client.masters()
        for connection in connections:
            with contextlib.suppress(RedisError, OSError):  # it keeps no such file, or is away: the others may have one
                try:
                    connection.connect()
                    self._await_disk(connection, until)
                finally:
                    connection.disconnect()

    def _await_disk(self, connection: Any, until: float) -> None:
        for guess in range(GUESSES):
            try:  # what this writes comes after all the rest
                _asked(connection, "SET", keys.trial(f"{self._worker}:{guess}"), int(time.time()), "PX", TRIAL_MS)
                break
            except MovedError:
                continue  # another server of the cluster has that key
        wait_ms = round(min(WAIT, connection.socket_timeout * PART) * 1000)
        while not _asked(connection, "WAITAOF", 1, 0, wait_ms)[0] and time.monotonic() < until:
            pass

    def _lacking(self) -> bool:
        """Whether Redis may lack something of this worker."""
        unused = not self._breaker.closed and not self._journal.empty
        return unused or bool(self._mirror.unconfirmed or self._mirror.seen)

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
        elif self._mirror.unconfirmed or self._mirror.seen or self._mirror.shown:
            self._confirm()
        elif self.refused and now - self._retried >= RETRY:
            self._retried = now
            self._bring_refused()
        elif now - self._pruned >= PRUNE:
            self._pruned = now
            if not self.pruning:
                self.pruning = gevent.spawn(self._prune)  # millions of records take their time
        if self._breaker.closed and now - self._checked >= CHECK:
            self._checked = now
            self._check()
        if self._breaker.closed and not self._behind and not self._mirror.unconfirmed:
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
            self._client.set(keys.trial(self._worker), int(time.time()), px=TRIAL_MS)
            self._catch_up(found)
            if self._behind:  # a journal of a worker that has gone was found meanwhile
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
        began = self._restorer.epoch(now)
        behind = self._behind or began != self._epoch or not found <= self._lineage.known
        self._behind = False  # what turns up from now on has to be brought later
        try:
            self._bring_all(now, behind=behind)
        except BaseException:
            self._behind |= behind
            raise
        self._epoch = began
        self._lineage.admit(found)

    def _bring_all(self, now: int, *, behind: bool) -> None:
        if behind:
            self._restore_all(now)
        for _ in range(ROUNDS):
            try:
                self._confirm_all(restored=behind)
            except Gone:
                behind = True
                self._restore_all(now)
        for held in self._mirror.all():  # what follows must be newer than the boards of this instance's own
            self._mirror.shown.pop(held.game.id, None)  # what is shown meanwhile needs another epoch
            with self._bringing(held.game):
                generation = self._restorer.begin_epoch(held.game, now, held.epoch)
                if generation > held.generation:
                    self._games.learn_reset(held.game, generation)
                for player in self._restorer.kicked(held.game):
                    self._games.learn_kick(held.game, player)
        self._mirror.put_away()

    def _bring_refused(self) -> None:
        """Somebody may have put right what is wrong with these games in Redis."""
        before, self.refused = self.refused, {}
        try:
            self._restore_all(self._games.now(), before)
        except Gone:
            self.refused = before | self.refused
            self._fell_behind("Redis does not know a game that is running")
            return
        except Exception:
            self.refused = before | self.refused
            raise
        for game_id in before.keys() - self.refused.keys():
            game = self._mirror.by_id(game_id)
            if game is not None:
                log.warning("Redis takes what it is brought of game %s again", game.pin)
                self.board_changed(game)

    def _restore_all(self, now: int, only: Mapping[str, str] | None = None) -> None:
        """Brings every game, or `only` those that were refused, by their ids."""
        refused = dict(self.refused) if only is None else only
        self.refused = {}
        known = remains(line for line in self._journal.lines() if only is None or game_of(line) in only)
        nameless = [game_id for game_id, of in known.items() if of.content is None]
        # A player may have been seated by another worker of this instance.
        for seat in understood(self._journal.seats()):
            if only is None or seat.game in only:
                known.setdefault(seat.game, Remains()).add(seat)
        for held in self._mirror.all():
            if only is not None and held.game.id not in only:
                continue
            of = known.setdefault(held.game.id, Remains())
            of.content = held.game
            of.removed |= held.kicked
            for player, at in held.renamed.items():
                of.add_rename(Renamed(held.game.id, player, held.names[player], at))
            of.add_generation(held.generation)
            if self._mirror.knows_phase(held.game):
                of.add_phase(held.phase)
        self._name([game_id for game_id in nameless if known[game_id].content is None], known, now, refused)
        for of in known.values():
            if of.content is None or of.ended(now - LONG_OVER_MS):
                continue
            with self._bringing(of.content):
                counts = self._restorer.restore(of.content, of, self._mirror.opened(of.content), now)
                if counts.get("new") or counts.get("replaced") or counts.get("unseated"):
                    log.warning("brought game %s to Redis: %s", of.content.pin, counts)

    def _name(self, nameless: Sequence[str], known: Mapping[str, Remains], now: int, refused: Mapping[str, str]) -> None:
        """Asks Redis what the games are of which the journal no longer says it; `refused`: what was so before."""
        found = self._restorer.running(nameless)
        for game_id in nameless:
            of = known[game_id]
            of.content = found.get(game_id)
            if of.content or of.ended(now - LONG_OVER_MS) or not (of.seats or of.answers):
                continue
            if not self._restorer.over(game_id):
                self.refused[game_id] = why = f"neither the journal nor Redis says what game {game_id} is"
                if game_id not in refused:
                    log.warning("%s: %d players, answers of %d; they stay in it", why, len(of.seats), len(of.answers))

    @contextlib.contextmanager
    def _bringing(self, game: Game) -> Iterator[None]:
        """What Redis refuses of one game, or can't take in time, keeps it away from no other."""
        try:
            yield
            self._slow.discard(game.id)
        except (Gone, OSError):
            raise
        except Exception as error:
            if is_unreachable(error) and not (isinstance(error, TimeoutError) and self._is_too_much(game)):
                raise
            unforeseen = not isinstance(error, RedisError)
            log.warning("Redis refuses game %s, which stays in the journal: %s", game.pin, error, exc_info=unforeseen)
            self.refused[game.id] = str(error)

    def _is_too_much(self, game: Game) -> bool:
        """Whether a call for a game has timed out for the second time in a row, and Redis answers smaller ones."""
        if game.id not in self._slow:
            self._slow.add(game.id)
            return False
        self._slow.discard(game.id)
        with contextlib.suppress(RedisError):
            self._client.hget(game_keys(game.pin).game, "id")
            return True
        return False

    def _confirm_all(self, *, restored: bool = False) -> None:
        """Brings what has gathered; what is accepted meanwhile has to be brought later.

        Raises Gone if Redis does not know a game. If all were `restored`, that one is over, or its PIN is another's.
        """
        for game_id in dict.fromkeys((*self._mirror.unconfirmed, *self._mirror.seen)):
            game = self._mirror.by_id(game_id)
            seen, brought = self._mirror.seen.pop(game_id, {}), list(self._mirror.unconfirmed.get(game_id, ()))
            if game is not None:
                try:
                    with self._bringing(game):
                        self._bring(game, seen, brought, restored=restored)
                except (RedisError, OSError, Gone):
                    self._mirror.seen[game_id] = seen | self._mirror.seen.pop(game_id, {})
                    if game_id in self._mirror.unconfirmed:  # the others come first next time
                        self._mirror.unconfirmed[game_id] = self._mirror.unconfirmed.pop(game_id)
                    raise
            left = self._mirror.unconfirmed.get(game_id, [])  # it may not have been there before
            del left[: len(brought)]
            if not left:
                self._mirror.unconfirmed.pop(game_id, None)

    def _bring(self, game: Game, seen: Mapping[tuple[str, int], int], brought: Sequence[Answered], *, restored: bool) -> None:
        generation = self._mirror.held(game).generation
        try:
            self._restorer.see(game, generation, seen)
            counts = self._restorer.answers(game, generation, brought)
        except Gone:
            if not restored:
                raise
            if self._restorer.over(game.id):
                log.warning("game %s is over: its record alone gets %d answers", game.pin, len(brought))
            else:
                words = "the PIN %s is another game's by now: %d answers of game %s stay in the journal"
                log.warning(words, game.pin, len(brought), game.id)
        else:
            log.info("brought %d answers of game %s to Redis: %s", len(brought), game.pin, counts)
            if counts["unseated"] and not restored:
                raise Gone  # of the seats, at least
        self._restorer.archive_late(game, generation, brought)

    def _confirm(self) -> None:
        """Some calls failed, and the breaker did not open: Redis gets what it missed."""
        try:
            self._confirm_all()
            self._mirror.put_away()
            while self._mirror.shown:
                game_id, game = next(iter(self._mirror.shown.items()))
                with self._bringing(game):
                    self._restorer.begin_epoch(game, self._games.now(), self._mirror.held(game).epoch)
                self._mirror.shown.pop(game_id, None)
                self.board_changed(game)
        except (RedisError, OSError) as error:
            log.info("answers wait for Redis: %s", error)
        except Gone:
            self._fell_behind("Redis does not know a game that is running")

    def _prune(self) -> None:
        try:
            self._drop_what_is_over()
        except (RedisError, OSError, JournalError) as error:
            log.info("the journal stays as it is: %s", error)

    def _drop_what_is_over(self) -> None:
        """Games whose archives were there at the last look already need no journal. Journals that were left are brought in."""
        if self._take_over():
            self._fell_behind("a journal was left by a worker that has gone")
            return
        ids = {game_of(line) for line in self._journal.lines()}
        over = {game_id for game_id in ids if self._client.exists(keys.archive(game_id))} - self.refused.keys()
        forgotten = over & self._over
        if self._journal.forget(forgotten.__contains__):
            self._games.forgotten(forgotten)
        self._over = over


def _asked(connection: Any, *command: Any) -> Any:
    connection.send_command(*command)
    return connection.read_response()


def _told(error: BaseException) -> str:
    return str(error) or type(error).__name__
