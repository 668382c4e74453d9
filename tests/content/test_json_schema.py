"""The published schema says what the reader takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from quiz.content import json_schema
from quiz.content.formats import read, write
from quiz.domain.quiz import Quiz

from .quizzes import quizzes

ROOT = Path(__file__).parents[2]
SCHEMA = Draft202012Validator(json_schema.document())
CHOICES = ["a", {"text": "b", "image": "b.png"}]


def test_the_committed_schema_is_what_the_rules_give() -> None:
    """Whoever changes a rule generates `docs/quiz.schema.json` anew: `make docs`."""
    Draft202012Validator.check_schema(json_schema.document())
    assert json.loads((ROOT / "docs/quiz.schema.json").read_text()) == json_schema.document()


@given(quizzes())
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_every_export_follows_the_schema(quiz: Quiz) -> None:
    """Whatever is in the quiz."""
    SCHEMA.validate(json.loads(write(quiz, "json")))


@pytest.mark.parametrize(
    ("question", "sound"),
    [
        ({"text": "Q", "choices": CHOICES, "correct": 1}, True),
        ({"type": "", "text": "Q", "choices": CHOICES, "correct": [1], "points": None, "image": ""}, True),
        ({"type": "order", "text": "Q", "choices": CHOICES}, True),
        ({"type": "poll", "text": "Q", "choices": CHOICES}, True),
        ({"type": "text", "text": "Q", "correct": "a"}, True),
        ({"type": "number", "text": "Q", "correct": 1.5, "tolerance": 0.5, "more": 1}, True),
        ({"text": "Q", "choices": CHOICES}, False),
        ({"text": "Q", "choices": CHOICES, "correct": 8}, False),
        ({"text": "Q", "choices": CHOICES, "correct": [0, 1]}, False),
        ({"text": "Q", "choices": ["a"], "correct": 0}, False),
        ({"type": "multiple", "text": "Q", "choices": CHOICES, "correct": []}, False),
        ({"type": "multiple", "text": "Q", "correct": [0]}, False),
        ({"type": "true_false", "text": "Q", "correct": "true"}, False),
        ({"type": "number", "text": "Q", "correct": "1"}, False),
        ({"type": "text", "text": "Q", "correct": []}, False),
        ({"type": "essay", "text": "Q", "correct": "a"}, False),
        ({"type": "text", "text": " ", "correct": "a"}, False),
        ({"type": "text", "text": "Q" * 1001, "correct": "a"}, False),
        ({"type": "text", "text": "Q", "correct": "a", "time_limit": 0}, False),
        ({"type": "text", "text": "Q", "correct": "a", "points": 1.5}, False),
    ],
)
def test_schema_and_reader_agree(question: dict[str, Any], sound: bool) -> None:
    """What one takes the other takes."""
    file = {"title": "T", "questions": [question]}
    assert SCHEMA.is_valid(file) == sound
    assert (read(json.dumps(file).encode(), "f").problems == []) == sound
