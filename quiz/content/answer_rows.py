"""Rows of a question, its answers, a time limit and the numbers of the right answers, as Kahoot and ClassQuiz have them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from quiz.content.table import choice_id, number
from quiz.content.workbook import Row, Sheet
from quiz.domain.errors import ContentError
from quiz.domain.question import MAX_CHOICES

#: In which rows of a sheet the header may stand.
MAX_HEADER_ROW = 40

_ANSWER = re.compile(r"answer\s*(\d)\b|(\d)(?:st|nd|rd|th)\s+answer")
_NUMBERS = re.compile(r"[,;|]")
_FLOAT = re.compile(r"(\d+)\.0+")


class Columns(NamedTuple):
    """Where what stands, columns counted from 0."""

    question: int
    answers: Sequence[int]
    time: int | None
    correct: int


#: B to H, where both makers' templates have them.
TEMPLATE = Columns(1, range(2, 6), 6, 7)


def found(sheet: Sheet) -> tuple[Row, Columns] | None:
    """The header of a sheet and its columns, by how their titles begin: what follows differs from file to file."""
    for row in sheet.rows:
        if row.number > MAX_HEADER_ROW:
            return None
        titles = [" ".join(row.peek(column).lower().split()) for column in range(len(row.cells))]
        question = _first(titles, "question")
        correct = _first(titles, "correct answer")
        answers = [column for _, column in sorted((int(one[1] or one[2]), at) for at, one in _answers(titles))]
        if question is not None and correct is not None and len(answers) >= 2:
            return row, Columns(question, answers[:MAX_CHOICES], _first(titles, "time limit"), correct)
    return None


def _first(titles: list[str], beginning: str) -> int | None:
    return next((column for column, title in enumerate(titles) if title.startswith(beginning)), None)


def _answers(titles: list[str]) -> list[tuple[int, re.Match[str]]]:
    return [(column, answer) for column, title in enumerate(titles) if (answer := _ANSWER.match(title))]


def is_question(row: Row, columns: Columns) -> bool:
    """Whether a row has a question or answers: templates number more rows than anybody fills, with times filled in."""
    # A cell that can't be used is something too.
    return any(
        column < len(row.cells) and row.cells[column] != "" for column in (columns.question, *columns.answers, columns.correct)
    )


def question(row: Row, columns: Columns) -> dict[str, Any]:
    """A row as contract §8 has a question in JSON: one right answer makes `single`, several `multiple`; raises ContentError."""
    texts = [row.text(column) for column in columns.answers]
    while texts and not texts[-1]:
        texts.pop()
    plain = {"text": row.text(columns.question), "choices": [text for text in texts if text]}
    try:
        return plain | _answered(row, columns, texts)
    except ContentError as error:
        error.understood = plain
        raise


def _answered(row: Row, columns: Columns, texts: Sequence[str]) -> dict[str, Any]:
    # Answers are numbered by their columns, of which some may be empty.
    held = [at for at, text in enumerate(texts) if text]
    right = []
    for one in _numbers(row.text(columns.correct)):
        place = choice_id(one, len(columns.answers))
        if place not in held:
            raise ContentError(f"correct: answer {place + 1} is right, but empty")
        right.append(held.index(place))
    if not right:
        raise ContentError("correct: is missing; a question without a right answer can't be told from a forgotten one")
    return {
        "type": "single" if len(right) == 1 else "multiple",
        "correct": right,
        "time_limit": None if columns.time is None else number(row.text(columns.time), "time_limit"),
    }


def _numbers(cell: str) -> list[str]:
    """`"1,3"`, `1` or, from a cell that is no text, `1.0`; in quotation marks or not."""
    parts = [part.strip() for part in _NUMBERS.split(cell.strip("\"'“”„ "))]
    return [_FLOAT.sub(r"\1", part) if _FLOAT.fullmatch(part) else part for part in parts if part]
