"""CSV (contract §8). Choices in `correct` are counted from 1; a question's place is the line on which its row begins.

Beside the contract's columns there are `choice_1_image` … `choice_8_image`, so that an export loses nothing.
"""

from __future__ import annotations

import csv
import io
import re
import reprlib
from collections.abc import Iterator
from typing import Any

from quiz.content.imports import Import, Unreadable, decoded
from quiz.content.spreadsheet import guarded, joined, parted, unguarded
from quiz.domain.errors import ContentError
from quiz.domain.question import MAX_CHOICES, WITH_CHOICES, Question
from quiz.domain.quiz import MAX_QUESTIONS, Problem, Quiz, quiz

DELIMITERS = ",;\t"
#: Below csv's own limit of 131,072, which belongs to the whole process and so is left alone.
MAX_CELL = 100_000
#: How many unknown columns are told, and how many digits an integer may have.
MAX_UNKNOWN, MAX_DIGITS = 20, 20

CHOICES = tuple(f"choice_{number}" for number in range(1, MAX_CHOICES + 1))
IMAGES = tuple(f"{choice}_image" for choice in CHOICES)
REQUIRED = ("question", "correct")
COLUMNS = ("question", "type", *CHOICES, "correct", "tolerance", "time_limit", "points", "explanation", "image", "id")

_CHOICE_NUMBER = re.compile(r"[0-9]{1,3}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?P<fraction>\.[0-9]*)?|\.[0-9]+)(?P<exponent>[eE][+-]?[0-9]+)?")


def recognises(data: bytes) -> bool:
    """Always: any text has rows."""
    return True


def read(data: bytes, fallback_title: str) -> Import:
    """The quiz in a CSV file; raises Unreadable if it is no text or its header lacks a required column."""
    text = decoded(data)
    rows = _rows(text, _delimiter(text))
    line, header = next(rows, (1, []))
    if isinstance(header, ContentError):
        raise Unreadable(f"line {line}", str(header))
    names = [name.strip().lower() for name in header]
    if missing := [name for name in REQUIRED if name not in names]:
        raise Unreadable(f"line {line}", f"there is no column {' and no column '.join(missing)}")
    places: list[str] = []
    questions: list[dict[str, Any] | ContentError] = []
    for place, row in rows:
        places.append(f"line {place}")
        questions.append(row if isinstance(row, ContentError) else _raw(names, row))
        if len(questions) > MAX_QUESTIONS:
            break
    made, problems = quiz({"questions": questions}, places, fallback_title)
    return Import(made, [*_header_problems(line, names), *problems])


def write(quiz: Quiz) -> bytes:
    """The quiz as a CSV file; its title goes into no cell, so name the file by it."""
    rows = [_row(question) for question in quiz.questions]
    images = [name for name in IMAGES if any(name in row for row in rows)]
    # Lines end as RFC 4180 has it; with "\n" the csv module would leave a text's own "\r" without quotation marks.
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, [*COLUMNS, *images], restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: guarded(cell) for name, cell in row.items()} for row in rows)
    return file.getvalue().encode()


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | ContentError]]:
    """Each row that isn't empty with its first line; after a row that can't be parsed there is nothing to hold on to."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, ContentError(_words(str(error)))
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _words(error: str) -> str:
    if "unexpected end" in error:
        return 'a quotation mark (") is opened and never closed; the rest of the file was not read'
    if "field limit" in error:
        return f"a cell has more than {MAX_CELL} characters; is a quotation mark never closed? The rest of the file was not read"
    return f"is no CSV: {error}; the rest of the file was not read"


def _delimiter(text: str) -> str:
    """The one that finds the most columns in the header."""

    def found(delimiter: str) -> int:
        _, header = next(_rows(text, delimiter), (1, []))
        return 0 if isinstance(header, ContentError) else sum(name.strip().lower() in COLUMNS for name in header)

    return max(DELIMITERS, key=found)


def _header_problems(line: int, names: list[str]) -> list[Problem]:
    # Not passed over: a column whose name is mistyped would otherwise be lost without a word.
    unknown = [name for name in names if name and name not in COLUMNS and name not in IMAGES]
    double = [name for name in COLUMNS + IMAGES if names.count(name) > 1]
    return [
        *(Problem(f"line {line}", f"there is no such column as {reprlib.repr(name)}") for name in unknown[:MAX_UNKNOWN]),
        *(Problem(f"line {line}", f"the column {name} is there twice") for name in double),
    ]


def _raw(names: list[str], cells: list[str]) -> dict[str, Any] | ContentError:
    """A row as `quiz.domain.question` takes it, or what is wrong with it."""
    if any(len(cell) > MAX_CELL for cell in cells):
        return ContentError(f"a cell has more than {MAX_CELL} characters")
    for column, cell in enumerate(cells):
        if cell.strip() and not (column < len(names) and names[column]):
            return ContentError(f"column {column + 1} has a text and no name; does a text lack its quotation marks?")
    # Of a column that is there twice the first counts.
    row = {name: unguarded(cell.strip()) for name, cell in reversed(list(zip(names, cells, strict=False)))}
    try:
        return _question(row)
    except ContentError as error:
        return error


def _question(row: dict[str, str]) -> dict[str, Any]:
    kind = row.get("type", "").lower() or "single"
    choices = _choices(row)
    return {
        "id": row.get("id"),
        "type": kind,
        "text": row.get("question"),
        "choices": choices,
        "correct": _correct(row.get("correct", ""), kind, len(choices)),
        "explanation": row.get("explanation"),
        "image": row.get("image"),
        **{field: _number(row.get(field, ""), field) for field in ("tolerance", "time_limit", "points")},
    }


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
        return [_choice_id(number.strip(), count) for number in cell.split("|")]
    match kind:
        case "true_false":
            return {"true": True, "false": False}.get(cell.lower(), cell)
        case "number":
            return _number(cell, "correct")
        case _:
            return parted(cell)


def _choice_id(number: str, count: int) -> int:
    if not _CHOICE_NUMBER.fullmatch(number):
        raise ContentError(f"correct: {reprlib.repr(number)} is not the number of a choice; choices are counted from 1")
    if not 1 <= int(number) <= count:
        raise ContentError(f"correct: there is no choice {number}; there are {count}, counted from 1")
    return int(number) - 1


def _number(cell: str, field: str) -> int | float | None:
    if not cell:
        return None
    if not (written := _NUMBER.fullmatch(cell)):
        raise ContentError(f"{field}: {reprlib.repr(cell)} is no number; decimals stand behind a point, as in 2.5")
    whole = not written["fraction"] and not written["exponent"]
    # Python refuses to read integers of thousands of digits; a float says that they are too large as well.
    return int(cell) if whole and len(cell) <= MAX_DIGITS else float(cell)


def _row(question: Question) -> dict[str, str]:
    cells = {
        "question": question.text,
        "type": question.type,
        "correct": _correct_cell(question),
        "tolerance": _plain(question.tolerance) if question.tolerance else "",
        "time_limit": _plain(question.time_limit),
        "points": "" if question.points is None else str(question.points),
        "explanation": question.explanation or "",
        "image": question.image or "",
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
            return _plain(question.correct)
        case "text":
            return joined(list(question.correct))


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(number)
