"""What is kept beside games that run, as Protocols that the store implements: quizzes, accounts, records of finished games."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from quiz.domain.game import Mode
from quiz.domain.quiz import Quiz


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What lists show of a quiz. `size` is in bytes; `deleted_at`, epoch milliseconds, is 0 unless it was deleted.

    Releases before knew no more than `slug`, `title`, `description`, `language`, `question_count`.
    """

    version: int = 0
    slug: str
    title: str
    description: str = ""
    language: str = ""
    question_count: int
    tags: tuple[str, ...] = ()
    updated_at: int = 0
    updated_by: str = ""
    size: int = 0
    deleted_at: int = 0


class Quizzes(Protocol):
    """The quizzes that games are made from. Each owner's have slugs of their own; None owns those that all hosts share."""

    def get(self, slug: str, owner: str | None = None) -> Quiz | None:
        """One quiz."""

    def put(self, quiz: Quiz) -> Quiz:
        """Stores a quiz, in place of one with its slug and owner; as it is then, with its version."""

    def save(self, quiz: Quiz, version: int | None) -> Quiz:
        """As `put`, but raises VersionConflict unless the version there is this one; None: unless there is no such quiz."""

    def delete(self, slug: str, owner: str | None = None, version: int | None = None, by: str = "") -> bool:
        """Removes a quiz; False if there was none. Raises VersionConflict unless `version`, where given, is its.

        For some time it can be had by `deleted`.
        """

    def deleted(self, slug: str, owner: str | None = None) -> Quiz | None:
        """A quiz as it was when it was deleted; the last one of its slug."""

    def forget(self, slug: str, owner: str | None = None) -> None:
        """Nothing is left of a quiz that was deleted."""

    def bin(self, owner: str | None = None) -> list[Summary]:
        """What was deleted of an owner's, the newest first."""

    def slugs(self, owner: str | None = None) -> list[str]:
        """Of all of an owner's."""

    def summaries(self, owner: str | None, slugs: Sequence[str]) -> list[Summary]:
        """Of these of an owner's, as far as they are there."""

    def all(self, owner: str | None = None) -> list[Summary]:
        """Of all of an owner's, by title."""

    def marks(self, owner: str | None = None) -> tuple[int, int]:
        """Two numbers of which one is another when anything of an owner's has been changed."""


class Host(msgspec.Struct, frozen=True, kw_only=True):
    """An account that runs games; an admin's may do everything."""

    name: str
    password_hash: str
    created_at: int
    admin: bool = False
    schema: int = 1


class Hosts(Protocol):
    """The accounts of hosts."""

    def get(self, name: str) -> Host | None:
        """One account."""

    def replace(self, before: Host | None, after: Host) -> bool:
        """Stores an account, if what there is under its name is what there was before; False if it is something else by now."""

    def delete(self, name: str) -> bool:
        """Removes an account; False if there was none."""

    def all(self) -> list[Host]:
        """All of them, by name."""


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """What lists show of a finished game. Times are epoch milliseconds.

    `kept_until`: when its record goes away by itself; 0 if it never does, or the game has none yet.
    """

    id: str
    pin: str
    quiz: str
    title: str
    mode: Mode
    host: str | None
    created_at: int
    finished_at: int
    question_count: int
    players: int
    kept_until: int

    @property
    def place(self) -> tuple[int, str]:
        """Where it stands among others: the later, the greater."""
        return self.finished_at, self.id


class Results(Protocol):
    """The records of finished games, as `Games.archive` keeps them, and a list of them. Raises ServerBusy."""

    def note(self, summary: Finished) -> None:
        """Puts a game on the list, which has it once. `kept_until` is filled in."""

    def page(
        self, hosts: Sequence[str | None] | None, quiz: str | None, before: tuple[int, str] | None, most: int
    ) -> list[Finished]:
        """The newest `most` finished games of these hosts (None among them: those that are shared; None for all: everybody's).

        Of one quiz, if one is named; and `before` a place (see `Finished.place`).
        """

    def record(self, game_id: str) -> tuple[bytes, int] | None:
        """A record, and when it goes away by itself, in epoch milliseconds."""

    def replace(self, game_id: str, old: bytes, new: bytes) -> bool:
        """Puts a record in the place of `old`, for as long as that would have stayed; False if `old` is not there any more."""

    def bury(self, game_id: str, record: bytes) -> None:
        """Takes a game off the list. Its record is this one, for the time in which it might be brought back otherwise."""
