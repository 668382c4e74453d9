"""What every reader of a file works with: the result of an import, what it has made out so far, and the file's bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from quiz.domain.errors import ContentError
from quiz.domain.quiz import MAX_QUESTIONS, MAX_TAG, MAX_TAGS, Problem, Quiz, quiz
from quiz.domain.text import fold, has_control, tidy

MAX_BYTES = 16 * 1024 * 1024


class Import(msgspec.Struct, frozen=True):
    """What was read: a quiz of the sound questions, None if there is none, and what is wrong with the rest of the file.

    `places` says of each question of the quiz where it stood (`"line 4"`). `notes` are things that the quiz has no place for or
    that were read in one of several possible ways; they keep nothing from being imported. `format` is the one that was read.
    """

    quiz: Quiz | None
    problems: list[Problem]
    notes: list[Problem] = []
    places: tuple[str, ...] = ()
    format: str = ""


class Unreadable(Exception):
    """Nothing in this file can be used. `problem` says where it went wrong, and how."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.problem = Problem(place, reason)


class Draft:
    """What a reader has made out so far: each question as contract §8 has it in JSON, or what is wrong with it."""

    def __init__(self) -> None:
        self.questions: list[Any] = []
        self.places: list[str] = []
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        self._tags: dict[str, str] = {}
        self._tags_left_out: dict[str, Problem] = {}

    @property
    def full(self) -> bool:
        """Whether there are more questions than a quiz may have: then reading on is of no use."""
        return len(self.questions) > MAX_QUESTIONS

    def add(self, place: str, made: Callable[[], Any] | ContentError) -> None:
        """Adds the question that `made` gives, or what it raises, which stood at `place`."""
        self.places.append(place)
        if isinstance(made, ContentError):
            self.questions.append(made)
            return
        try:
            self.questions.append(made())
        except ContentError as error:
            self.questions.append(error)

    def note(self, place: str, reason: str) -> None:
        """Adds something that is told and keeps nothing from being imported."""
        self.notes.append(Problem(place, reason))

    def tag(self, place: str, name: str) -> None:
        """Adds a tag of the quiz that stood at `place`, unless it is too long or one too many, which is told."""
        name = tidy(name)
        if not name or fold(name) in self._tags:
            return
        if len(name) > MAX_TAG or len(self._tags) >= MAX_TAGS or has_control(name):
            self._tags_left_out.setdefault(fold(name), Problem(place, f"the tag {name[:50]!r} is left out"))
        else:
            self._tags[fold(name)] = name

    def imported(self, fallback_title: str, **about: Any) -> Import:
        """The import; `about` is what is said of the quiz as a whole."""
        raw = {"tags": list(self._tags.values()), **about, "questions": self.questions}
        made, found = quiz(raw, self.places, fallback_title)
        unsound = {problem.place for problem in found}
        places = tuple(place for place in self.places if place not in unsound) if made else ()
        left_out = list(self._tags_left_out.values())
        more = [Problem("file", f"and {len(left_out) - 1} more tags")] if len(left_out) > 1 else []
        return Import(made, [*self.problems, *found], [*self.notes, *left_out[:1], *more], places)
