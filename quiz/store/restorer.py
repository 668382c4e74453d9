"""Brings back to Redis what it lost or was not there for. All of it may be done again, and by several workers at once."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar

import gevent
import msgspec
from redis.exceptions import RedisError, ResponseError

from quiz.domain.game import Game, Phase
from quiz.domain.player import nickname_key, nickname_look
from quiz.domain.quiz import SCHEMA
from quiz.play.archive import Archive
from quiz.resilience.records import Answered, Joined, receipt_of
from quiz.resilience.replay import Remains
from quiz.store import keys
from quiz.store.connection import SharedRedis, script
from quiz.store.faults import is_unreachable
from quiz.store.keys import game_keys
from quiz.store.lineage import first_epoch
from quiz.store.phases import flat

#: What one script takes: more would hold up Redis for longer than a call may take. A record counts as one, a player whose points
#: are added up as one for each so many questions.
BATCH, ADDED_UP = 100, 20

#: Answers that are sorted before others get a turn.
STRIDE = 5000
#: Attempts at a change that others get in before.
ATTEMPTS = 10

log = logging.getLogger("quiz.store")

_SCRIPTS = ("rebuild", "seat", "replay", "kick", "rename", "see", "epoch", "swap", "expire")
_encode = msgspec.json.encode
_archive = msgspec.json.Decoder(Archive).decode
T = TypeVar("T")


class Gone(Exception):
    """Redis does not have the game."""


class Contested(RedisError):
    """Others get in before with every attempt."""


class Restorer:
    """Works on `client`, which no guard holds back. Raises redis-py's errors."""

    def __init__(self, client: SharedRedis) -> None:
        self._redis: Any = client
        self._scripts = {name: script(client, "quiz.store", name) for name in _SCRIPTS}

    def epoch(self, now: int) -> int:
        """See `lineage.first_epoch`."""
        return first_epoch(self._redis, now)

    def restore(self, game: Game, remains: Remains, opened: Mapping[tuple[str, int], int], now: int) -> dict[str, int]:
        """Brings back all of a game that is not over, with when self-paced questions were first seen; counts of `answers`.

        A new epoch of its boards begins. The record of one that is over gets the answers that it lacks.
        """
        if self.over(game.id):
            given = list(chain.from_iterable(remains.answers.values()))
            with contextlib.suppress(Gone):  # while it is still there, its record may be made anew from it
                self.answers(game, remains.generation, given)
            self.archive_late(game, remains.generation, given)
            return {}
        phase = remains.phase or game.first_phase()
        status = self._rebuild(game, phase, remains.generation, now)
        if status == "taken":
            return {}
        k = game_keys(game.pin)
        for some in _batches(remains.seats.values()):
            rows = [value for seat in some for value in _seat_row(seat)]
            self._run("seat", [k.game, k.leaderboard, k.names, k.folded, k.kicked, k.teams], game.id, *rows)
        teams = [k.teams] if game.options.teams else []
        for player in remains.removed:
            self._run("kick", [k.game, k.leaderboard, k.names, k.kicked, *teams], game.id, player)
        for one in remains.renamed.values():
            forms = nickname_key(one.nickname), nickname_look(one.nickname)
            self._run("rename", [k.game, k.names, k.folded], game.id, one.player, one.nickname, *forms, one.at)
        self.see(game, remains.generation, opened)
        counts = self.answers(game, remains.generation, chain.from_iterable(remains.answers.values()))
        if status != "known":
            self.add_up(game, remains.generation)
        return counts

    def _rebuild(self, game: Game, phase: Phase, generation: int, now: int) -> str:
        """Makes sure that the game is there, and not behind `phase`: "taken", "made", "moved" or "known"."""
        k = game_keys(game.pin)
        forgotten = [k.streaks, k.answered, k.opened, *(k.answers(i) for i in range(len(game.questions)))]
        fields = [*flat(phase), "schema", SCHEMA, "created_at", game.created_at]
        on = [k.game, k.content, k.sent, k.leaderboard, *forgotten]
        status: str = self._run("rebuild", on, game.id, _encode(game), now // 1000, generation, phase.version, *fields)
        if status != "taken":
            self._redis.zadd(keys.GAMES, {game.pin: game.created_at})
        if status in ("made", "moved"):
            self._redis.zadd(keys.CLOCKS, {game.pin: now})  # a look puts the clock right, and tells everybody
        return status

    def running(self, ids: Collection[str]) -> dict[str, Game]:
        """What those of the games with these ids are that Redis has, by id."""
        found = {}
        for pin in self._redis.zrange(keys.GAMES, 0, -1) if ids else ():
            k = game_keys(pin)
            try:
                content = self._redis.get(k.content) if self._redis.hget(k.game, "id") in ids else None
                game = msgspec.json.decode(content, type=Game) if content is not None else None
            except (ResponseError, msgspec.MsgspecError) as error:
                if isinstance(error, ResponseError) and is_unreachable(error):
                    raise
                log.warning("game %s can't be read: %s", pin, error)  # somebody has spoilt its keys; the others are well
                continue
            if game is not None and game.id in ids:
                found[game.id] = game
        return found

    def over(self, game_id: str) -> bool:
        """Whether Redis has the game's record."""
        return bool(self._redis.exists(keys.archive(game_id)))

    def begin_epoch(self, game: Game, now: int, told: int) -> int:
        """Boards are newer from now on than all that were told without Redis, in epoch `told`; the generation, 0 if gone."""
        return int(self._run("epoch", [game_keys(game.pin).game], game.id, max(now // 1000, told + 1)))

    def kicked(self, game: Game) -> set[str]:
        """Who was removed for good."""
        return set(self._redis.smembers(game_keys(game.pin).kicked))

    def see(self, game: Game, generation: int, opened: Mapping[tuple[str, int], int]) -> None:
        """Brings when self-paced questions were first seen, or that they were missed. Raises Gone."""
        k = game_keys(game.pin)
        for some in _batches(opened.items()):
            rows = [value for (player, index), at in some for value in (f"{player}|{index}", at)]
            self._run("see", [k.game, k.opened], game.id, str(generation), *rows)
        missed = sorted({player for (player, _), at in opened.items() if at < 0})
        self._replay(game, generation, ((player, "", "") for player in missed))

    def answers(self, game: Game, generation: int, answers: Iterable[Answered]) -> dict[str, int]:
        """Brings answers; how many were `new`, `replaced`, `known`, `unseated`, and how many sums were `mended`. Raises Gone."""
        by_player: dict[str, list[Answered]] = {}
        for number, one in enumerate(answers, 1):
            if one.generation == generation:
                by_player.setdefault(one.player, []).append(one)
            if number % STRIDE == 0:
                gevent.sleep(0)
        return self._replay(game, generation, _rows(by_player))

    def archive_late(self, game: Game, generation: int, answers: Iterable[Answered]) -> None:
        """Brings answers that were given in time to the record of a game that is over, if there is one. Raises Contested."""
        late = [one for one in answers if one.generation == generation]
        key = keys.archive(game.id)
        for _ in range(ATTEMPTS if late else 0):
            old = self._redis.get(key)
            if old is None:
                return
            record = _archive(old)
            told = ((one.player, one.index, receipt_of(one.receipt)) for one in late) if record.generation == generation else ()
            new = record.with_late(told)
            if new is None or self._run("swap", [key], _sha1(old), _encode(new)):
                return
        if late:
            raise Contested(f"the record of game {game.pin} is changed by others all the time")

    def add_up(self, game: Game, generation: int) -> int:
        """Adds the points of all players up anew; how many sums were wrong. Raises Gone."""
        players = self._redis.hkeys(game_keys(game.pin).names)
        return self._replay(game, generation, ((player, "", "") for player in players))["mended"]

    def _replay(self, game: Game, generation: int, rows: Iterator[tuple[str, str, bytes | str]]) -> dict[str, int]:
        k = game_keys(game.pin)
        on = [k.game, k.leaderboard, k.names, k.streaks, k.kicked, k.answered, k.opened]
        on += [k.answers(i) for i in range(len(game.questions))]
        polls = "".join("1" if question.type == "poll" else "0" for question in game.questions)
        counts = dict.fromkeys(("new", "replaced", "known", "unseated", "mended"), 0)
        added_up = max(1, len(game.questions) // ADDED_UP)
        for some in _batches(rows, lambda row: 1 if row[1] else added_up):
            flat_rows = [value for row in some for value in row]
            status, *numbers = self._run("replay", on, game.id, generation, int(game.live), polls, *flat_rows)
            if status == "gone":
                raise Gone
            if status == "old":
                break
            for name, number in zip(counts, numbers, strict=True):
                counts[name] += number
        left = self._redis.pttl(k.game)
        if left > 0:  # a finished game: what is new goes with it
            self._run("expire", k.all(len(game.questions)), game.id, math.ceil(left / 1000))
        return counts

    def _run(self, name: str, on: Sequence[str], *args: str | int | bytes) -> Any:
        return self._scripts[name](keys=list(on), args=list(args))


def _rows(answers: Mapping[str, Sequence[Answered]]) -> Iterator[tuple[str, str, bytes | str]]:
    """What `replay.lua` is told: each player's answers, and then to add them up."""
    for player, given in answers.items():
        for one in given:
            yield player, str(one.index), bytes(one.receipt)
        yield player, "", ""


def _sha1(text: str) -> str:
    return hashlib.sha1(text.encode(errors="surrogateescape"), usedforsecurity=False).hexdigest()


def _seat_row(seat: Joined) -> tuple[str | int, ...]:
    team = "" if seat.team is None else seat.team
    return seat.player, seat.nickname, seat.key, nickname_look(seat.nickname), seat.stamp, team


def _batches(items: Iterable[T], weight: Callable[[T], int] = lambda item: 1) -> Iterator[list[T]]:
    batch, weighs = [], 0
    for item in items:
        batch.append(item)
        weighs += weight(item)
        if weighs >= BATCH:
            yield batch
            batch, weighs = [], 0
    if batch:
        yield batch
