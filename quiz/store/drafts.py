"""Drafts of quizzes, and who has which open, in Redis."""

from __future__ import annotations

from typing import Any

import msgspec

from quiz.domain.errors import LimitReached, VersionConflict
from quiz.play.drafts import LEASE_MS, Draft, DraftSummary
from quiz.store import keys
from quiz.store.connection import SharedRedis, busy_if_unreachable, script
from quiz.store.quizzes import DAY_MS

_summary = msgspec.json.Decoder(DraftSummary).decode


@busy_if_unreachable
class RedisDrafts:
    """`play.drafts.Drafts`: for each host a hash with what lists show, and a string for each draft."""

    def __init__(self, client: SharedRedis, days: int = 90, most: int = 200) -> None:
        """`days`: how long a draft stays that nobody touches; `most`: how many a host may have."""
        self._redis: Any = client
        self._most = most
        self._ms = days * DAY_MS
        self._keep, self._editing = (script(client, "quiz.store", name) for name in ("keep_draft", "editing"))

    def get(self, host: str, slug: str, owner: str | None) -> Draft | None:
        """See `Drafts.get`."""
        of = _of(slug, owner)
        about = self._redis.hget(keys.drafts(host), of)
        content = self._redis.get(keys.draft(host, of)) if about else None
        if content is None:
            return None
        told = msgspec.structs.asdict(_summary(about))
        return Draft(**told, content=msgspec.Raw(content.encode()))

    def keep(self, host: str, draft: Draft, version: int | str) -> int:
        """See `Drafts.keep`."""
        of = _of(draft.slug, draft.owner)
        about = {"slug": draft.slug, "owner": draft.owner, "title": draft.title, "base": draft.base}
        rest, content = msgspec.json.encode(about)[1:], bytes(draft.content)
        places = [keys.drafts(host), keys.draft(host, of)]
        done, found = self._keep(places, [of, version, rest, content, self._ms, self._most])
        if done == 0:
            raise VersionConflict(None if found < 0 else found)
        if done == 2:
            raise LimitReached(f"you have {self._most} drafts, which is the most; save or drop some first")
        return int(found)

    def drop(self, host: str, slug: str, owner: str | None) -> bool:
        """See `Drafts.drop`."""
        of = _of(slug, owner)
        self._redis.delete(keys.draft(host, of))
        return bool(self._redis.hdel(keys.drafts(host), of))

    def all(self, host: str) -> list[DraftSummary]:
        """See `Drafts.all`."""
        found = [_summary(one) for one in self._redis.hvals(keys.drafts(host))]
        seconds, _ = self._redis.time()
        since = seconds * 1000 - self._ms
        if over := [_of(one.slug, one.owner) for one in found if one.updated_at < since]:
            self._redis.hdel(keys.drafts(host), *over)
        return sorted((one for one in found if one.updated_at >= since), key=lambda one: -one.updated_at)

    def editing(self, slug: str, owner: str | None, who: str, leave: bool = False) -> list[str]:
        """See `Drafts.editing`."""
        found: list[str] = self._editing([keys.editing(_of(slug, owner))], [who, 0 if leave else LEASE_MS])
        return found


def _of(slug: str, owner: str | None) -> str:
    return f"{owner or ''}/{slug}"
