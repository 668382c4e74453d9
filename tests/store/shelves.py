"""Quizzes, drafts and the register of images in memory, for tests of what is above the store.

`test_quizzes_contract` and `test_images` hold them to what Redis does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import msgspec

from quiz.domain.errors import LimitReached, VersionConflict
from quiz.domain.quiz import Quiz
from quiz.play.drafts import LEASE_MS, Draft, DraftSummary
from quiz.play.holdings import Summary
from quiz.play.images import Kept

Place = tuple[str | None, str]


class MemoryQuizzes:
    """`play.holdings.Quizzes`. `clock` gives epoch milliseconds."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._quizzes: dict[Place, Quiz] = {}
        self._bin: dict[Place, tuple[Quiz, int, str]] = {}
        self._changes = 0

    def get(self, slug: str, owner: str | None = None) -> Quiz | None:
        return self._quizzes.get((owner, slug))

    def put(self, quiz: Quiz) -> Quiz:
        now, there = self._clock(), self._quizzes.get((quiz.owner, quiz.slug))
        kept = msgspec.structs.replace(quiz, version=max(there.version + 1 if there else 0, now), updated_at=now)
        self._quizzes[quiz.owner, quiz.slug] = kept
        self._changes += 1
        return kept

    def save(self, quiz: Quiz, version: int | None) -> Quiz:
        self._check((quiz.owner, quiz.slug), version)
        return self.put(quiz)

    def _check(self, place: Place, version: int | None) -> None:
        there = self._quizzes.get(place)
        if (there.version if there else None) != version:
            raise VersionConflict(there.version if there else None)

    def delete(self, slug: str, owner: str | None = None, version: int | None = None, by: str = "") -> bool:
        place = (owner, slug)
        if place not in self._quizzes:
            return False
        if version is not None:
            self._check(place, version)
        self._bin[place] = (self._quizzes.pop(place), self._clock(), by)
        self._changes += 1
        return True

    def deleted(self, slug: str, owner: str | None = None) -> Quiz | None:
        return self._bin[owner, slug][0] if (owner, slug) in self._bin else None

    def forget(self, slug: str, owner: str | None = None) -> None:
        self._bin.pop((owner, slug), None)

    def bin(self, owner: str | None = None) -> list[Summary]:
        found = [_summary(*gone) for (whose, _), gone in self._bin.items() if whose == owner]
        return sorted(found, key=lambda one: -one.deleted_at)

    def slugs(self, owner: str | None = None) -> list[str]:
        return [slug for whose, slug in self._quizzes if whose == owner]

    def summaries(self, owner: str | None, slugs: Sequence[str]) -> list[Summary]:
        return [_summary(self._quizzes[owner, slug]) for slug in slugs if (owner, slug) in self._quizzes]

    def all(self, owner: str | None = None) -> list[Summary]:
        return sorted(self.summaries(owner, self.slugs(owner)), key=lambda one: (one.title.casefold(), one.slug))

    def marks(self, owner: str | None = None) -> tuple[int, int]:
        return self._changes, len(self.slugs(owner))


def _summary(quiz: Quiz, deleted_at: int = 0, by: str | None = None) -> Summary:
    names = ("version", "slug", "title", "description", "language", "tags", "updated_at")
    return Summary(
        **{name: getattr(quiz, name) for name in names},
        updated_by=quiz.updated_by if by is None else by,
        question_count=len(quiz.questions),
        size=len(msgspec.json.encode(msgspec.structs.replace(quiz, version=0, updated_at=0))),
        deleted_at=deleted_at,
    )


class MemoryDrafts:
    """`play.drafts.Drafts`. `clock` gives epoch milliseconds."""

    def __init__(self, clock: Callable[[], int], most: int = 200) -> None:
        self._clock, self._most = clock, most
        self._drafts: dict[str, dict[Place, Draft]] = {}
        self._editing: dict[Place, dict[str, int]] = {}

    def get(self, host: str, slug: str, owner: str | None) -> Draft | None:
        return self._drafts.get(host, {}).get((owner, slug))

    def keep(self, host: str, draft: Draft, version: int | str) -> int:
        its, place, now = self._drafts.setdefault(host, {}), (draft.owner, draft.slug), self._clock()
        there = its.get(place)
        if version != "any" and (there.version if there else "none") != version:
            raise VersionConflict(there.version if there else None)
        if not there and len(its) >= self._most:
            raise LimitReached
        kept = max(there.version + 1 if there else 0, now)
        its.pop(place, None)
        its[place] = msgspec.structs.replace(draft, version=kept, updated_at=now)
        return kept

    def drop(self, host: str, slug: str, owner: str | None) -> bool:
        return self._drafts.get(host, {}).pop((owner, slug), None) is not None

    def all(self, host: str) -> list[DraftSummary]:
        names = DraftSummary.__struct_fields__
        return [
            DraftSummary(**{name: getattr(one, name) for name in names}) for one in reversed(self._drafts.get(host, {}).values())
        ]

    def editing(self, slug: str, owner: str | None, who: str, leave: bool = False) -> list[str]:
        its, now = self._editing.setdefault((owner, slug), {}), self._clock()
        its.pop(who, None)
        if not leave:
            its[who] = now + LEASE_MS
        for one in [one for one, until in its.items() if until <= now]:
            del its[one]
        return list(its)


class MemoryRegister:
    """`play.images.Register`."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}
        self._bytes: Counter[str] = Counter()

    def get(self, id: str) -> Kept | None:
        return self._kept.get(id)

    def put(self, id: str, kept: Kept) -> None:
        self._kept[id] = kept

    def delete(self, id: str) -> None:
        self._kept.pop(id, None)

    def all(self) -> dict[str, Kept]:
        return dict(self._kept)

    def bytes_of(self, owner: str) -> int:
        return self._bytes[owner]

    def add_bytes(self, owner: str, count: int) -> None:
        self._bytes[owner] += count

    def set_bytes(self, counts: Mapping[str, int]) -> None:
        self._bytes = Counter(counts)
