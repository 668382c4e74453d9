"""The columns of contract §8, which CSV and XLSX share. Choices in `correct` are counted from 1.

Beside the contract's columns there are `choice_1_image` … `choice_8_image`, so that an export loses nothing.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from quiz.content.imports import Draft
from quiz.content.spreadsheet import joined, parted
from quiz.content.workbook import plain
from quiz.domain.errors import ContentError
from quiz.domain.question import MAX_CHOICES, WITH_CHOICES, Question
from quiz.domain.quiz import Problem, Quiz

#: How many unknown columns are told, and how many digits an integer may have.
MAX_UNKNOWN, MAX_DIGITS = 20, 20

CHOICES = tuple(f"choice_{number}" for number in range(1, MAX_CHOICES + 1))
IMAGES = tuple(f"{choice}_image" for choice in CHOICES)
REQUIRED = ("question", "correct")
NUMBERS = ("tolerance", "time_limit", "points")
COLUMNS = (
    "question",
    "type",
    *CHOICES,
    "correct",
    "tolerance",
    "time_limit",
    "points",
    "explanation",
    "image",
    "image_alt",
    "id",
)
#: Of a quiz, what these columns have no place for.
ABOUT = ("title", "description", "language", "tags")

_CHOICE_NUMBER = re.compile(r"[0-9]{1,3}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?P<fraction>\.[0-9]*)?|\.[0-9]+)(?P<exponent>[eE][+-]?[0-9]+)?")


def names(header: Sequence[str]) -> list[str]:
    """The names of columns as they are compared."""
    return [name.strip().lower() for name in header]


def is_header(header: Sequence[str]) -> bool:
    """Whether a row names the columns that no question goes without."""
    found = names(header)
    return all(name in found for name in REQUIRED)


def check_header(draft: Draft, place: str, names: list[str]) -> None:
    """Adds what is wrong with a header to the draft's problems."""
    # Not passed over: a column whose name is mistyped would otherwise be lost without a word.
    unknown = [name for name in names if name and name not in COLUMNS and name not in IMAGES]
    double = [name for name in COLUMNS + IMAGES if names.count(name) > 1]
    draft.problems += [
        *(Problem(place, f"there is no such column as {reprlib.repr(name)}") for name in unknown[:MAX_UNKNOWN]),
        *(Problem(place, f"the column {name} is there twice") for name in double),
    ]


def question(names: list[str], cells: Sequence[str], unguarded: Callable[[str], str] = str) -> dict[str, Any]:
    """A row as contract §8 has a question in JSON; raises ContentError. `unguarded` undoes what an export did to a cell."""
    for column, cell in enumerate(cells):
        if cell.strip() and not (column < len(names) and names[column]):
            raise ContentError(f"column {column + 1} has a text and no name; does a text lack its quotation marks?")
    # Of a column that is there twice the first counts.
    row = {name: unguarded(cell.strip()) for name, cell in reversed(list(zip(names, cells, strict=False)))}
    kind = row.get("type", "").lower() or "single"
    plain = {"id": row.get("id"), "type": kind, "text": row.get("question")}
    plain |= {field: row.get(field) for field in ("explanation", "image", "image_alt")}
    try:
        choices = _choices(row)
        return {
            **plain,
            "choices": choices,
            "correct": _correct(row.get("correct", ""), kind, len(choices)),
            **{field: number(row.get(field, ""), field) for field in NUMBERS},
        }
    except ContentError as error:
        found = [row[name] for name in CHOICES if row.get(name)]
        error.understood = {**plain, "choices": found, **{field: row.get(field) for field in NUMBERS}}
        raise


def number(cell: str, field: str) -> int | float | None:
    """The number in a cell, None where it is empty; raises ContentError."""
    if not cell:
        return None
    if not (written := _NUMBER.fullmatch(cell)):
        raise ContentError(f"{field}: {reprlib.repr(cell)} is no number; decimals stand behind a point, as in 2.5")
    whole = not written["fraction"] and not written["exponent"]
    # Python refuses to read integers of thousands of digits; a float says that they are too large as well.
    return int(cell) if whole and len(cell) <= MAX_DIGITS else float(cell)


def _choices(row: dict[str, str]) -> list[dict[str, str | None]]:
    choices = [{"text": row.get(name, ""), "image": row.get(image)} for name, image in zip(CHOICES, IMAGES, strict=True)]
    while choices and not choices[-1]["text"] and not choices[-1]["image"]:
        choices.pop()
    for name, choice in zip(CHOICES, choices, strict=False):
        if not choice["text"]:
            raise ContentError(f"{name}: is empty, though a later choice or an image of its own is not")
    return choices


def _correct(cell: str, kind: str, count: int) -> Any:
    if not cell or kind == "poll":
        return None
    if kind in WITH_CHOICES:
        return [choice_id(number.strip(), count) for number in cell.split("|")]
    match kind:
        case "true_false":
            return {"true": True, "false": False}.get(cell.lower(), cell)
        case "number":
            return number(cell, "correct")
        case _:
            return parted(cell)


def choice_id(number: str, count: int) -> int:
    """The id of the choice with this number among `count`; raises ContentError."""
    if not _CHOICE_NUMBER.fullmatch(number):
        raise ContentError(f"correct: {reprlib.repr(number)} is not the number of a choice; choices are counted from 1")
    if not 1 <= int(number) <= count:
        raise ContentError(f"correct: there is no choice {number}; there are {count}, counted from 1")
    return int(number) - 1


def rows(quiz: Quiz) -> Iterator[list[str]]:
    """The header and a row for each question, as texts."""
    made = [_row(question) for question in quiz.questions]
    columns = [*COLUMNS, *(name for name in IMAGES if any(name in row for row in made))]
    yield columns
    for row in made:
        yield [row.get(name, "") for name in columns]


def left_out(quiz: Quiz) -> list[Problem]:
    """What of a quiz as a whole no table and no list of questions has a place for."""
    return [Problem("quiz", f"{field}: there is no place for it") for field in ABOUT if getattr(quiz, field, None)]


def _row(question: Question) -> dict[str, str]:
    cells = {
        "question": question.text,
        "type": question.type,
        "correct": _correct_cell(question),
        "tolerance": plain(question.tolerance) if question.tolerance else "",
        "time_limit": plain(question.time_limit),
        "points": "" if question.points is None else str(question.points),
        "explanation": question.explanation or "",
        "image": question.image or "",
        "image_alt": question.image_alt or "",
        "id": question.id,
    }
    for choice, name, image in zip(question.choices, CHOICES, IMAGES, strict=False):
        cells[name] = choice.text
        if choice.image:
            cells[image] = choice.image
    return cells


def _correct_cell(question: Question) -> str:
    match question.type:
        case "poll":
            return ""
        case "single":
            return str(question.correct + 1)
        case "multiple" | "order":
            return "|".join(str(one + 1) for one in question.correct)
        case "true_false":
            return "true" if question.correct else "false"
        case "number":
            return plain(question.correct)
        case "text":
            return joined(list(question.correct))
