"""A question: its type, choices and what is right. Made by `question()` or `examined()` only, so that every question that exists
is sound.
"""

from __future__ import annotations

import random
import re
import reprlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, get_args

import msgspec

from quiz.domain.errors import ContentError
from quiz.domain.text import fold, has_control, has_heap, tidy

QuestionType = Literal["single", "multiple", "true_false", "text", "number", "order", "poll"]
TYPES: tuple[str, ...] = get_args(QuestionType)
#: Types whose answers name choices by id.
WITH_CHOICES = frozenset({"single", "multiple", "order", "poll"})

MAX_TEXT, MAX_CHOICE, MAX_CHOICES, MAX_SPELLINGS, MAX_ANSWER, MAX_IMAGE, MAX_ALT = 1000, 300, 8, 50, 200, 2000, 300
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:")
MAX_POINTS, MAX_TIME_LIMIT_S, MAX_NUMBER = 10_000, 3600, 1e15
DEFAULT_TIME_LIMIT_S = 20.0


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """One choice; its id is its place in the order that the game holds."""

    id: int
    text: str
    image: str | None = None


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """One question of a quiz.

    `correct` has the shape of an answer to this type: an id, a tuple of ids, a bool, a tuple of spellings, a number,
    a tuple of ids in order, or None for a poll. `time_limit` is in seconds. `points` is None where the mode decides.
    """

    id: str
    type: QuestionType
    text: str
    correct: Any = None
    choices: tuple[Choice, ...] = ()
    tolerance: float = 0.0
    time_limit: float = DEFAULT_TIME_LIMIT_S
    points: int | None = None
    explanation: str | None = None
    image: str | None = None
    image_alt: str | None = None

    @property
    def time_limit_ms(self) -> int:
        """How long the question is open, in milliseconds."""
        return round(self.time_limit * 1000)


class Flaw(msgspec.Struct, frozen=True):
    """What is wrong with one part: where, as names of fields and indexes from 0 (`("choices", 1, "text")`), and why."""

    path: tuple[str | int, ...]
    reason: str

    def below(self, *path: str | int) -> Flaw:
        """The same, seen from further up."""
        return Flaw((*path, *self.path), self.reason)


def question(raw: Mapping[str, Any], number: int) -> Question:
    """The question that `raw` describes (contract §8, JSON), the `number`-th of its quiz counted from 1.

    Raises ContentError, whose words name the field and the rule.
    """
    made, flaws = examined(raw, number)
    if made is None:
        raise ContentError(flaws[0].reason)
    return made


def examined(raw: Mapping[str, Any], number: int) -> tuple[Question | None, list[Flaw]]:
    """As `question`, but with everything that is wrong; the question is None if anything is."""
    flaws: list[Flaw] = []

    def part(field: str, read: Callable[..., Any], *args: Any) -> Any:
        return _read(flaws, (field,), read, *args)

    def optional(field: str, most: int) -> Any:
        return part(field, optional_field, raw.get(field), field, most)

    def number_of(field: str, default: float, least: float, most: float) -> Any:
        return part(field, _number, _given(raw, field, default), field, least, most)

    kind = part("type", _kind, _given(raw, "type", "single"))
    choices = _choices(raw.get("choices"), kind, flaws) if kind else None
    correct = part("correct", _correct, raw.get("correct"), kind, len(choices)) if choices is not None else None
    name = part("id", text_field, _given(raw, "id", f"q{number}"), "id", 64)
    text = part("text", text_field, raw.get("text"), "text", MAX_TEXT)
    tolerance = number_of("tolerance", 0, 0, MAX_NUMBER)
    time_limit = number_of("time_limit", DEFAULT_TIME_LIMIT_S, 1, MAX_TIME_LIMIT_S)
    points = part("points", _points, raw.get("points"))
    explanation = optional("explanation", MAX_TEXT)
    image = part("image", image_field, raw.get("image"), "image")
    alt = optional("image_alt", MAX_ALT)
    if flaws or choices is None:
        return None, flaws
    if kind == "order" and correct is None:
        choices, correct = _shuffled(choices, name)
    made = Question(
        id=name,
        type=kind,
        text=text,
        correct=correct,
        choices=choices,
        tolerance=float(tolerance),
        time_limit=float(time_limit),
        points=points,
        explanation=explanation,
        image=image,
        image_alt=alt,
    )
    return made, []


def _read(flaws: list[Flaw], path: tuple[str | int, ...], read: Callable[..., Any], *args: Any) -> Any:
    try:
        return read(*args)
    except ContentError as error:
        flaws.append(Flaw(path, str(error)))
        return None


def _kind(value: Any) -> str:
    if value not in TYPES:
        raise ContentError(f"type: {reprlib.repr(value)} is none of {', '.join(TYPES)}")
    return str(value)


def _given(raw: Mapping[str, Any], field: str, default: Any) -> Any:
    value = raw.get(field)
    return default if value is None or value == "" else value


def text_field(value: Any, field: str, most: int) -> str:
    """`value` without the spaces around it; raises ContentError unless it is a text of 1 to `most` characters."""
    if value is not None and not isinstance(value, str):
        raise ContentError(f"{field}: {reprlib.repr(value)} is no text")
    if not value or not value.strip():
        raise ContentError(f"{field}: is missing")
    if len(value) > most:
        raise ContentError(f"{field}: has {len(value)} characters, {most} are allowed")
    if any("\ud800" <= c <= "\udfff" or c == "\0" for c in value):
        raise ContentError(f"{field}: holds a character that is no text")
    return value.strip()


def optional_field(value: Any, field: str, most: int) -> str | None:
    """As `text_field`, but None where there is nothing or nothing but spaces."""
    return None if value is None or (isinstance(value, str) and not value.strip()) else text_field(value, field, most)


def image_field(value: Any, field: str) -> str | None:
    """As `optional_field`, for the address of a picture; raises ContentError for one that no picture has, such as javascript:."""
    address = optional_field(value, field, MAX_IMAGE)
    # Browsers read over spaces and controls in front of and inside of a scheme.
    read = "".join(c for c in address or "" if c > " ").lower()
    if _SCHEME.match(read) and not read.startswith(("http:", "https:", "data:image/")):
        raise ContentError(f"{field}: {reprlib.repr(address)} is no address of a picture")
    return address


def _number(value: Any, field: str, least: float, most: float) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ContentError(f"{field}: {reprlib.repr(value)} is no number")
    # Comparing also keeps out NaN, and integers too large for a float, which math.isfinite chokes on.
    if not least <= value <= most:
        raise ContentError(f"{field}: must be between {least:g} and {most:g}")
    return value


def _points(value: Any) -> int | None:
    if value is None or value == "":
        return None
    if _number(value, "points", 0, MAX_POINTS) != int(value):
        raise ContentError(f"points: {value} is no whole number")
    return int(value)


def _choices(value: Any, kind: str, flaws: list[Flaw]) -> tuple[Choice, ...] | None:
    """None if a choice is not sound; `flaws` gets what is wrong."""
    if kind not in WITH_CHOICES:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, str) or not 2 <= len(value) <= MAX_CHOICES:
        flaws.append(Flaw(("choices",), f"choices: a question of type {kind} has 2 to {MAX_CHOICES}"))
        return None
    made, unsound = [], len(flaws)
    for i, one in enumerate(value):
        text, image = (one.get("text"), one.get("image")) if isinstance(one, Mapping) else (one, None)
        name = f"choice {i + 1}"
        text = _read(flaws, ("choices", i, "text"), text_field, text, name, MAX_CHOICE)
        image = _read(flaws, ("choices", i, "image"), image_field, image, f"image of {name}")
        made.append(Choice(i, text, image))
    return tuple(made) if len(flaws) == unsound else None


def _ids(value: Any, count: int) -> tuple[int, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ContentError("correct: must be a list of choices")
    for one in value:
        if isinstance(one, bool) or not isinstance(one, int):
            raise ContentError(f"correct: {reprlib.repr(one)} is no choice")
        if not 0 <= one < count:
            raise ContentError(f"correct: there is no choice {reprlib.repr(one)}; there are {count}, counted from 0")
    if len(set(value)) != len(value):
        raise ContentError("correct: names a choice twice")
    return tuple(value)


def _correct(value: Any, kind: str, count: int) -> Any:
    match kind:
        case "poll":
            return None
        case "order" if value in (None, "", [], ()):
            return None
        case _ if value is None or value == "":
            raise ContentError("correct: is missing")
        case "single":
            ids = _ids([value] if isinstance(value, int) else value, count)
            if len(ids) != 1:
                raise ContentError("correct: a question of type single has one right choice")
            return ids[0]
        case "multiple":
            ids = _ids([value] if isinstance(value, int) else value, count)
            if not ids:
                raise ContentError("correct: is missing")
            return tuple(sorted(ids))
        case "order":
            ids = _ids(value, count)
            if len(ids) != count:
                raise ContentError("correct: must hold every item once")
            return ids
        case "true_false":
            if not isinstance(value, bool):
                raise ContentError(f"correct: {reprlib.repr(value)} is neither true nor false")
            return value
        case "number":
            return _number(value, "correct", -MAX_NUMBER, MAX_NUMBER)
        case _:
            return _spellings([value] if isinstance(value, str) else value)


def _spellings(value: Any) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or not 1 <= len(value) <= MAX_SPELLINGS:
        raise ContentError(f"correct: a question of type text has 1 to {MAX_SPELLINGS} accepted spellings")
    kept: dict[str, str] = {}
    for one in value:
        # Tidied first: NFKC makes some characters many, and what is kept has to pass here again after an export.
        spelling = text_field(tidy(one) if isinstance(one, str) else one, "correct", MAX_ANSWER)
        if has_control(spelling) or has_heap(spelling):
            raise ContentError("correct: holds a character that no answer may hold, so nobody could give it")
        kept.setdefault(fold(spelling), spelling)
    return tuple(kept.values())


def _shuffled(items: tuple[Choice, ...], seed: str) -> tuple[tuple[Choice, ...], tuple[int, ...]]:
    """Items that a file lists in their right order, held in another one, and the ids that restore it.

    The seed makes a second import of one file the same quiz.
    """
    places = list(range(len(items)))
    rng = random.Random(seed + "|" + "|".join(c.text for c in items))
    while places == sorted(places):
        rng.shuffle(places)
    held = tuple(Choice(i, items[p].text, items[p].image) for i, p in enumerate(places))
    return held, tuple(places.index(i) for i in range(len(items)))
