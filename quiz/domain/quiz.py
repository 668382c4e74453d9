"""A quiz: a title and its questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from zlib import crc32

import msgspec

from quiz.domain.errors import ContentError
from quiz.domain.question import MAX_TEXT, Flaw, Question, examined, optional_field, question, text_field
from quiz.domain.text import fold, has_control, slug, tidy

MAX_QUESTIONS, MAX_TITLE, MAX_LANGUAGE = 10_000, 200, 35
MAX_TAGS, MAX_TAG = 20, 40
#: Of everything that is stored, so that later releases can read it.
SCHEMA = 1


class Quiz(msgspec.Struct, frozen=True, omit_defaults=True):
    """Content that games are made from; `slug` names it among those of its owner, a host, or None where all hosts share it.

    `version` grows each time that it is stored, also over deleting and making it anew; 0 where it was never stored, or by a
    release that had none. `updated_at` is in epoch milliseconds, `updated_by` the host who did, "" for the command line.
    """

    slug: str
    title: str
    questions: tuple[Question, ...]
    description: str = ""
    language: str = ""
    owner: str | None = None
    tags: tuple[str, ...] = ()
    version: int = 0
    updated_at: int = 0
    updated_by: str = ""


class Problem(msgspec.Struct, frozen=True):
    """Something in a file that can't be used: where (`"line 4"`, `"question 2"`) and why.

    `question` is what was made out of a question all the same, as it stands in the file; None where it is not about a question.
    """

    place: str
    reason: str
    question: Mapping[str, Any] | None = None

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
    tags: tuple[str, ...] = ()
    try:
        tags = tags_field(raw.get("tags"))
    except ContentError as error:
        problems.append(Problem("file", str(error)))
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
    return Quiz(name_of(title, fallback_title), title, questions, description or "", language or "", tags=tags), problems


def name_of(title: str, fallback_title: str = "") -> str:
    """The slug that a quiz gets by its title."""
    # A title without a Latin letter or digit, "词汇": any name that is the same at the next import.
    return slug(title) or slug(fallback_title) or f"quiz-{crc32(title.encode()):08x}"


def tags_field(value: Any) -> tuple[str, ...]:
    """The tags of a list, each once however it is written; raises ContentError unless each is a short text on one line."""
    if value is None:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > MAX_TAGS:
        raise ContentError(f"tags: must be a list of at most {MAX_TAGS}")
    kept: dict[str, str] = {}
    for one in value:
        tag = text_field(tidy(one) if isinstance(one, str) else one, "tags", MAX_TAG)
        if has_control(tag):
            raise ContentError("tags: holds a character that nobody can see")
        kept.setdefault(fold(tag), tag)
    return tuple(kept.values())


def written(raw: Any) -> tuple[Quiz | None, list[Flaw]]:
    """The quiz that an editor sends (contract §8, JSON, and `tags`), or None and everything that is wrong with it."""
    if not isinstance(raw, Mapping):
        return None, [Flaw((), "a quiz is an object")]
    flaws: list[Flaw] = []

    def part(field: str, read: Callable[..., Any], *args: Any) -> Any:
        try:
            return read(raw.get(field), *args)
        except ContentError as error:
            flaws.append(Flaw((field,), str(error)))
            return None

    title = part("title", text_field, "title", MAX_TITLE)
    description = part("description", optional_field, "description", MAX_TEXT)
    language = part("language", optional_field, "language", MAX_LANGUAGE)
    tags = part("tags", tags_field)
    questions = _written(raw.get("questions"), flaws)
    if flaws:
        return None, flaws
    return Quiz(name_of(title), title, questions, description or "", language or "", tags=tags), []


def _written(raw: Any, flaws: list[Flaw]) -> tuple[Question, ...]:
    """The sound questions; `flaws` gets what is wrong with the others."""
    if not isinstance(raw, Sequence) or isinstance(raw, str) or not 1 <= len(raw) <= MAX_QUESTIONS:
        flaws.append(Flaw(("questions",), f"questions: a quiz has 1 to {MAX_QUESTIONS}"))
        return ()
    made: dict[str, Question] = {}
    for at, one in enumerate(raw):
        built, wrong = examined(one, at + 1) if isinstance(one, Mapping) else (None, [Flaw((), "is no object")])
        flaws += [flaw.below("questions", at) for flaw in wrong]
        if built is not None and made.setdefault(built.id, built) is not built:
            flaws.append(Flaw(("questions", at, "id"), f"id: {built.id!r} is another question's"))
    return tuple(made.values())


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
            problems.append(Problem(place, str(error), one if isinstance(one, Mapping) else error.understood))
        else:
            made[built.id] = built
    return tuple(made.values()), problems
