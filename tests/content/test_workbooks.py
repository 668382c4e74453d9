"""Kahoot's, ClassQuiz's and our own workbooks, as they leave the programs that people fill them in with."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from quiz.content.formats import read, write
from quiz.content.imports import Import
from quiz.domain.question import Question
from quiz.domain.quiz import quiz

from .reading import detected, sound
from .workbooks import CLASSQUIZ, KAHOOT, classquiz, kahoot, raw_sheet, saved, sheet


def told(result: Import) -> list[str]:
    return [str(problem) for problem in result.problems]


def questions(data: bytes, format: str) -> tuple[Question, ...]:
    """The questions of a sound file, whose format has to be found."""
    return sound(detected(data, "Words.xlsx", format))


def test_kahoots_template_is_read() -> None:
    """Texts, answers, times and right answers, whether a cell is a text or a number; unused rows of the template are none."""
    found = questions(
        kahoot(
            ["Which is red?", "rose", "sky", None, None, 20, "1"],
            ["Which are even?\n", " 2 ", "3", "4 ", "5", 60, "1,3"],
            ["Zwölf = ?", 12, 13.5, True, None, "30", 1.0],
            ["词汇 🦊?", "a", "b", "c", "d", None, " 2 , 4 "],
            ["Semicolons?", "a", "b", "c", None, 240.0, "1;2"],
            ["A gap?", "a", None, "c", None, 20, "3"],
        ),
        "kahoot",
    )
    assert [(one.type, one.correct, one.time_limit) for one in found] == [
        ("single", 0, 20),
        ("multiple", (0, 2), 60),
        ("single", 0, 30),
        ("multiple", (1, 3), 20),
        ("multiple", (0, 1), 240),
        ("single", 1, 20),
    ]
    assert [choice.text for choice in found[5].choices] == ["a", "c"]
    assert [choice.text for choice in found[1].choices] == ["2", "3", "4", "5"]
    assert [choice.text for choice in found[2].choices] == ["12", "13.5", "true"]
    assert (found[1].text, found[3].text) == ("Which are even?", "词汇 🦊?")


def test_a_question_says_where_it_stood() -> None:
    """By its row of the sheet, beside the problems of the others."""
    result = read(
        kahoot(["A?", "a", "b", None, None, 20, 1], ["B?", "a", "b", None, None, 20, 3], ["C?", "a", "b", "", "", 20, 2]), "k"
    )
    assert result.places == ("line 9", "line 11")
    assert told(result) == ["line 10: correct: answer 3 is right, but empty"]


@pytest.mark.parametrize(
    "header",
    [
        (
            "Question - max 95 characters",
            *(f"Answer {n} - max 60 characters" for n in range(1, 5)),
            "Time limit (sec)",
            "Correct answer(s)",
        ),
        ("QUESTION", *(f" Answer  {n}" for n in range(1, 5)), "time limit", "Correct answers"),
        KAHOOT,
    ],
)
def test_kahoots_header_differs_from_file_to_file(header: tuple[str, ...]) -> None:
    """What its titles begin with is enough."""
    assert len(questions(kahoot(["A?", "a", "b", None, None, 20, 1], header=header), "kahoot")) == 1


def test_kahoots_header_may_stand_elsewhere() -> None:
    """Tools that fill the columns from A and the first row on are understood, with other columns between them."""
    data = sheet(["Nr", *KAHOOT[:3], "Comment", *KAHOOT[5:]], [1, "A?", "a", "b", "hm", 10, "2"])
    (one,) = questions(data, "kahoot")
    assert (one.text, one.correct, one.time_limit) == ("A?", 1, 10)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["A?", "a", "b", "c", "d", 20, None], "correct: is missing"),
        (["A?", "a", "b", "c", "d", 20, "5"], "correct: there is no choice 5"),
        (["A?", "a", "b", "c", "d", 20, 0], "correct: there is no choice 0"),
        (["A?", "a", "b", "c", "d", 20, "A"], "correct: 'A' is not the number of a choice"),
        (["A?", "a", "b", "c", "d", 20, 1.3], "correct: '1.3' is not the number of a choice"),
        (["A?", "a", "b", "c", "d", 20, datetime(2026, 3, 1)], "column H: is a date or a time"),
        (["A?", "a", "b", "c", "d", 20, "=1+1"], "column H: is a formula whose result is not in the file"),
        (["A?", "a", "b", "c", "d", 20, "#N/A"], "column H: is the error #N/A"),
        (["A?", "a", "b", "c", "d", 20, "1,1"], "correct: names a choice twice"),
        (["A?", "a", None, None, None, 20, 1], "choices: a question of type single has 2 to 8"),
        ([None, "a", "b", None, None, 20, 1], "text: is missing"),
        (["A?", "a", "b", None, None, "soon", 1], "time_limit: 'soon' is no number"),
        (["A?", "a", "b", None, None, 7200, 1], "time_limit: must be between 1 and 3600"),
        (["A" * 1001, "a", "b", None, None, 20, 1], "text: has 1001 characters"),
        (["A?", "a", "b" * 301, None, None, 20, 1], "choice 2: has 301 characters"),
    ],
)
def test_a_bad_row_of_kahoots_is_told_and_no_other_suffers(row: list[Any], reason: str) -> None:
    """With its row and what is wrong with it."""
    result = read(kahoot(["Fine?", "a", "b", None, None, 20, 1], row, ["Fine too?", "a", "b", None, None, 20, 2]), "k.xlsx")
    assert len(result.problems) == 1
    assert str(result.problems[0]).startswith(f"line 10: {reason}")
    assert result.quiz
    assert [one.id for one in result.quiz.questions] == ["q1", "q3"]


def test_classquizzes_workbook_is_read() -> None:
    """Title and description stand above; one right answer makes single, several multiple."""
    data = classquiz(
        "Tiere, 2. Klasse",
        "Für “alle”",
        ["Fliegt?", "Kuh", "Spatz", None, None, 20, "2"],
        ["Vier Beine?", "Kuh", "Hund", "Spatz", None, 120, "1,2"],
    )
    first, second = questions(data, "classquiz")
    result = read(data, "export.xlsx").quiz
    assert result
    assert (result.title, result.description, result.slug) == ("Tiere, 2. Klasse", "Für “alle”", "tiere-2-klasse")
    assert (first.type, first.correct, first.time_limit) == ("single", 1, 20)
    assert (second.type, second.correct, second.time_limit) == ("multiple", (0, 1), 120)


@pytest.mark.parametrize("header", [CLASSQUIZ, ("Frage", "1. Antwort", "2. Antwort", "3.", "4.", "Zeit", "Richtig"), ()])
def test_classquizzes_workbook_is_known_by_its_places(header: tuple[str, ...]) -> None:
    """Whatever its header is called; without a title the file's name is it."""
    assert len(questions(classquiz("T", None, ["A?", "a", "b", None, None, 20, "2"], header=header), "classquiz")) == 1
    untitled = read(classquiz(None, None, ["A?", "a", "b", None, None, 20, "2"], header=header), "Birds.xlsx", "classquiz")
    assert untitled.quiz
    assert untitled.quiz.title == "Birds"


def test_a_slide_without_a_right_answer_does_not_fail_classquizzes_file() -> None:
    """A vote is told as a row of its own, since nothing tells it from an answer that was forgotten."""
    result = read(classquiz("T", "", ["A?", "a", "b", None, None, 20, ""], ["B?", "a", "b", None, None, 20, "1"]), "c.xlsx")
    assert result.quiz
    assert result.places == ("line 15",)
    assert told(result)[0].startswith("line 14: correct: is missing")


def test_our_own_columns_are_read_from_a_workbook() -> None:
    """In any order, with every type, numbers and truth values as cells of their kinds."""
    header = [
        "type",
        "question",
        "correct",
        "choice_1",
        "choice_2",
        "choice_3",
        "tolerance",
        "time_limit",
        "points",
        "explanation",
        "id",
    ]
    found = questions(
        sheet(
            header,
            [None, " Which? ", 2, "a", "b", None, None, 30, 100, "Because", "first"],
            ["multiple", "Which ones?", "1|3", "a", "b", "c"],
            ["true_false", "True?", True],
            [],
            ["text", "Grey?", "grey | gray"],
            ["number", "Pi?", 3.14, None, None, None, 0.005],
            ["order", "Sort", "3|1|2", "a", "b", "c"],
            ["poll", "You?", None, "a", "b"],
        ),
        "xlsx",
    )
    assert [(one.type, one.correct) for one in found] == [
        ("single", 1),
        ("multiple", (0, 2)),
        ("true_false", True),
        ("text", ("grey", "gray")),
        ("number", 3.14),
        ("order", (2, 0, 1)),
        ("poll", None),
    ]
    assert (found[0].text, found[0].time_limit, found[0].points, found[0].explanation, found[0].id) == (
        "Which?",
        30,
        100,
        "Because",
        "first",
    )
    assert found[4].tolerance == 0.005


def test_rows_of_a_workbook_are_the_sheets() -> None:
    """Also where rows above are empty; other sheets with something in them are told."""
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active["A1"] = "Don't forget the second chapter"
    page = book.create_sheet("Chapter 1")
    for row in ([], [], ["question", "correct", "type"], ["A?", "a", "text"], [], ["B?", None, "text"]):
        page.append(row or [None])
    result = read(saved(book), "w.xlsx")
    assert result.format == "xlsx"
    assert result.places == ("line 4",)
    assert told(result) == ["line 6: correct: is missing"]
    assert [str(note) for note in result.notes] == ["file: the sheet 'Notes' was not read, only 'Chapter 1'"]


def test_the_result_of_a_formula_counts_and_is_never_computed() -> None:
    """Spreadsheets keep it beside the formula; one without a result is a problem of its row."""
    cells = {
        1: ("question", "inlineStr", "<is><t>correct</t></is>", "type"),
        2: ("Cached?", "str", "<f>UPPER(&quot;a&quot;)</f><v>A</v>", "text"),
        3: ("Not?", "str", "<f>WEBSERVICE(&quot;http://127.0.0.1&quot;)</f>", "text"),
    }
    text = '<c t="inlineStr"><is><t>{}</t></is></c>'.format
    rows = "".join(f'<row>{text(a)}<c t="{kind}">{b}</c>{text(c)}</row>' for a, kind, b, c in cells.values())
    result = read(raw_sheet(rows), "f.xlsx")
    assert told(result) == ["line 3: column B: is a formula whose result is not in the file"]
    assert result.quiz
    assert result.quiz.questions[0].correct == ("A",)


@pytest.mark.parametrize(("format", "column"), [("xlsx", 1), ("kahoot", 2)])
def test_exported_cells_are_texts_that_no_spreadsheet_runs(format: str, column: int) -> None:
    """Whatever a question begins with, its cell is text, without an apostrophe in front."""
    texts = ["=1+1", "+49", "-5", "@SUM(A1)", "#N/A", "'=x", "_x000D_", "a\x0bb"]
    raw = {"title": "T", "questions": [{"text": text, "choices": [text, "b"], "correct": 0} for text in texts]}
    made, _ = quiz(raw, [str(n) for n in range(len(texts))], "T")
    assert made
    data = write(made, format)
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    cells = [row[0] for row in page.iter_rows(min_col=column, max_col=column) if row[0].value][-len(texts) :]
    assert [cell.data_type for cell in cells] == ["s"] * len(texts)
    assert [cell.value for cell in cells][:6] == texts[:6]
    assert [one.text for one in questions(data, format)] == texts


def test_an_export_for_kahoot_has_its_templates_shape() -> None:
    """Header on row 8 in columns B to H, questions from row 9, numbers as numbers."""
    raw = {"questions": [{"text": "A?", "choices": ["a", "b", "c"], "correct": [0, 2], "type": "multiple", "time_limit": 25}]}
    made, _ = quiz(raw, ["1"], "T")
    assert made
    page = openpyxl.load_workbook(io.BytesIO(write(made, "kahoot"))).active
    assert [cell.value for cell in page[8]][1:] == list(KAHOOT)
    assert [cell.value for cell in page[9]] == [1, "A?", "a", "b", "c", None, 30, "1,3"]
