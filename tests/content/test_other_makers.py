"""Moodle's Aiken and the Open Trivia Database's JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from quiz.content.formats import read
from quiz.content.imports import Import

AIKEN = """What is the correct answer to this question?
A. Is it this one?
B. Maybe this answer?
C) Possibly this one?
ANSWER: C

A. Lincoln was a president of
which country?
A) France
B) the U.S.A.
answer:b
"""
RESULTS: list[dict[str, Any]] = [
    {
        "type": "multiple",
        "difficulty": "easy",
        "category": "Entertainment: Film",
        "question": "Who said \"It's 100% > 50%\", in Amélie's café?",
        "correct_answer": "Zoë & Co",
        "incorrect_answers": ["a+b", "c d", "e%20f"],
    },
    {
        "type": "boolean",
        "difficulty": "hard",
        "category": "Science & Nature",
        "question": "Is water wet?",
        "correct_answer": "False",
        "incorrect_answers": ["True"],
    },
]


def told(result: Import) -> list[str]:
    return [str(problem) for problem in result.problems]


def test_aiken_is_read() -> None:
    """Choices with points or brackets; the letter says which is right, in either case; a question may have two lines."""
    result = read(AIKEN.encode(), "Presidents.txt")
    assert (result.format, result.problems, result.places) == ("aiken", [], ("line 1", "line 7"))
    assert result.quiz
    first, second = result.quiz.questions
    assert (first.type, first.correct, first.choices[2].text) == ("single", 2, "Possibly this one?")
    assert (second.text, second.correct) == ("A. Lincoln was a president of which country?", 1)
    assert result.quiz.title == "Presidents"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Q?\nA. a\nB. b\n", "correct: there is no line “ANSWER:”"),
        ("Q?\nA. a\nB. b\nANSWER: C\n", "correct: there is no choice 'C'; there are A, B"),
        ("Q?\nA. a\nB. b\nANSWER:\n", "correct: is missing"),
        ("Q?\nA. a\nB. b\nANSWER: A and B\n", "correct: there is no choice"),
        ("Q?\nA. a\nmore\nB. b\nANSWER: A\n", "choices: a line between them begins with no letter"),
        ("Q?\nA. a\nA. b\nANSWER: A\n", "choices: there are two with the letter A"),
        ("Q?\nA. a\nANSWER: A\n", "choices: a question of type single has 2 to 8"),
        ("ANSWER: A\n", "correct: there is no choice 'A'; there are none"),
    ],
)
def test_a_bad_question_of_aikens_is_told(text: str, reason: str) -> None:
    """By its first line, and those around it are read."""
    result = read(f"{AIKEN}\n{text}\n{AIKEN}".encode(), "a.txt", "aiken")
    assert told(result)[0].startswith(f"line 13: {reason}")
    assert len(result.problems) == 1
    assert len(result.places) == 4


def _entities(text: str) -> str:
    for character, entity in {"&": "&amp;", '"': "&quot;", "'": "&#039;", "é": "&eacute;", "ë": "&euml;", ">": "&gt;"}.items():
        text = text.replace(character, entity)
    return text


@pytest.mark.parametrize(
    "encode", [_entities, lambda text: quote(text, safe=""), quote_plus, lambda text: base64.b64encode(text.encode()).decode()]
)
def test_the_trivia_database_is_read_in_each_of_its_encodings(encode: Callable[[str], str]) -> None:
    """HTML's entities, percent signs in both ways, base64; the licence and the categories are kept in the description."""
    encoded = [
        {name: [encode(one) for one in value] if isinstance(value, list) else encode(value) for name, value in one.items()}
        for one in RESULTS
    ]
    result = read(json.dumps({"response_code": 0, "results": encoded}).encode(), "film.json")
    assert (result.format, told(result), result.places) == ("opentdb", [], ("question 1", "question 2"))
    assert result.quiz
    first, second = result.quiz.questions
    assert first.text == RESULTS[0]["question"]
    assert first.choices[first.correct].text == "Zoë & Co"
    assert {choice.text for choice in first.choices} == {"Zoë & Co", "a+b", "c d", "e%20f"}
    assert (second.type, second.correct) == ("true_false", False)
    assert "opentdb.com" in result.quiz.description
    assert "CC BY-SA 4.0" in result.quiz.description
    assert "Entertainment: Film, Science & Nature" in result.quiz.description


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"correct_answer": None}, "correct_answer: is no text"),
        ({"incorrect_answers": "x"}, "incorrect_answers: must be a list"),
        ({"incorrect_answers": []}, "choices: a question of type single has 2 to 8"),
        ({"type": "essay"}, "type: is neither multiple nor boolean"),
        ({"type": "boolean"}, "correct_answer: is neither True nor False"),
    ],
)
def test_a_bad_result_of_the_trivia_database_is_told(change: dict[str, Any], reason: str) -> None:
    """By its number, and the other is read."""
    result = read(json.dumps({"results": [RESULTS[1], RESULTS[0] | change]}).encode(), "f.json")
    assert told(result) == [next(problem for problem in told(result) if problem.startswith(f"question 2: {reason}"))]
    assert result.places == ("question 1",)


def test_an_answer_of_the_trivia_database_without_questions_says_why() -> None:
    """Its response codes are words."""
    result = read(b'{"response_code": 1, "results": []}', "f.json")
    assert told(result) == [
        "file: is an answer of the database without questions: it had not enough questions for what was asked (response code 1)"
    ]
