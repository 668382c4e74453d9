"""A quiz: a title and its questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from zlib import crc32

import msgspec

from quiz.domain.errors import ContentError
from quiz.domain.question import MAX_TEXT, Question, optional_field, question, text_field
from quiz.domain.text import slug

MAX_QUESTIONS, MAX_TITLE, MAX_LANGUAGE = 10_000, 200, 35
#: Of everything that is stored, so that later releases can read it.
SCHEMA = 1


class Quiz(msgspec.Struct, frozen=True, omit_defaults=True):
    """Content that games are made from; `slug` names it among those of its owner, a host, or None where all hosts share it."""

    slug: str
    title: str
    questions: tuple[Question, ...]
    description: str = ""
    language: str = ""
    owner: str | None = None


class Problem(msgspec.Struct, frozen=True):
    """Something in a file that can't be used: where (`"line 4"`, `"question 2"`) and why."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


def quiz(raw: Mapping[str, Any], places: Iterable[str], fallback_title: str) -> tuple[Quiz | None, list[Problem]]:
    """The quiz that `raw` describes (contract §8, JSON) out of its sound questions, and what is wrong with the others.

    `places` names each question as the reader of the file knows it; in place of a question that it could not make out, a
    reader puts a ContentError. The quiz is None if nothing of it can be used.
    """
    problems: list[Problem] = []

    def told(field: str, most: int) -> str | None:
        try:
            return optional_field(raw.get(field), field, most)
        except ContentError as error:
            problems.append(Problem("file", str(error)))
            return None

    title, description, language = told("title", MAX_TITLE), told("description", MAX_TEXT), told("language", MAX_LANGUAGE)
    try:
        title = title or text_field(fallback_title, "title", MAX_TITLE)
    except ContentError as error:
        return None, [*problems, Problem("file", str(error))]
    if not raw["questions"]:
        return None, [*problems, Problem("file", "holds no question")]
    if len(raw["questions"]) > MAX_QUESTIONS:
        return None, [*problems, Problem("file", f"holds more than {MAX_QUESTIONS} questions")]
    questions, unsound = _questions(raw["questions"], places)
    problems += unsound
    if not questions:
        return None, problems
    # A title without a Latin letter or digit, "词汇": any name that is the same at the next import.
    name = slug(title) or slug(fallback_title) or f"quiz-{crc32(title.encode()):08x}"
    return Quiz(name, title, questions, description or "", language or ""), problems


def _questions(raw: Iterable[Any], places: Iterable[str]) -> tuple[tuple[Question, ...], list[Problem]]:
    made: dict[str, Question] = {}
    problems: list[Problem] = []
    for number, (place, one) in enumerate(zip(places, raw, strict=True), 1):
        try:
            if isinstance(one, ContentError):
                raise one
            if not isinstance(one, Mapping):
                raise ContentError("is no object")
            built = question(one, number)
            if built.id in made:
                raise ContentError(f"id: {built.id!r} is another question's")
        except ContentError as error:
            problems.append(Problem(place, str(error)))
        else:
            made[built.id] = built
    return tuple(made.values()), problems
