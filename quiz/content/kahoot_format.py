"""Kahoot's workbook: a header on row 8 in columns B to H, found by how its titles begin; a question's place is its row."""

from __future__ import annotations

from functools import partial

from quiz.content import answer_rows, table
from quiz.content.imports import Draft, Import, Unreadable
from quiz.content.source import Source
from quiz.content.workbook import plain, workbook
from quiz.content.xlsx_format import note_other_sheets
from quiz.domain.question import Question
from quiz.domain.quiz import Problem, Quiz

#: What Kahoot takes: seconds, choices, and characters of a question and of an answer.
TIMES, MAX_ANSWERS, MAX_QUESTION, MAX_ANSWER = (5, 10, 20, 30, 60, 90, 120, 240), 4, 120, 75

#: The template of Kahoot's makers down to its header; the sheet's columns begin at A.
_HEAD: tuple[tuple[str, ...], ...] = (
    (),
    ("", "Quiz template"),
    ("", "Add questions, at least two answer alternatives, time limit and choose correct answers (at least one)."),
    (),
    (),
    (),
    (),
    (
        "",
        f"Question - max {MAX_QUESTION} characters",
        *(f"Answer {number} - max {MAX_ANSWER} characters" for number in range(1, MAX_ANSWERS + 1)),
        "Time limit (sec) – 5, 10, 20, 30, 60, 90, 120, or 240 secs",
        "Correct answer(s) - choose at least one",
    ),
)
_TRUE_FALSE = ("True", "False")


def recognises(source: Source) -> bool:
    """Whether a sheet has the titles of Kahoot's columns."""
    return source.is_workbook and any(answer_rows.found(sheet) for sheet in source.sheets)


def read(source: Source, fallback_title: str) -> Import:
    """The quiz in a workbook; raises Unreadable if it is none or no sheet has the header."""
    for sheet in source.sheets:
        if header := answer_rows.found(sheet):
            break
    else:
        raise Unreadable(
            "line 8",
            "there is no header with “Question”, “Answer 1”, “Answer 2” and “Correct answer(s)”, as Kahoot's template has",
        )
    top, columns = header
    draft = Draft()
    note_other_sheets(draft, source, sheet)
    for row in sheet.rows:
        if row.number > top.number and answer_rows.is_question(row, columns):
            draft.add(f"line {row.number}", partial(answer_rows.question, row, columns))
            if draft.full:
                break
    return draft.imported(fallback_title)


def write(quiz: Quiz) -> bytes:
    """The questions that Kahoot has types for, as a workbook in its template's shape."""
    rows: list[tuple[str | float, ...]] = list(_HEAD)
    for question in quiz.questions:
        if _reason(question):
            continue
        texts, right = _answers(question)
        cells = [*texts, *[""] * (MAX_ANSWERS - len(texts))]
        rows.append((len(rows) - len(_HEAD) + 1, question.text, *cells, _time(question), ",".join(str(one + 1) for one in right)))
    return workbook("Sheet1", rows, [5, 60, 30, 30, 30, 30, 20, 20])


def left_out(quiz: Quiz) -> list[Problem]:
    """What of a quiz Kahoot's workbook doesn't hold, and what Kahoot will not take of it."""
    told = table.left_out(quiz)
    written = 0
    for question in quiz.questions:
        reason = _reason(question)
        written += not reason
        lost = [reason] if reason else _lost(question, written)
        told += [Problem(f"question {question.id}", one) for one in lost]
    return told


def _reason(question: Question) -> str:
    """Why a question can't be written at all, empty if it can."""
    if question.type not in ("single", "multiple", "true_false"):
        return f"is left out: there is no type {question.type}"
    if len(question.choices) > MAX_ANSWERS:
        return f"is left out: it has {len(question.choices)} choices, {MAX_ANSWERS} are possible"
    return ""


def _lost(question: Question, number: int) -> list[str]:
    texts, right = _answers(question)
    lost = {
        "type: true_false becomes a choice of True and False": question.type == "true_false",
        "type: with one right choice, multiple becomes single": question.type == "multiple" and len(right) == 1,
        f"time_limit: {plain(question.time_limit)} s become {_time(question)}": question.time_limit != _time(question),
        f"text: has {len(question.text)} characters, Kahoot takes {MAX_QUESTION}": len(question.text) > MAX_QUESTION,
        "points: there is no place for them": question.points is not None,
        "tolerance: there is no place for it": question.tolerance != 0,
        "explanation: there is no place for it": question.explanation is not None,
        "image: there is no place for it": question.image is not None,
        "image_alt: there is no place for it": question.image_alt is not None,
        "images of choices: there is no place for them": any(choice.image for choice in question.choices),
        f"id: becomes q{number}": question.id != f"q{number}",
    }
    long = [
        f"choice {at}: has {len(text)} characters, Kahoot takes {MAX_ANSWER}"
        for at, text in enumerate(texts, 1)
        if len(text) > MAX_ANSWER
    ]
    return [words for words, is_lost in lost.items() if is_lost] + long


def _answers(question: Question) -> tuple[list[str], list[int]]:
    """The choices, and the ids of the right ones."""
    if question.type == "true_false":
        return list(_TRUE_FALSE), [0 if question.correct else 1]
    right = [question.correct] if question.type == "single" else list(question.correct)
    return [choice.text for choice in question.choices], right


def _time(question: Question) -> int:
    """The shortest of Kahoot's times that is no shorter, else its longest."""
    return next((time for time in TIMES if time >= question.time_limit), TIMES[-1])
