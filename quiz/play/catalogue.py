"""What each process knows of the shelves of quizzes, to list and search thousands of them at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import NamedTuple

from quiz.domain.text import fold
from quiz.play.ports import Quizzes, Summary

#: Quizzes that are read at once, so that nobody else waits for thousands.
SOME = 250
#: Seconds after which a shelf is read anew all the same: a release before tells nobody what it changes.
OLD = 60.0

Key = tuple[str, str]


class Listed(NamedTuple):
    """A quiz in a list, and whose it is."""

    key: Key
    text: str
    tags: frozenset[str]
    owner: str | None
    summary: Summary


class Page(NamedTuple):
    """A part of a list; `after` leads to the next, None after the last. `total`: quizzes of the whole list."""

    listed: Sequence[Listed]
    after: Key | None
    total: int


class _Shelf:
    def __init__(self, owner: str | None) -> None:
        self.owner, self.lock = owner, Lock()
        self.listed: list[Listed] = []
        self.by_slug: dict[str, Listed] = {}
        self.marks: tuple[int, int] | None = None
        self.read_at = 0.0


class Catalogue:
    """Knows what lists show, and asks the store only whether that has changed. `clock` counts seconds."""

    def __init__(self, quizzes: Quizzes, clock: Callable[[], float]) -> None:
        self._quizzes, self._clock = quizzes, clock
        self._shelves: dict[str | None, _Shelf] = {}

    def page(
        self, owners: Sequence[str | None], words: str = "", tags: Sequence[str] = (), after: Key | None = None, most: int = 100
    ) -> Page:
        """The quizzes of these owners by title, a slug that several have once, as the first has it.

        Of them those that hold each of the words in title, description, tags or slug, and have all the tags.
        """
        wanted, having = fold(words).split(), {fold(tag) for tag in tags}
        found = [one for one in self._all(owners) if having <= one.tags and all(word in one.text for word in wanted)]
        start = bisect_right(found, after, key=lambda one: one.key) if after else 0
        part = found[start : start + most]
        return Page(part, part[-1].key if start + most < len(found) else None, len(found))

    def tags(self, owners: Sequence[str | None]) -> list[tuple[str, int]]:
        """The tags of these owners' quizzes with how many have each, the most frequent first."""
        spelt: dict[str, str] = {}
        counts: dict[str, int] = {}
        for one in self._all(owners):
            for tag in one.summary.tags:
                counts[fold(tag)] = counts.get(fold(tag), 0) + 1
                spelt.setdefault(fold(tag), tag)
        return [(spelt[tag], counts[tag]) for tag in sorted(counts, key=lambda tag: (-counts[tag], tag))]

    def size(self, owner: str | None) -> tuple[int, int]:
        """How many quizzes an owner has, and their bytes."""
        listed = self._fresh(owner).listed
        return len(listed), sum(one.summary.size for one in listed)

    def _all(self, owners: Sequence[str | None]) -> Sequence[Listed]:
        shelves = [self._fresh(owner) for owner in owners]
        if len(shelves) == 1:
            return shelves[0].listed
        return sorted(_first_of_each(shelves), key=lambda one: one.key)

    def _fresh(self, owner: str | None) -> _Shelf:
        """A shelf as it is now; whoever asks while it is read waits for that."""
        shelf = self._shelves.setdefault(owner, _Shelf(owner))
        with shelf.lock:
            marks = self._quizzes.marks(owner)
            if marks != shelf.marks or self._clock() - shelf.read_at > OLD:
                self._read(shelf)
                shelf.marks, shelf.read_at = marks, self._clock()
        return shelf

    def _read(self, shelf: _Shelf) -> None:
        slugs = self._quizzes.slugs(shelf.owner)
        read: dict[str, Listed] = {}
        for at in range(0, len(slugs), SOME):
            for summary in self._quizzes.summaries(shelf.owner, slugs[at : at + SOME]):
                known = shelf.by_slug.get(summary.slug)
                read[summary.slug] = known if known and known.summary == summary else _listed(summary, shelf.owner)
        shelf.by_slug, shelf.listed = read, sorted(read.values(), key=lambda one: one.key)


def _first_of_each(shelves: Sequence[_Shelf]) -> Iterator[Listed]:
    taken: set[str] = set()
    for shelf in shelves:
        yield from (one for one in shelf.listed if one.summary.slug not in taken)
        taken |= shelf.by_slug.keys()


def _listed(summary: Summary, owner: str | None) -> Listed:
    text = fold("\n".join([summary.title, summary.description, *summary.tags, summary.slug]))
    tags = frozenset(fold(tag) for tag in summary.tags)
    return Listed((summary.title.casefold(), summary.slug), text, tags, owner, summary)
