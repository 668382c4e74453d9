"""JSON (contract §8). Choices in `correct` are counted from 0; a question's place is `question N`, counted from 1."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any

from quiz.content.imports import Draft, Import, Unreadable
from quiz.content.source import Source
from quiz.domain.question import Choice, Question
from quiz.domain.quiz import Problem, Quiz

#: GIFT may begin with `[html]`, which no JSON does.
_BEGINNING = re.compile(r"\s*(?:\{|\[\s*(?:[\[{\]\"\d-]|$))")


def recognises(source: Source) -> bool:
    """Whether the file begins as an object or a list."""
    return not source.is_workbook and _BEGINNING.match(source.text) is not None


def read(source: Source, fallback_title: str) -> Import:
    """The quiz in a JSON file; raises Unreadable if it is no JSON or no quiz."""
    raw = loaded(source)
    questions = raw.get("questions") if isinstance(raw, dict) else None
    if not isinstance(questions, list):
        raise Unreadable("file", 'must be an object with a list of "questions"')
    draft = Draft()
    for number, question in enumerate(questions, 1):
        draft.add(f"question {number}", partial(_same, question))
        if draft.full:
            break
    return draft.imported(fallback_title, **{name: value for name, value in raw.items() if name != "questions"})


def loaded(source: Source) -> Any:
    """What a JSON file holds; raises Unreadable."""
    try:
        return json.loads(source.text)
    except json.JSONDecodeError as error:
        raise Unreadable(f"line {error.lineno}", f"column {error.colno}: is no JSON: {error.msg}") from None
    except RecursionError:
        raise Unreadable("file", "is nested too deeply") from None
    except ValueError:
        # Python refuses to read integers of thousands of digits, since that takes long.
        raise Unreadable("file", "holds a number with too many digits") from None


def write(quiz: Quiz) -> bytes:
    """The quiz as a JSON file; what is left out is the default."""
    about = {"title": quiz.title, "description": quiz.description, "language": quiz.language, "tags": list(quiz.tags) or None}
    raw = {**_given(about), "questions": [_raw(question) for question in quiz.questions]}
    return json.dumps(raw, ensure_ascii=False, indent=2).encode() + b"\n"


def left_out(quiz: Quiz) -> list[Problem]:
    """Nothing: JSON holds the whole quiz."""
    return []


def _same(question: Any) -> Any:
    return question


def _raw(question: Question) -> dict[str, Any]:
    return _given(
        {
            "id": question.id,
            "type": question.type,
            "text": question.text,
            "choices": [_choice(choice) for choice in question.choices] or None,
            "correct": question.correct,
            "tolerance": question.tolerance or None,
            "time_limit": question.time_limit,
            "points": question.points,
            "explanation": question.explanation,
            "image": question.image,
            "image_alt": question.image_alt,
        }
    )


def _choice(choice: Choice) -> str | dict[str, str]:
    return {"text": choice.text, "image": choice.image} if choice.image else choice.text


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None and value != ""}
