"""The shelf of quizzes, and the accounts of hosts, in Redis."""

from __future__ import annotations

from typing import Any

import msgspec
import redis

from quiz.domain.quiz import SCHEMA, Quiz
from quiz.play.ports import Host
from quiz.store import keys
from quiz.store.connection import SharedRedis, busy_if_unreachable, script


class _Stored(msgspec.Struct, frozen=True):
    """A quiz as it is kept."""

    schema: int
    quiz: Quiz


@busy_if_unreachable
class RedisQuizzes:
    """`play.ports.Quizzes`: each quiz a string, and a hash for each owner with what lists show."""

    def __init__(self, client: redis.Redis) -> None:
        self._redis: Any = client

    def get(self, slug: str, owner: str | None = None) -> Quiz | None:
        """See `Quizzes.get`."""
        if not keys.is_slug(slug):
            return None
        found = self._redis.get(keys.quiz(slug, owner))
        return msgspec.json.decode(found, type=_Stored).quiz if found else None

    def put(self, quiz: Quiz) -> None:
        """See `Quizzes.put`."""
        summary = {
            "slug": quiz.slug,
            "title": quiz.title,
            "description": quiz.description,
            "language": quiz.language,
            "question_count": len(quiz.questions),
        }
        self._redis.set(keys.quiz(quiz.slug, quiz.owner), msgspec.json.encode(_Stored(SCHEMA, quiz)))
        self._redis.hset(_shelf(quiz.owner), quiz.slug, msgspec.json.encode(summary))

    def delete(self, slug: str, owner: str | None = None) -> bool:
        """See `Quizzes.delete`."""
        if not keys.is_slug(slug):
            return False
        self._redis.hdel(_shelf(owner), slug)
        return bool(self._redis.delete(keys.quiz(slug, owner)))

    def all(self, owner: str | None = None) -> list[dict[str, Any]]:
        """See `Quizzes.all`."""
        found = [msgspec.json.decode(one) for one in self._redis.hvals(_shelf(owner))]
        return sorted(found, key=lambda one: (one["title"].casefold(), one["slug"]))


def _shelf(owner: str | None) -> str:
    return keys.QUIZZES if owner is None else keys.owned(owner)


@busy_if_unreachable
class RedisHosts:
    """`play.ports.Hosts` in one hash."""

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
