"""How quizzes come to be, change and go: by whom, within which bounds, and never over somebody else's change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import count

import msgspec

from quiz.domain.errors import DraftNotFound, LimitReached, QuizNotFound, VersionConflict
from quiz.domain.quiz import MAX_TITLE, Quiz, name_of
from quiz.play import rights
from quiz.play.catalogue import Catalogue
from quiz.play.drafts import Draft, Drafts
from quiz.play.holdings import Quizzes, Summary
from quiz.play.rights import Person

#: Slugs that are tried for a quiz whose own is taken while it is stored.
TRIES = 50

#: Whose quizzes somebody has before them, from `rights.shelves`.
Owners = Sequence[str | None]


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """How many quizzes a host may have and of how many bytes, together and each. What is shared is not bounded but each."""

    quizzes: int
    bytes: int
    quiz_bytes: int


class Authoring:
    """Quizzes as hosts write them. Every call raises ServerBusy while the store is away, and what `rights` raises."""

    def __init__(self, quizzes: Quizzes, drafts: Drafts, catalogue: Catalogue, bounds: Bounds) -> None:
        self._quizzes, self.drafts, self._catalogue, self.bounds = quizzes, drafts, catalogue, bounds
        self.refused: Counter[str] = Counter()

    def find(self, owners: Owners, slug: str) -> Quiz:
        """The quiz of the first who has one of this slug; raises QuizNotFound."""
        for owner in owners:
            if (found := self._quizzes.get(slug, owner)) is not None:
                return found
        raise QuizNotFound

    def about(self, owners: Owners, slug: str) -> tuple[str | None, Summary | None]:
        """As `find`, whose it is and what lists show of it; where there is none, whose a new one would be."""
        for owner in owners:
            if found := self._quizzes.summaries(owner, [slug]):
                return owner, found[0]
        return owners[0], None

    def create(self, person: Person, owner: str | None, quiz: Quiz) -> Quiz:
        """Stores a new quiz of `owner`, under another slug if its own is taken. Raises LimitReached."""
        rights.author(person, owner)
        self._make_room(owner, quiz)
        wanted = msgspec.structs.replace(quiz, owner=owner, updated_by=person.name)
        for slug in self._free(owner, quiz.slug):
            try:
                return self._quizzes.save(msgspec.structs.replace(wanted, slug=slug), None)
            except VersionConflict:  # somebody else took it just now
                continue
        raise LimitReached("no name is free for this quiz; give it another title")

    def _free(self, owner: str | None, slug: str) -> list[str]:
        taken = set(self._quizzes.slugs(owner))
        names = (slug if number == 1 else f"{slug}-{number}" for number in count(1))
        free = (name for name in names if name not in taken)
        return [next(free) for _ in range(TRIES)]

    def save(self, person: Person, owners: Owners, slug: str, quiz: Quiz, version: int | None) -> Quiz:
        """Stores `quiz` in place of the one of this version (None: whatever it is). Slug and owner stay.

        Raises VersionConflict, LimitReached.
        """
        old = self.find(owners, slug)
        rights.author(person, old.owner)
        self._make_room(old.owner, quiz, old)
        expected = old.version if version is None else version
        try:
            return self._quizzes.save(msgspec.structs.replace(quiz, slug=slug, owner=old.owner, updated_by=person.name), expected)
        except VersionConflict:
            raise self._conflict(slug, old.owner) from None

    def delete(self, person: Person, owners: Owners, slug: str, version: int | None) -> None:
        """Removes the quiz of this version (None: whatever it is); for some time it can be restored. Raises VersionConflict."""
        owner, known = self.about(owners, slug)
        if known is None:
            raise QuizNotFound
        rights.author(person, owner)
        try:
            if not self._quizzes.delete(slug, owner, version, person.name):
                raise QuizNotFound
        except VersionConflict:
            raise self._conflict(slug, owner) from None

    def restore(self, person: Person, owner: str | None, slug: str) -> Quiz:
        """Brings a deleted quiz back, under another slug if its own is taken by now."""
        rights.author(person, owner)
        gone = self._quizzes.deleted(slug, owner)
        if gone is None:
            raise QuizNotFound("there is no deleted quiz with this name, or it has been too long")
        made = self.create(person, owner, gone)
        self._quizzes.forget(slug, owner)
        return made

    def duplicate(self, person: Person, owners: Owners, slug: str, owner: str | None, title: str | None) -> Quiz:
        """A copy of a quiz for `owner`."""
        original = self.find(owners, slug)
        named = title or f"{original.title[: MAX_TITLE - 7]} (copy)"
        return self.create(person, owner, msgspec.structs.replace(original, title=named, slug=name_of(named)))

    def keep_draft(self, person: Person, owners: Owners, draft: Draft, version: int | str) -> tuple[int, Summary | None]:
        """Keeps a draft (see `Drafts.keep`); its new version, and what lists show of its quiz, if there is one."""
        owner, known = self.about(owners, draft.slug)
        rights.author(person, owner)
        return self.drafts.keep(person.name, msgspec.structs.replace(draft, owner=owner), version), known

    def draft(self, person: Person, owners: Owners, slug: str) -> Draft:
        """Somebody's own draft of a quiz; raises DraftNotFound."""
        found = self.drafts.get(person.name, slug, self.about(owners, slug)[0])
        if found is None:
            raise DraftNotFound
        return found

    def drop_draft(self, person: Person, owners: Owners, slug: str) -> None:
        """Removes it; raises DraftNotFound."""
        if not self.drafts.drop(person.name, slug, self.about(owners, slug)[0]):
            raise DraftNotFound

    def editing(
        self, person: Person, owners: Owners, slug: str, editor: str, leave: bool = False
    ) -> tuple[list[tuple[str, str]], Summary | None]:
        """Notes that somebody has a quiz open in an editor, or no longer; all who have, as name and editor, and the quiz."""
        owner, known = self.about(owners, slug)
        rights.author(person, owner)
        found = self.drafts.editing(slug, owner, f"{person.name}/{editor}", leave)
        pairs = (one.partition("/") for one in found)
        return [(name, its) for name, _, its in pairs], known

    def _make_room(self, owner: str | None, quiz: Quiz, old: Quiz | None = None) -> None:
        bounds, size = self.bounds, len(msgspec.json.encode(quiz))
        if size > bounds.quiz_bytes:
            self._refuse("quiz_bytes", f"a quiz has {bounds.quiz_bytes} bytes at most; this one has {size}")
        if owner is None:
            return
        has, held = self._catalogue.size(owner)
        if old is None and has >= bounds.quizzes:
            self._refuse("quizzes_per_host", f"you have {has} quizzes, which is the most; delete some first")
        if held + size - (len(msgspec.json.encode(old)) if old else 0) > bounds.bytes:
            self._refuse("quiz_bytes_per_host", f"all your quizzes together have {bounds.bytes} bytes at most")

    def _refuse(self, limit: str, words: str) -> None:
        self.refused[limit] += 1
        raise LimitReached(words)

    def _conflict(self, slug: str, owner: str | None) -> VersionConflict:
        now = self._quizzes.summaries(owner, [slug])
        return VersionConflict(now[0].version, now[0].updated_by) if now else VersionConflict()
