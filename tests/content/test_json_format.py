from __future__ import annotations

import json
from typing import Any

import pytest

from quiz.content.formats import read, write
from quiz.content.imports import Import
from quiz.domain.question import Choice


def imported(raw: Any) -> Import:
    data = raw if isinstance(raw, bytes) else raw.encode() if isinstance(raw, str) else json.dumps(raw).encode()
    return read(data, "file.json", "json")


def test_choices_are_counted_from_0() -> None:
    """All fields of the contract are read, and choices may have images."""
    result = imported(
        {
            "title": "Words",
            "description": "Some",
            "language": "en",
            "questions": [
                {
                    "id": "one",
                    "type": "multiple",
                    "text": "Q",
                    "choices": ["a", {"text": "b", "image": "b.png"}, "c"],
                    "correct": [2, 1],
                    "time_limit": 5,
                    "points": 0,
                    "explanation": "Why",
                    "image": "q.png",
                },
                {"type": "number", "text": "N", "correct": 2, "tolerance": 0.5},
            ],
        }
    )
    assert result.problems == []
    assert result.quiz is not None
    assert (result.quiz.slug, result.quiz.title, result.quiz.description, result.quiz.language) == (
        "words",
        "Words",
        "Some",
        "en",
    )
    one, two = result.quiz.questions
    assert (one.id, one.correct, one.choices[1]) == ("one", (1, 2), Choice(1, "b", "b.png"))
    assert (one.time_limit, one.points, one.explanation, one.image) == (5, 0, "Why", "q.png")
    assert (two.id, two.correct, two.tolerance, two.points) == ("q2", 2, 0.5, None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"title": "T",\n "questions": [}', "line 2: column 16: is no JSON: "),
        ("", "file: is empty"),
        ('{"questions": []} x', "line 1: column 19: is no JSON: "),
        ('{"questions": ["\t"]}', "line 1: column 17: is no JSON: "),
        ("[" * 100_000, "file: is nested too deeply"),
        ('{"questions": ' + "[" * 100_000, "file: is nested too deeply"),
        ('{"a":' * 100_000, "file: is nested too deeply"),
        ('{"questions": [' + "9" * 5000 + "]}", "file: holds a number with too many digits"),
        ("[]", 'file: must be an object with a list of "questions"'),
        ("5", "file: must be an object"),
        ("{}", "file: must be an object"),
        ('{"questions": {}}', "file: must be an object"),
        ('{"questions": null}', "file: must be an object"),
        ('{"questions": []}', "file: holds no question"),
        (b'{"questions": [\n"\xff"]}', "line 2: byte 0xff is no UTF-8"),
        (b'{"questions": "\0"}', "line 1: holds a NUL byte"),
        ('{"questions": [' + "0," * 1_000_000 + "0]}", "file: holds more than 10000 questions"),
    ],
)
def test_what_is_no_quiz_is_one_problem(text: str | bytes, told: str) -> None:
    """It says where in the file, or what the file lacks, and there is no quiz."""
    result = imported(text)
    assert result.quiz is None
    (problem,) = result.problems
    assert str(problem).startswith(told)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("null", "is no object"),
        ("[]", "is no object"),
        ("{}", "choices: "),
        (r'{"type": "text", "text": "\ud800", "correct": ["a"]}', "text: holds a character that is no text"),
        (r'{"type": "text", "text": "Q", "correct": ["\udfff"]}', "correct: holds a character that is no text"),
        (r'{"type": "text", "text": "Q", "correct": ["a"], "explanation": "\u0000"}', "explanation: holds a character"),
        ('{"type": "number", "text": "Q", "correct": NaN}', "correct: must be between"),
        ('{"type": "number", "text": "Q", "correct": 1e999}', "correct: must be between"),
        ('{"type": "number", "text": "Q", "correct": ' + "9" * 4000 + "}", "correct: must be between"),
        ('{"type": "text", "text": "Q", "correct": ' + "[" * 900 + "]" * 900 + "}", "correct: "),
        ('{"type": ' + "[" * 900 + "]" * 900 + ', "text": "Q"}', "type: "),
        ('{"type": "single", "text": "Q", "choices": ["a", "b"], "correct": 2}', "correct: there is no choice 2"),
    ],
)
def test_an_unsound_question_is_told_by_its_number(question: str, told: str) -> None:
    """Questions are counted from 1, the reason names the field in few words, and the others are kept."""
    result = imported('{"questions": [{"type": "text", "text": "A", "correct": ["a"]}, ' + question + "]}")
    (problem,) = result.problems
    assert problem.place == "question 2"
    assert problem.reason.startswith(told)
    assert len(problem.reason) < 300
    assert result.quiz is not None
    assert [one.text for one in result.quiz.questions] == ["A"]


def test_a_quiz_without_a_title_is_called_like_its_file() -> None:
    """Only then is the name of the file used."""
    raw = {"questions": [{"type": "text", "text": "A", "correct": ["a"]}]}
    result = imported(raw)
    assert result.quiz is not None
    assert result.quiz.title == "file"


def test_what_is_written_is_json_for_people() -> None:
    """Texts of any script are readable, and what is not set is not there."""
    quiz = imported({"title": "Wörter", "questions": [{"type": "text", "text": "词?", "correct": ["a"]}]}).quiz
    assert quiz is not None
    data = write(quiz, "json")
    assert "词?" in data.decode()
    assert json.loads(data) == {
        "title": "Wörter",
        "questions": [{"id": "q1", "type": "text", "text": "词?", "correct": ["a"], "time_limit": 20.0}],
    }


def test_what_is_right_is_written_even_where_it_is_false_or_0() -> None:
    """False, 0 and the first choice are answers, not defaults."""
    questions = [
        {"type": "true_false", "text": "A", "correct": False, "points": 0},
        {"type": "number", "text": "B", "correct": 0},
        {"type": "single", "text": "C", "choices": ["a", "b"], "correct": 0},
        {"type": "poll", "text": "D", "choices": ["a", "b"]},
    ]
    quiz = imported({"title": "T", "questions": questions}).quiz
    assert quiz is not None
    written = json.loads(write(quiz, "json"))["questions"]
    assert [one.get("correct") for one in written] == [False, 0, 0, None]
    assert written[0]["points"] == 0
    assert "correct" not in written[3]
