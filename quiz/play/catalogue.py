"""What each process knows of the shelves of quizzes, to list and search thousands of them at once."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from threading import Lock
from typing import NamedTuple

from quiz.domain.text import caseless, fold
from quiz.play.holdings import Quizzes, Summary

#: Quizzes that are read at once, so that nobody else waits for thousands.
SOME = 1000
#: Seconds after which a shelf is read anew all the same: a release before tells nobody what it changes.
OLD = 60.0
#: Lists of several owners that are kept joined.
JOINED = 100

Key = tuple[str, str]


class Listed(NamedTuple):
    """A quiz in a list, and whose it is. `text` is what words are looked for in; `tags` are told by how they are compared."""

    key: Key
    text: str
    tags: dict[str, str]
    owner: str | None
    summary: Summary


class Page(NamedTuple):
    """A part of a list; `after` leads to the next, None after the last. `total`: quizzes of the whole list."""

    listed: Sequence[Listed]
    after: Key | None
    total: int


class _Shelf:
    """What was read of an owner's last; `listed` is a new list each time."""

    def __init__(self, owner: str | None) -> None:
        self.owner, self.lock = owner, Lock()
        self.listed: list[Listed] = []
        self.by_slug: dict[str, Listed] = {}
        self.bytes = 0
        self.marks: tuple[int, int] | None = None
        self.read_at = 0.0


class _Joined:
    """The lists of several owners as one, made from `parts`."""

    def __init__(self, parts: list[list[Listed]], listed: list[Listed]) -> None:
        self.parts, self.listed = parts, listed

    @cached_property
    def tags(self) -> list[tuple[str, int]]:
        """Of all, with how many have each."""
        return _counted(self.listed)


class Catalogue:
    """Knows what lists show, and asks the store only whether that has changed. `clock` counts seconds."""

    def __init__(self, quizzes: Quizzes, clock: Callable[[], float]) -> None:
        self._quizzes, self._clock = quizzes, clock
        self._shelves: dict[str | None, _Shelf] = {}
        self._joined: OrderedDict[tuple[str | None, ...], _Joined] = OrderedDict()

    def page(
        self, owners: Sequence[str | None], words: str = "", tags: Sequence[str] = (), after: Key | None = None, most: int = 100
    ) -> Page:
        """The quizzes of these owners by title, a slug that several have once, as the first has it.

        Of them those that hold each of the words in title, description, tags or slug, and have all the tags.
        """
        found = self.having(owners, tags)
        for word in fold(words).split():
            found = [one for one in found if word in one.text]
        start = bisect_right(found, after, key=lambda one: one.key) if after else 0
        part = found[start : start + most]
        return Page(part, part[-1].key if start + most < len(found) else None, len(found))

    def having(self, owners: Sequence[str | None], tags: Sequence[str]) -> Sequence[Listed]:
        """The quizzes of these owners by title that have all the tags."""
        found = self._all(owners).listed
        for tag in map(fold, tags):
            found = [one for one in found if tag in one.tags]
        return found

    def tags(self, owners: Sequence[str | None]) -> list[tuple[str, int]]:
        """The tags of these owners' quizzes with how many have each, the most frequent first."""
        return self._all(owners).tags

    def size(self, owner: str | None) -> tuple[int, int]:
        """How many quizzes an owner has, and their bytes."""
        shelf = self._fresh(owner)
        return len(shelf.listed), shelf.bytes

    def _all(self, owners: Sequence[str | None]) -> _Joined:
        shelves, of = [self._fresh(owner) for owner in owners], tuple(owners)
        parts = [shelf.listed for shelf in shelves]
        known = self._joined.get(of)
        if known is None or any(old is not new for old, new in zip(known.parts, parts, strict=True)):
            known = self._joined[of] = _Joined(parts, sorted(_first_of_each(shelves), key=_key))
            if len(self._joined) > JOINED:
                self._joined.popitem(last=False)
        self._joined.move_to_end(of)
        return known

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
        shelf.by_slug, shelf.listed = read, sorted(read.values(), key=_key)
        shelf.bytes = sum(one.summary.size for one in shelf.listed)


#: Thousands of quizzes have a few tags.
_folded = lru_cache(maxsize=2000)(fold)


def _key(one: Listed) -> Key:
    return one.key


def _first_of_each(shelves: Sequence[_Shelf]) -> Iterator[Listed]:
    taken: set[str] = set()
    for shelf in shelves:
        yield from (one for one in shelf.listed if one.key[1] not in taken)
        taken |= shelf.by_slug.keys()


def _counted(listed: Sequence[Listed]) -> list[tuple[str, int]]:
    counts = Counter(chain.from_iterable(one.tags for one in listed))
    spelt: dict[str, str] = {}
    for one in listed:
        if not one.tags.keys() <= spelt.keys():
            spelt = one.tags | spelt
    return [(spelt[tag], counts[tag]) for tag in sorted(counts, key=lambda tag: (-counts[tag], tag))]


def _listed(summary: Summary, owner: str | None) -> Listed:
    text = caseless("\n".join([summary.title, summary.description, *summary.tags, summary.slug]))
    tags = {_folded(tag): tag for tag in summary.tags}
    return Listed((summary.title.casefold(), summary.slug), text, tags, owner, summary)
