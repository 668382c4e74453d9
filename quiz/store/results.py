"""The records of finished games, and the lists of them, in Redis. See docs/decisions/0023."""

from __future__ import annotations

import hashlib
import heapq
import logging
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec

from quiz.play.archive import summarised
from quiz.play.holdings import Finished
from quiz.store import keys
from quiz.store.backup import masters, scan
from quiz.store.connection import SharedRedis, busy_if_unreachable, script

log = logging.getLogger("quiz.store")

#: Seconds after which it is looked again whether records are on no list: those that an older release makes meanwhile.
LOOK_S = 3600
#: Seconds for which it is remembered of a game that its data were deleted; journals know it for a day at most.
BURIED_S = 2 * 24 * 3600
#: Games that are looked at together; and those that are looked at, with each new one, whether their time is over.
SOME, PRUNED = 200, 20

_summary = msgspec.json.Decoder(Finished).decode
#: When a game ended, its id, and the list that it stands on.
_Place = tuple[int, str, str]


@busy_if_unreachable
class RedisResults:
    """`play.holdings.Results`. The records are those of `RedisGames.archive`; `now` gives epoch milliseconds."""

    def __init__(self, client: SharedRedis, now: Callable[[], int]) -> None:
        self._client, self._now = client, now
        self._redis: Any = client
        self._swap = script(client, "quiz.store", "swap")

    def note(self, summary: Finished) -> None:
        """See `Results.note`."""
        left = self._redis.pttl(keys.archive(summary.id))
        if left == -2:  # gone already
            return
        noted = msgspec.structs.replace(summary, kept_until=self._now() + left if left > 0 else 0)
        self._redis.hset(keys.FINISHED, noted.id, msgspec.json.encode(noted))
        for key in _lists(noted):
            self._redis.zadd(key, {noted.id: noted.finished_at})
        everybodys = keys.finished("")
        oldest = self._redis.zrange(everybodys, 0, PRUNED - 1, withscores=True)
        self._clear(self._read([(int(at), game, everybodys) for game, at in oldest])[1])

    def page(
        self, hosts: Sequence[str | None] | None, quiz: str | None, before: tuple[int, str] | None, most: int
    ) -> list[Finished]:
        """See `Results.page`."""
        self._adopt()
        wanted = [keys.finished("", quiz)] if hosts is None else [keys.finished(host, quiz) for host in hosts]
        walk = heapq.merge(*(self._walk(key, before, most) for key in wanted), reverse=True)
        found: list[Finished] = []
        over: list[_Place] = []
        while some := list(islice(walk, most - len(found))):
            read, gone = self._read(some)
            found += read
            over += gone
        self._clear(over)  # not before: it would move what is still to be walked along
        return found

    def _walk(self, key: str, before: tuple[int, str] | None, some: int) -> Iterator[_Place]:
        """The places of a list, the last first."""
        latest, start = "+inf" if before is None else before[0], 0
        while True:
            rows = self._redis.zrange(key, latest, "-inf", desc=True, byscore=True, withscores=True, offset=start, num=some)
            for game, at in rows:
                if before is None or (int(at), game) < before:
                    yield int(at), game, key
            if len(rows) < some:
                return
            start += some

    def _read(self, places: Sequence[_Place]) -> tuple[list[Finished], list[_Place]]:
        """What is kept of these games, and the places of those whose time is over."""
        stored = self._redis.hmget(keys.FINISHED, [game for _, game, _ in places]) if places else []
        found, over, now = [], [], self._now()
        for place, one in zip(places, stored, strict=True):
            summary = _summary(one) if one is not None else None
            if summary is None or 0 < summary.kept_until <= now:
                over.append(place)
            else:
                found.append(summary)
        return found, over

    def _clear(self, over: Sequence[_Place]) -> None:
        for _, game, key in over:
            self._redis.zrem(key, game)
            stored = self._redis.hget(keys.FINISHED, game)
            if stored is not None:
                self._drop(_summary(stored))

    def record(self, game_id: str) -> tuple[bytes, int] | None:
        """See `Results.record`."""
        key = keys.archive(game_id)
        record, left = self._redis.get(key), self._redis.pttl(key)
        return None if record is None else (record.encode(), self._now() + left if left > 0 else 0)

    def replace(self, game_id: str, old: bytes, new: bytes) -> bool:
        """See `Results.replace`."""
        digest = hashlib.sha1(old, usedforsecurity=False).hexdigest()
        return bool(self._swap(keys=[keys.archive(game_id)], args=[digest, new]))

    def bury(self, game_id: str, record: bytes) -> None:
        """See `Results.bury`."""
        self._redis.set(keys.archive(game_id), record, ex=BURIED_S)
        stored = self._redis.hget(keys.FINISHED, game_id)
        if stored is not None:
            self._drop(_summary(stored))

    def _drop(self, summary: Finished) -> None:
        for key in _lists(summary):
            self._redis.zrem(key, summary.id)
        self._redis.hdel(keys.FINISHED, summary.id)

    def _adopt(self) -> None:
        """Puts records on the lists that are on none: those of older releases, and those that came with a backup."""
        if not self._redis.set(keys.LISTED, 1, nx=True, ex=LOOK_S):
            return
        try:
            for connection in masters(self._client):
                there = (key.removeprefix(keys.archive("")) for key in scan(connection, keys.archive("*")))
                while some := list(islice(there, SOME)):
                    known = self._redis.hmget(keys.FINISHED, some)
                    for game_id in (game for game, one in zip(some, known, strict=True) if one is None):
                        self._adopt_one(game_id)
        except BaseException:
            self._redis.delete(keys.LISTED)
            raise

    def _adopt_one(self, game_id: str) -> None:
        stored = self._redis.get(keys.archive(game_id))
        try:
            summary = summarised(stored) if stored is not None else None
        except msgspec.MsgspecError as error:
            log.warning("the record of game %s can't be read: %s", game_id, error)
            return
        if summary is not None:
            self.note(summary)


def _lists(summary: Finished) -> list[str]:
    return [keys.finished(host, quiz) for host in (summary.host, "") for quiz in (None, summary.quiz)]
