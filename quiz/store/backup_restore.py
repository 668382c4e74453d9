"""Brings a backup back into a Redis that no server uses. See docs/decisions/0013."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from quiz.domain import game as games
from quiz.domain.game import Game, Phase
from quiz.domain.player import nickname_key
from quiz.play.images import Kept
from quiz.resilience import records
from quiz.store import keys
from quiz.store.backup import PARTS, asked, masters, scan, shelves
from quiz.store.backup_file import BackupError, Entry, Fields, Host, Image, Kicked, Quiz, Record, Run, Scores
from quiz.store.connection import SharedRedis
from quiz.store.keys import GameKeys, game_keys
from quiz.store.phases import flat, phase_of

#: A worker shows every 2 s that it lives, and has been silent for longer than 6 s if it does not. In seconds, and milliseconds.
SIGN, SILENT_MS = 2.5, 6000
#: Commands that are sent together.
TOGETHER = 500

_PART = re.compile(r"answers:[0-9]{1,5}|" + "|".join(PARTS))
#: What is not cleared away.
_STAYS = (keys.EPOCH, keys.SIGNED_OUT, keys.SESSIONS_OVER, keys.RESTORING)
#: Milliseconds, from one game to the next, after which whoever restored has died.
HOLD_MS = 60_000
_game = msgspec.json.Decoder(Game).decode


@dataclass
class _Coming:
    """A game of which the parts come."""

    run: Run
    game: Game
    phase: Phase
    generation: int
    names: dict[str, str] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        """Whether it had finished."""
        return self.phase.state == "finished"

    @property
    def keys(self) -> GameKeys:
        """Its keys in Redis."""
        return game_keys(self.run.pin)


def living_workers(client: SharedRedis, pause: Callable[[float], None] = time.sleep) -> list[str]:
    """The workers that use this Redis. Takes some seconds if one did a moment ago."""
    redis: Any = client
    seconds, _ = redis.time()
    recent = {worker: at for worker, at in _beats(redis).items() if at > seconds * 1000 - SILENT_MS}
    if not recent:
        return []
    pause(SIGN)
    return sorted(worker for worker, at in _beats(redis).items() if at > recent.get(worker, 0))


def _beats(redis: Any) -> dict[str, float]:
    return dict(redis.zrange(keys.WORKERS, 0, -1, withscores=True))


def holdings(client: SharedRedis) -> dict[str, int]:
    """What a Redis has of the platform; nothing of 0 is named."""
    redis: Any = client
    quizzes = sum(redis.hlen(shelf) for shelf in (keys.QUIZZES, *shelves(client)))
    found = {"quizzes": quizzes, "images": redis.hlen(keys.IMAGES), "hosts": redis.hlen(keys.HOSTS)}
    found |= {"games": 0, "archives": 0}
    for connection in masters(client):
        found["games"] += sum(1 for _ in scan(connection, "quiz:{*}:game"))
        found["archives"] += sum(1 for _ in scan(connection, keys.archive("*")))
    return {name: count for name, count in found.items() if count}


def clear(client: SharedRedis) -> None:
    """Deletes everything of the platform but the epoch, which only grows, which sessions are over, and who restores."""
    for connection in masters(client):
        doomed = [key for key in scan(connection, "quiz:*") if key not in _STAYS]
        for i in range(0, len(doomed), TOGETHER):
            asked(connection, *(["UNLINK", key] for key in doomed[i : i + TOGETHER]))


@contextmanager
def alone(client: SharedRedis) -> Iterator[None]:
    """While a backup is restored: a server that starts meanwhile does without this Redis until it is whole."""
    hold(client)
    try:
        yield
    finally:
        client.delete(keys.RESTORING)


def hold(client: SharedRedis) -> None:
    """See `alone`; from now on for as long as one game may take."""
    client.set(keys.RESTORING, 1, px=HOLD_MS)


class Restore:
    """One restoring, into a Redis that has nothing.

    Unless `with_journals`, unfinished games begin a new generation and a new count of phases: what journals hold from after the
    backup is older than that, and has no effect. `keep` is told what a journal must hold of them from now on.
    """

    def __init__(self, client: SharedRedis, keep: Callable[[records.Record], None], *, with_journals: bool) -> None:
        self._redis: Any = client
        self._keep, self._with_journals = keep, with_journals
        seconds, micros = self._redis.time()
        self._now: int = seconds * 1000 + micros // 1000
        self._epoch = max(seconds, int(self._redis.get(keys.EPOCH) or 0) + 1)

    def take(self, entries: Iterable[Entry]) -> None:
        """Brings all of it. Raises redis-py's errors, or BackupError; then a part may be there."""
        coming: _Coming | None = None
        for entry in entries:
            if isinstance(entry, Fields | Scores | Kicked):
                if coming is None:
                    raise BackupError("the backup has parts of a game before the game")
                self._take_part(coming, entry)
                continue
            self._finish(coming)
            coming = self._begin(entry) if isinstance(entry, Run) else None
            match entry:
                case Quiz():
                    self._redis.set(keys.quiz(entry.slug), bytes(entry.stored))
                    owner, _, slug = entry.slug.rpartition("/")
                    self._redis.hset(keys.owned(owner) if owner else keys.QUIZZES, slug, bytes(entry.summary))
                case Image():
                    self._take_image(entry)
                case Host():
                    self._redis.hset(keys.HOSTS, entry.name, bytes(entry.stored))
                case Record():
                    self._redis.set(keys.archive(entry.game_id), bytes(entry.stored), px=entry.left_ms)
        self._finish(coming)
        # Last: by this workers notice that it is another memory than the one they knew.
        self._redis.set(keys.EPOCH, self._epoch)

    def _take_image(self, image: Image) -> None:
        kept = msgspec.json.decode(image.kept, type=Kept)
        if image.data is not None:
            self._redis.set(keys.image(image.id), image.data)
        self._redis.hset(keys.IMAGES, image.id, bytes(image.kept))
        self._redis.hincrby(keys.IMAGE_BYTES, kept.owner, kept.bytes)

    def _begin(self, run: Run) -> _Coming:
        try:
            game, phase, old = _game(run.content), phase_of(run.fields), int(run.fields.get("generation") or 1)
        except (msgspec.MsgspecError, ValueError) as error:
            raise BackupError(f"the game with the PIN {run.pin} is damaged in the backup: {error}") from None
        coming = _Coming(run, game, phase, old)
        if not coming.over:
            if not self._with_journals:
                coming.generation = max(old + 1, self._now)
            self._keep(records.Opened(game.id, run.pin, game))
            self._keep(records.Reset(game.id, coming.generation))
        return coming

    def _take_part(self, coming: _Coming, part: Fields | Scores | Kicked) -> None:
        k, game = coming.keys, coming.game
        match part:
            case Fields():
                if not _PART.fullmatch(part.part):
                    raise BackupError(f"the backup has a part {part.part!r} of a game, which this platform does not know")
                name, _, index = part.part.partition(":")
                found = self._shifted(coming, part.fields) if name == "opened" else part.fields
                self._redis.hset(k.answers(int(index)) if index else getattr(k, name), mapping=found)
                if name == "names":
                    coming.names.update(found)
                elif name == "teams":
                    coming.teams.update(found)
                elif index and not coming.over:
                    for player, receipt in found.items():
                        self._keep(records.answered(game.id, player, int(index), coming.generation, receipt))
            case Scores():
                self._redis.zadd(k.leaderboard, dict(part.rows))
                coming.scores.update((player, float(score)) for player, score in part.rows)
            case Kicked():
                self._redis.sadd(k.kicked, *part.players)
                for player in () if coming.over else part.players:
                    self._keep(records.Removed(game.id, player))

    def _shifted(self, coming: _Coming, opened: Mapping[str, str]) -> dict[str, str]:
        """When questions were first seen, later by as long as the game was away: no player loses time by that."""
        away = 0 if self._with_journals or coming.over else self._now - coming.run.at
        return {field: str(int(at) + away) if int(at) > 0 else at for field, at in opened.items()}

    def _finish(self, coming: _Coming | None) -> None:
        """The game's own hash comes last: before, there is no such game."""
        if coming is None:
            return
        run, k, game = coming.run, coming.keys, coming.game
        fields: dict[str, Any] = {**run.fields, "generation": coming.generation}
        fields["epoch"] = max(self._epoch, int(run.fields.get("epoch") or 0) + 1)
        fields["board"] = int(run.fields.get("board") or 0) + 1
        self._redis.set(k.content, bytes(run.content))
        self._redis.hset(k.sent, "board_at", 0)
        if not coming.over:
            phase = coming.phase if self._with_journals else self._later(game, coming.phase, run.at)
            changed: list[Any] = list(flat(phase))
            fields |= {"announced": 0, **dict(zip(changed[::2], changed[1::2], strict=True))}
            for seat in _seats(coming):
                self._keep(seat)
            self._keep(records.Moved(game.id, phase))
        self._redis.hset(k.game, mapping=fields)
        self._redis.pexpire(keys.RESTORING, HOLD_MS)  # if it is there
        if run.left_ms is not None:
            for key in k.all(len(game.questions)):
                self._redis.pexpire(key, run.left_ms)
        self._redis.zadd(keys.GAMES, {run.pin: game.created_at})
        if not coming.over:
            self._redis.zadd(keys.CLOCKS, {run.pin: self._now})  # a look puts the clock right, and tells everybody

    def _later(self, game: Game, phase: Phase, at: int) -> Phase:
        """The phase with a higher version than any journal's; where a clock ran, it stands until the host goes on."""
        if phase.state == "question" or (phase.due and phase.state in ("reveal", "leaderboard")):
            phase = games.pause(game, phase, at)
        return msgspec.structs.replace(phase, version=max(phase.version + 1, self._now), moved_at=self._now)


def _seats(coming: _Coming) -> Iterator[records.Joined]:
    for player, nickname in coming.names.items():
        score = coming.scores.get(player, 0.5)
        stamp = round((math.floor(score) + 0.5 - score) * 2**32)  # as domain.ranking.sort_score made it
        team = coming.teams.get(player)
        key = nickname_key(nickname)
        yield records.Joined(coming.game.id, player, nickname, key, stamp, None if team is None else int(team))
