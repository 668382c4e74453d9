"""The JSON Schema of quizzes in JSON, made from the rules of the domain; `make docs` writes it to docs/quiz.schema.json."""

from __future__ import annotations

from typing import Any

from quiz.domain import question as rules
from quiz.domain.quiz import MAX_LANGUAGE, MAX_QUESTIONS, MAX_TAG, MAX_TAGS, MAX_TITLE

#: A text that is more than spaces.
_SOMETHING = r"\S"


def document() -> dict[str, Any]:
    """The schema, draft 2020-12. It allows names that it doesn't know, which the reader passes over."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Quiz",
        "description": "A quiz as it is exported and imported. Choices in `correct` are counted from 0.",
        "type": "object",
        "required": ["questions"],
        "properties": {
            "title": _optional(_text(MAX_TITLE), "The file's name where there is none."),
            "description": _optional(_text(rules.MAX_TEXT), "What the quiz is about, and where it comes from."),
            "language": _optional(_text(MAX_LANGUAGE), "Of its texts, as in `en` or `pt-BR`."),
            "tags": _optional({"type": "array", "maxItems": MAX_TAGS, "items": _text(MAX_TAG)}, "By which it is found."),
            "questions": {"type": "array", "minItems": 1, "maxItems": MAX_QUESTIONS, "items": {"$ref": "#/$defs/question"}},
        },
        "$defs": {"question": _question(), "choice": _choice(), "image": _image()},
    }


def _question() -> dict[str, Any]:
    properties = {
        "type": _optional({"enum": list(rules.TYPES)}, "`single` where there is none."),
        "id": _optional(_text(64), "`q1`, `q2`, … where there is none; each once in a quiz."),
        "text": {**_text(rules.MAX_TEXT), "description": "What is asked."},
        "choices": {"description": f"Of {', '.join(sorted(rules.WITH_CHOICES))}; others have none."},
        "correct": {"description": "What is right; its shape depends on the type."},
        "tolerance": _optional(
            {"type": "number", "minimum": 0, "maximum": rules.MAX_NUMBER}, "How far a number may be from the right one."
        ),
        "time_limit": _optional(
            {"type": "number", "minimum": 1, "maximum": rules.MAX_TIME_LIMIT_S},
            f"In seconds; {rules.DEFAULT_TIME_LIMIT_S:g} where there is none.",
        ),
        "points": _optional(
            {"type": "integer", "minimum": 0, "maximum": rules.MAX_POINTS}, "The mode decides where there are none."
        ),
        "explanation": _optional(_text(rules.MAX_TEXT), "Shown with the right answer."),
        "image": _optional({"$ref": "#/$defs/image"}, "The address of a picture."),
        "image_alt": _optional(_text(rules.MAX_ALT), "What is on it, for those who don't see it."),
    }
    cases = [_case(kind, correct, needed=kind not in ("poll", "order")) for kind, correct in _shapes().items()]
    return {"type": "object", "required": ["text"], "properties": properties, "allOf": cases}


def _shapes() -> dict[str, dict[str, Any]]:
    """What `correct` is by type."""
    choice = {"type": "integer", "minimum": 0, "maximum": rules.MAX_CHOICES - 1}
    several = {"type": "array", "minItems": 1, "maxItems": rules.MAX_CHOICES, "uniqueItems": True, "items": choice}
    spelling = _text(rules.MAX_ANSWER)
    return {
        "single": {"anyOf": [choice, {**several, "maxItems": 1}]},
        "multiple": {"anyOf": [choice, several]},
        "true_false": {"type": "boolean"},
        "text": {"anyOf": [spelling, {"type": "array", "minItems": 1, "maxItems": rules.MAX_SPELLINGS, "items": spelling}]},
        "number": {"type": "number", "minimum": -rules.MAX_NUMBER, "maximum": rules.MAX_NUMBER},
        # The choices themselves stand in their right order where it is not told.
        "order": {"anyOf": [{**several, "minItems": 2}, {"enum": [None, "", []]}]},
        "poll": {},
    }


def _case(kind: str, correct: dict[str, Any], needed: bool) -> dict[str, Any]:
    this: dict[str, Any] = {"properties": {"type": {"const": kind}}, "required": ["type"]}
    if kind == "single":
        this = {"properties": {"type": {"enum": [kind, "", None]}}}
    then: dict[str, Any] = {"properties": {"correct": correct}, "required": ["correct"] if needed else []}
    if kind in rules.WITH_CHOICES:
        choices = {"type": "array", "minItems": 2, "maxItems": rules.MAX_CHOICES, "items": {"$ref": "#/$defs/choice"}}
        then["properties"]["choices"] = choices
        then["required"] = [*then["required"], "choices"]
    return {"if": this, "then": then}


def _choice() -> dict[str, Any]:
    text = _text(rules.MAX_CHOICE)
    image = _optional({"$ref": "#/$defs/image"}, "The address of a picture.")
    return {"anyOf": [text, {"type": "object", "required": ["text"], "properties": {"text": text, "image": image}}]}


def _image() -> dict[str, Any]:
    return {**_text(rules.MAX_IMAGE), "description": "An address: http, https, data:image/, or one on this server."}


def _text(most: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": most, "pattern": _SOMETHING}


def _optional(schema: dict[str, Any], description: str) -> dict[str, Any]:
    """`schema`, or nothing: null or an empty text."""
    return {"description": description, "anyOf": [schema, {"enum": [None, ""]}]}
