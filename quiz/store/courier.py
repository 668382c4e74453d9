"""Brings Redis what it lacks: from a worker's journal, and from its mirror."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from redis.exceptions import RedisError, TimeoutError

from quiz.domain.game import Game
from quiz.resilience.journal import Journal
from quiz.resilience.records import Answered, Renamed, game_of, understood
from quiz.resilience.replay import Remains, remains
from quiz.store.connection import SharedRedis
from quiz.store.faults import is_unreachable
from quiz.store.games_guarded import GuardedGames
from quiz.store.keys import game_keys
from quiz.store.restorer import Gone, Restorer

log = logging.getLogger("quiz.keeper")

#: How often what has gathered is brought before Redis is used again; each time it is less.
ROUNDS = 4
#: Milliseconds after its end when a game's archive may have run out, and nobody asks for it any more.
LONG_OVER_MS = 24 * 3600 * 1000


class Courier:
    """Of one worker. What it does raises redis-py's errors, OSError, and Gone where Redis does not know a running game."""

    def __init__(self, client: SharedRedis, games: GuardedGames, journal: Journal) -> None:
        self._client, self._games, self._mirror, self._journal = client, games, games.mirror, journal
        self.restorer = Restorer(client)
        #: Why Redis refuses what it is brought of a game, by the game's id, while it does: that stays in the journal.
        self.refused: dict[str, str] = {}
        self._slow: set[str] = set()  # games of which Redis did not take in time what it was brought last, by id
        #: Is told of games whose boards are to be told again. The outage fills it in.
        self.board_changed: Callable[[Game], None] = lambda game: None

    def bring_all(self, now: int, *, behind: bool) -> None:
        """Everything that has gathered; if it is `behind`, what it had before too. Returns when Redis lacks nothing."""
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
                generation = self.restorer.begin_epoch(held.game, now, held.epoch)
                if generation > held.generation:
                    self._games.bridge.learn_reset(held.game, generation)
                for player in self.restorer.kicked(held.game):
                    self._games.bridge.learn_kick(held.game, player)
        self._mirror.put_away()

    def bring_inherited(self, games: Collection[str]) -> None:
        """What a worker that has gone had acknowledged of these games, by their ids; others may play on meanwhile."""
        for game in self._restore_some(games):
            self.board_changed(game)

    def bring_refused(self) -> None:
        """Somebody may have put right what is wrong with these games in Redis."""
        before = self.refused
        self._restore_some(before.keys())
        for game_id in before.keys() - self.refused.keys():
            game = self._mirror.by_id(game_id)
            if game is not None:
                log.warning("Redis takes what it is brought of game %s again", game.pin)
                self.board_changed(game)

    def _restore_some(self, games: Collection[str]) -> list[Game]:
        """Brings these games, by their ids; of which there was something that Redis lacked."""
        before = self.refused
        try:
            return self._restore_all(self._games.now(), games)
        except Exception:
            self.refused = before | self.refused
            raise

    def _restore_all(self, now: int, only: Collection[str] | None = None) -> list[Game]:
        """Brings every game, or `only` these, by their ids; of which there was something that Redis lacked."""
        lacking, refused = [], self.refused
        self.refused = {} if only is None else {game_id: why for game_id, why in refused.items() if game_id not in only}
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
                counts = self.restorer.restore(of.content, of, self._mirror.opened(of.content), now)
                if counts.get("new") or counts.get("replaced") or counts.get("unseated"):
                    log.warning("brought game %s to Redis: %s", of.content.pin, counts)
                    lacking.append(of.content)
        return lacking

    def _name(self, nameless: Sequence[str], known: Mapping[str, Remains], now: int, refused: Mapping[str, str]) -> None:
        """Asks Redis what the games are of which the journal no longer says it; `refused`: what was so before."""
        found = self.restorer.running(nameless)
        for game_id in nameless:
            of = known[game_id]
            of.content = found.get(game_id)
            if of.content or of.ended(now - LONG_OVER_MS) or not (of.seats or of.answers):
                continue
            if not self.restorer.over(game_id):
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
            self.restorer.see(game, generation, seen)
            counts = self.restorer.answers(game, generation, brought)
        except Gone:
            if not restored:
                raise
            if self.restorer.over(game.id):
                log.warning("game %s is over: its record alone gets %d answers", game.pin, len(brought))
            else:
                words = "the PIN %s is another game's by now: %d answers of game %s stay in the journal"
                log.warning(words, game.pin, len(brought), game.id)
        else:
            log.info("brought %d answers of game %s to Redis: %s", len(brought), game.pin, counts)
            if counts["unseated"] and not restored:
                raise Gone  # of the seats, at least
        self.restorer.archive_late(game, generation, brought)

    def confirm(self) -> None:
        """Some calls failed, and the breaker did not open: Redis gets what it missed."""
        self._confirm_all()
        self._mirror.put_away()
        while self._mirror.shown:
            game_id, game = next(iter(self._mirror.shown.items()))
            with self._bringing(game):
                self.restorer.begin_epoch(game, self._games.now(), self._mirror.held(game).epoch)
            self._mirror.shown.pop(game_id, None)
            self.board_changed(game)
