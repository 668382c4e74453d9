from __future__ import annotations

import csv
import io
import re
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quiz.content.formats import EXPORT_FORMATS, left_out, read, write
from quiz.content.samples import samples
from quiz.domain.question import Choice, Question
from quiz.domain.quiz import Quiz

from .quizzes import quizzes

SAMPLES = list(samples())
TEXTS = ["json", "csv"]
hurried = settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
unhurried = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@given(quizzes())
@unhurried
def test_a_json_file_holds_the_whole_quiz(quiz: Quiz) -> None:
    """Written and read again, by detection of its format, the quiz is equal to the one before."""
    imported = read(write(quiz, "json"), "fallback.json")
    assert imported.problems == []
    assert imported.quiz == quiz
    assert left_out(quiz, "json") == []


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@given(quiz=quizzes())
@hurried
def test_a_table_holds_every_question(format: str, quiz: Quiz) -> None:
    """Written and read again, by detection of its format, all questions are equal to those before, in their order."""
    imported = read(write(quiz, format), f"Words.{format}")
    assert (imported.format, imported.problems) == (format, [])
    assert imported.quiz is not None
    assert imported.quiz.questions == quiz.questions
    assert imported.quiz.title == "Words"
    assert {problem.place for problem in left_out(quiz, format)} == {"quiz"}


@given(quizzes())
@unhurried
def test_no_cell_of_a_csv_file_is_run_by_a_spreadsheet(quiz: Quiz) -> None:
    """No cell begins with a character that makes a formula."""
    rows = csv.reader(io.StringIO(write(quiz, "csv").decode(), newline=""))
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")]


def _same_breaks(text: str | None) -> str | None:
    return text and re.sub(r"\r\n|\r", "\n", text)


def _expected(question: Question, told: list[str], format: str) -> dict[str, Any]:
    """A question as it should come back: what was told of it is gone, all else is as it was."""
    fields = {name: getattr(question, name) for name in Question.__struct_fields__}
    for name, default in (("points", None), ("explanation", None), ("image", None), ("tolerance", 0.0)):
        if any(words.startswith(f"{name}:") for words in told):
            fields[name] = default
    for words in told:
        if found := re.match(r"(?:id|time_limit): .*become?s? (q?\d+-*)", words):
            fields["id" if found[1][0] == "q" else "time_limit"] = found[1] if found[1][0] == "q" else float(found[1])
        if words.startswith("type: with one"):
            fields |= {"type": "single", "correct": question.correct[0]}
        if words.startswith("type: true_false"):
            choices = (Choice(0, "True"), Choice(1, "False"))
            fields |= {"type": "single", "correct": 0 if question.correct else 1, "choices": choices}
        if words.startswith("images of choices"):
            fields["choices"] = tuple(Choice(choice.id, choice.text) for choice in fields["choices"])
        if words.startswith("line breaks"):
            fields["text"], fields["explanation"] = _same_breaks(fields["text"]), _same_breaks(fields["explanation"])
            choices = tuple(msgspec.structs.replace(choice, text=_same_breaks(choice.text)) for choice in fields["choices"])
            fields["choices"] = choices
    return fields


@pytest.mark.parametrize("format", ["gift", "kahoot"])
@given(quiz=quizzes())
@hurried
def test_what_a_format_cant_say_is_listed_and_nothing_else_is_lost(format: str, quiz: Quiz) -> None:
    """Each question comes back as it was but for what is listed of it, and those that don't come back are listed."""
    told = left_out(quiz, format)
    of = {one.id: [problem.reason for problem in told if problem.place == f"question {one.id}"] for one in quiz.questions}
    kept = [one for one in quiz.questions if not any(words.startswith("is left out") for words in of[one.id])]
    imported = read(write(quiz, format), "Words", format)
    assert imported.problems == ([] if kept else imported.problems[:1])
    came = imported.quiz.questions if imported.quiz else ()
    assert [{name: getattr(one, name) for name in Question.__struct_fields__} for one in came] == [
        _expected(one, of[one.id], format) for one in kept
    ]
    for one in kept:
        # Nothing is told to be lost that was not there to lose.
        if one.points is None:
            assert not any(words.startswith("points") for words in of[one.id])


@pytest.mark.parametrize("format", EXPORT_FORMATS)
@pytest.mark.parametrize("quiz", SAMPLES, ids=lambda quiz: quiz.slug)
def test_the_format_of_an_export_is_found(quiz: Quiz, format: str) -> None:
    """Whatever was written is recognised as what it is, without its name."""
    imported = read(write(quiz, format), "-")
    assert (imported.format, imported.problems, imported.notes) == (format, [], [])


@given(st.data(), st.sampled_from(SAMPLES), st.sampled_from(TEXTS), st.sampled_from(["auto", *TEXTS]))
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


@given(st.binary() | st.text().map(str.encode), st.sampled_from(["auto", *TEXTS]))
@unhurried
def test_any_bytes_are_a_quiz_or_problems(data: bytes, told: str) -> None:
    """Nothing raises, and nothing passes in silence."""
    imported = read(data, "any", told)
    assert imported.quiz is not None or imported.problems


@pytest.mark.parametrize("format", ["json", "csv", "xlsx"])
def test_an_order_question_keeps_the_order_in_which_it_is_held(format: str) -> None:
    """Items that the first import shuffled are not shuffled again."""
    source = b"question,type,choice_1,choice_2,choice_3,correct\nSort,order,a,b,c,\n"
    first = read(source, "f.csv").quiz
    assert first is not None
    assert [choice.text for choice in first.questions[0].choices] != ["a", "b", "c"]
    again = read(write(first, format), "f").quiz
    assert again == first
