from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quiz.content.formats import read, write
from quiz.content.samples import samples
from quiz.domain.quiz import Quiz

from .quizzes import quizzes

SAMPLES = list(samples())
FORMATS = ["json", "csv"]
unhurried = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@given(quizzes())
@unhurried
def test_a_json_file_holds_the_whole_quiz(quiz: Quiz) -> None:
    """Written and read again, by detection of its format, the quiz is equal to the one before."""
    imported = read(write(quiz, "json"), "fallback.json")
    assert imported.problems == []
    assert imported.quiz == quiz


@given(quizzes())
@unhurried
def test_a_csv_file_holds_every_question(quiz: Quiz) -> None:
    """Written and read again, by detection of its format, all questions are equal to those before, in their order."""
    imported = read(write(quiz, "csv"), "Words.csv")
    assert imported.problems == []
    assert imported.quiz is not None
    assert imported.quiz.questions == quiz.questions
    assert imported.quiz.title == "Words"


@given(quizzes())
@unhurried
def test_no_cell_of_a_csv_file_is_run_by_a_spreadsheet(quiz: Quiz) -> None:
    """No cell begins with a character that makes a formula."""
    rows = csv.reader(io.StringIO(write(quiz, "csv").decode(), newline=""))
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")]


@given(st.data(), st.sampled_from(SAMPLES), st.sampled_from(FORMATS), st.sampled_from(["auto", *FORMATS]))
@unhurried
def test_a_damaged_file_is_a_quiz_or_problems(data: st.DataObject, quiz: Quiz, written: str, told: str) -> None:
    """Whatever bytes of a file are changed, cut or put in, reading never raises, and something is always said or read."""
    damaged = bytearray(write(quiz, written))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(damaged)))
        length = data.draw(st.sampled_from([0, 1, 3, 100]))
        damaged[at : at + length] = data.draw(
            st.binary(max_size=4) | st.sampled_from([b'"', b"\n", b"\\", b"[", b"{", b"\\ud800"])
        )
    imported = read(bytes(damaged), "damaged", told)
    assert imported.quiz is not None or imported.problems
    for problem in imported.problems:
        assert len(str(problem)) < 500
        str(problem).encode()


@given(st.binary() | st.text().map(str.encode), st.sampled_from(["auto", *FORMATS]))
@unhurried
def test_any_bytes_are_a_quiz_or_problems(data: bytes, told: str) -> None:
    """Nothing raises, and nothing passes in silence."""
    imported = read(data, "any", told)
    assert imported.quiz is not None or imported.problems


@pytest.mark.parametrize("format", FORMATS)
def test_an_order_question_keeps_the_order_in_which_it_is_held(format: str) -> None:
    """Items that the first import shuffled are not shuffled again."""
    source = b"question,type,choice_1,choice_2,choice_3,correct\nSort,order,a,b,c,\n"
    first = read(source, "f.csv").quiz
    assert first is not None
    assert [choice.text for choice in first.questions[0].choices] != ["a", "b", "c"]
    again = read(write(first, format), "f").quiz
    assert again == first
