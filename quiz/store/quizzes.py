"""The shelf of quizzes, and the accounts of hosts, in Redis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from quiz.domain.errors import QuizNotFound, VersionConflict
from quiz.domain.quiz import SCHEMA, Quiz
from quiz.play.holdings import Host, Summary
from quiz.store import keys
from quiz.store.connection import SharedRedis, busy_if_unreachable, script

#: Summaries that are read at once, so that nobody waits for thousands to be read.
SOME = 500
DAY_MS = 24 * 3600 * 1000


class _Stored(msgspec.Struct, frozen=True):
    """A quiz as it is kept; `save_quiz.lua` writes what stands before it, and reads it."""

    schema: int
    quiz: Quiz
    version: int = 0
    updated_at: int = 0


_stored = msgspec.json.Decoder(_Stored).decode
_summary = msgspec.json.Decoder(Summary).decode


@busy_if_unreachable
class RedisQuizzes:
    """`play.holdings.Quizzes`: each quiz a string, and a hash for each owner with what lists show."""

    def __init__(self, client: SharedRedis, deleted_days: int = 30) -> None:
        """`deleted_days`: how long a quiz that was deleted is kept."""
        self._redis: Any = client
        self._deleted_ms = deleted_days * DAY_MS
        self._save, self._delete, self._show = (
            script(client, "quiz.store", name) for name in ("save_quiz", "delete_quiz", "show_quiz")
        )

    def get(self, slug: str, owner: str | None = None) -> Quiz | None:
        """See `Quizzes.get`."""
        return _read(self._redis.get(keys.quiz(slug, owner))) if keys.is_slug(slug) else None

    def put(self, quiz: Quiz) -> Quiz:
        """See `Quizzes.put`."""
        return self._store(quiz, "any")

    def save(self, quiz: Quiz, version: int | None) -> Quiz:
        """See `Quizzes.save`."""
        return self._store(quiz, "none" if version is None else version)

    def _store(self, quiz: Quiz, expected: int | str) -> Quiz:
        if not keys.is_slug(quiz.slug):
            raise QuizNotFound
        plain = msgspec.json.encode(msgspec.structs.replace(quiz, version=0, updated_at=0))
        done, version, now = self._save([keys.quiz(quiz.slug, quiz.owner)], [expected, SCHEMA, plain])
        if not done:
            raise VersionConflict(None if version < 0 else version)
        kept = msgspec.structs.replace(quiz, version=version, updated_at=now)
        self._note(quiz.owner, quiz.slug, version, msgspec.json.encode(_told(kept, len(plain))))
        return kept

    def _note(self, owner: str | None, slug: str, version: int, summary: bytes) -> None:
        shelf = _shelf(owner)
        self._show([shelf, keys.changes(shelf)], [slug, version, summary])

    def delete(self, slug: str, owner: str | None = None, version: int | None = None, by: str = "") -> bool:
        """See `Quizzes.delete`."""
        if not keys.is_slug(slug):
            return False
        places = [keys.quiz(slug, owner), keys.deleted(slug, owner)]
        done, found, now = self._delete(places, ["any" if version is None else version, self._deleted_ms])
        if not done:
            if found >= 0:
                raise VersionConflict(found)
            self._redis.hdel(_shelf(owner), slug)  # which may be left of a deletion that was cut short
            return False
        shown = self.summaries(owner, [slug])
        self._note(owner, slug, found, b"")
        if shown:
            gone = msgspec.structs.replace(shown[0], deleted_at=now, updated_by=by)
            self._redis.hset(keys.bin(owner), slug, msgspec.json.encode(gone))
        return True

    def deleted(self, slug: str, owner: str | None = None) -> Quiz | None:
        """See `Quizzes.deleted`."""
        return _read(self._redis.get(keys.deleted(slug, owner))) if keys.is_slug(slug) else None

    def forget(self, slug: str, owner: str | None = None) -> None:
        """See `Quizzes.forget`."""
        self._redis.hdel(keys.bin(owner), slug)
        self._redis.delete(keys.deleted(slug, owner))

    def bin(self, owner: str | None = None) -> list[Summary]:
        """See `Quizzes.bin`."""
        found = [_summary(one) for one in self._redis.hvals(keys.bin(owner))]
        seconds, _ = self._redis.time()
        since = seconds * 1000 - self._deleted_ms
        if over := [one.slug for one in found if one.deleted_at < since]:
            self._redis.hdel(keys.bin(owner), *over)
        return sorted((one for one in found if one.deleted_at >= since), key=lambda one: -one.deleted_at)

    def slugs(self, owner: str | None = None) -> list[str]:
        """See `Quizzes.slugs`."""
        found: list[str] = self._redis.hkeys(_shelf(owner))
        return found

    def summaries(self, owner: str | None, slugs: Sequence[str]) -> list[Summary]:
        """See `Quizzes.summaries`."""
        return [_summary(one) for one in self._redis.hmget(_shelf(owner), slugs) if one is not None] if slugs else []

    def all(self, owner: str | None = None) -> list[Summary]:
        """See `Quizzes.all`."""
        slugs = self.slugs(owner)
        found = [one for at in range(0, len(slugs), SOME) for one in self.summaries(owner, slugs[at : at + SOME])]
        return sorted(found, key=lambda one: (one.title.casefold(), one.slug))

    def marks(self, owner: str | None = None) -> tuple[int, int]:
        """See `Quizzes.marks`. The number of quizzes too, since a release before does not count changes."""
        shelf = _shelf(owner)
        return int(self._redis.get(keys.changes(shelf)) or 0), self._redis.hlen(shelf)


def _read(found: str | None) -> Quiz | None:
    if not found:
        return None
    kept = _stored(found)
    return msgspec.structs.replace(kept.quiz, version=kept.version, updated_at=kept.updated_at)


def _told(quiz: Quiz, size: int) -> Summary:
    return Summary(
        version=quiz.version,
        slug=quiz.slug,
        title=quiz.title,
        description=quiz.description,
        language=quiz.language,
        question_count=len(quiz.questions),
        tags=quiz.tags,
        updated_at=quiz.updated_at,
        updated_by=quiz.updated_by,
        size=size,
    )


def _shelf(owner: str | None) -> str:
    return keys.QUIZZES if owner is None else keys.owned(owner)


@busy_if_unreachable
class RedisHosts:
    """`play.holdings.Hosts` in one hash."""

    def __init__(self, client: SharedRedis) -> None:
        self._redis: Any = client
        self._replace = script(client, "quiz.store", "replace")

    def get(self, name: str) -> Host | None:
        """See `Hosts.get`."""
        found = self._redis.hget(keys.HOSTS, name)
        return msgspec.json.decode(found, type=Host) if found else None

    def replace(self, before: Host | None, after: Host) -> bool:
        """See `Hosts.replace`."""
        found = self._redis.hget(keys.HOSTS, after.name)
        if (msgspec.json.decode(found, type=Host) if found else None) != before:
            return False
        return bool(self._replace([keys.HOSTS], [after.name, found or "", msgspec.json.encode(after)]))

    def delete(self, name: str) -> bool:
        """See `Hosts.delete`."""
        return bool(self._redis.hdel(keys.HOSTS, name))

    def all(self) -> list[Host]:
        """See `Hosts.all`."""
        found = [msgspec.json.decode(one, type=Host) for one in self._redis.hvals(keys.HOSTS)]
        return sorted(found, key=lambda host: host.name)
