"""Pictures in Redis or in a folder, the register of them in Redis, and what is used of them."""

from __future__ import annotations

import base64
import logging
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gevent
import msgspec
from redis.exceptions import RedisError

from quiz.domain.errors import ServerBusy
from quiz.play.images import ADDRESS, Images, Kept
from quiz.store import keys
from quiz.store.backup import asked, masters, scan
from quiz.store.connection import SharedRedis, busy_if_unreachable

log = logging.getLogger("quiz.images")

#: What may hold addresses of pictures: quizzes, those that were deleted, drafts, games, records.
HOLDERS = ("quiz:quiz:*", "quiz:deleted-quiz:*", "quiz:draft:*", "quiz:{*}:content", keys.archive("*"))
#: Seconds between two looks whether it is time to sweep, and milliseconds between two sweeps of all workers.
LOOK, EVERY_MS = 1800.0, 20 * 3600 * 1000
#: Seconds of rest for everybody else after each that was looked through.
REST = 0.005

_kept = msgspec.json.Decoder(Kept).decode


@busy_if_unreachable
class RedisPictures:
    """`play.images.Pictures`: a string each, base64, since all that the client reads is text."""

    def __init__(self, client: SharedRedis) -> None:
        self._redis: Any = client

    def put(self, id: str, data: bytes) -> None:
        """See `Pictures.put`."""
        self._redis.set(keys.image(id), base64.b64encode(data))

    def get(self, id: str) -> bytes | None:
        """See `Pictures.get`."""
        found = self._redis.get(keys.image(id))
        return None if found is None else base64.b64decode(found)

    def delete(self, id: str) -> None:
        """See `Pictures.delete`."""
        self._redis.delete(keys.image(id))


class FolderPictures:
    """`play.images.Pictures`: a file each, in a folder that all instances share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, id: str) -> Path:
        return self._folder / id[:2] / f"{id}.webp"

    def put(self, id: str, data: bytes) -> None:
        """See `Pictures.put`. It appears whole, under its name, or not at all."""
        path = self._path(id)
        aside = path.with_name(f".{path.name}.{os.getpid()}.partial")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(data)
            aside.rename(path)
        except OSError as error:
            log.error("an image can't be written: %s", error)
            raise ServerBusy("the image can't be kept right now; try again") from error

    def get(self, id: str) -> bytes | None:
        """See `Pictures.get`."""
        try:
            return self._path(id).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            log.error("an image can't be read: %s", error)
            raise ServerBusy from error

    def delete(self, id: str) -> None:
        """See `Pictures.delete`."""
        self._path(id).unlink(missing_ok=True)


@busy_if_unreachable
class RedisRegister:
    """`play.images.Register`: a hash of all, and a hash of each host's bytes."""

    def __init__(self, client: SharedRedis) -> None:
        self._redis: Any = client

    def get(self, id: str) -> Kept | None:
        """See `Register.get`."""
        found = self._redis.hget(keys.IMAGES, id)
        return _kept(found) if found else None

    def put(self, id: str, kept: Kept) -> None:
        """See `Register.put`."""
        self._redis.hset(keys.IMAGES, id, msgspec.json.encode(kept))

    def delete(self, id: str) -> None:
        """See `Register.delete`."""
        self._redis.hdel(keys.IMAGES, id)

    def all(self) -> dict[str, Kept]:
        """See `Register.all`."""
        return {id: _kept(found) for id, found in self._redis.hgetall(keys.IMAGES).items()}

    def bytes_of(self, owner: str) -> int:
        """See `Register.bytes_of`."""
        return int(self._redis.hget(keys.IMAGE_BYTES, owner) or 0)

    def add_bytes(self, owner: str, count: int) -> None:
        """See `Register.add_bytes`."""
        self._redis.hincrby(keys.IMAGE_BYTES, owner, count)

    def set_bytes(self, counts: Mapping[str, int]) -> None:
        """See `Register.set_bytes`."""
        for owner in set(self._redis.hkeys(keys.IMAGE_BYTES)) - counts.keys():
            self._redis.hdel(keys.IMAGE_BYTES, owner)
        if counts:
            self._redis.hset(keys.IMAGE_BYTES, mapping=dict(counts))


def used(client: SharedRedis) -> set[str]:
    """The pictures that anything there is has the address of. Raises redis-py's errors: then it is not known."""
    found: set[str] = set()
    for connection in masters(client):
        for pattern in HOLDERS:
            for key in scan(connection, pattern):
                found.update(ADDRESS.findall(asked(connection, ["GET", key])[0] or ""))
                gevent.sleep(REST)
    return found


class Sweeper:
    """Removes the pictures that nothing uses any more, once a day, one worker for all."""

    def __init__(self, client: SharedRedis, images: Images, keep_days: int) -> None:
        """`keep_days`: how long one stays that is used by nothing."""
        self._client, self._images, self._keep_ms = client, images, keep_days * 24 * 3600 * 1000

    def keep(self) -> None:
        """Goes on for ever, in a greenlet."""
        while True:
            gevent.sleep(LOOK)
            try:
                self.sweep_if_due()
            except (ServerBusy, RedisError, OSError) as error:
                log.warning("images are not swept: %s", error)

    def sweep_if_due(self) -> int:
        """Sweeps unless that was done of late; how many were removed. Raises ServerBusy, redis-py's errors, OSError."""
        client: Any = self._client
        if not client.set(keys.SWEPT, int(time.time()), px=EVERY_MS, nx=True):
            return 0
        removed = self._images.sweep(used(self._client), self._keep_ms)
        if removed:
            log.info("removed images that nothing uses: %d", removed)
        return removed
