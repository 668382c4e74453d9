"""The JSON of the Open Trivia Database, in each of its encodings; a question's place is `question N`, counted from 1."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import unquote, unquote_plus

from quiz.content.choosing import mixed
from quiz.content.imports import Draft, Import, Unreadable
from quiz.content.json_format import loaded
from quiz.content.source import Source
from quiz.domain.errors import ContentError

#: What its licence asks for.
ATTRIBUTION = "Questions from the Open Trivia Database (https://opentdb.com), licence CC BY-SA 4.0."
#: What its API answers in place of questions.
_CODES = {
    1: "it had not enough questions for what was asked",
    2: "it was asked in a wrong way",
    3: "its session was not known",
    4: "its session had seen all questions",
    5: "it was asked too often",
}
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")
_TEXTS = ("category", "type", "difficulty", "question", "correct_answer")


def recognises(source: Source) -> bool:
    """Whether it has the names of that API's JSON, which no quiz of ours has."""
    if source.is_workbook or source.text.lstrip()[:1] not in ("{", "["):
        return False
    beginning = source.text[:10_000]
    return '"incorrect_answers"' in beginning or '"response_code"' in beginning


def read(source: Source, fallback_title: str) -> Import:
    """The quiz in such a file; raises Unreadable if it is no JSON or has no list of results."""
    raw = loaded(source)
    results = raw.get("results") if isinstance(raw, dict) else raw
    if not isinstance(results, list):
        raise Unreadable("file", 'must be a list, or an object with a list of "results"')
    code = raw.get("response_code") if isinstance(raw, dict) else 0
    if not results and isinstance(code, int) and code in _CODES:
        raise Unreadable("file", f"is an answer of the database without questions: {_CODES[code]} (response code {code})")
    draft = Draft()
    decode = _decoder(results)
    categories: dict[str, str] = {}
    for number, result in enumerate(results, 1):
        draft.add(f"question {number}", partial(_question, result, number, decode, categories))
        if draft.full:
            break
    for category, place in categories.items():
        draft.tag(place, category)
    about = f"{ATTRIBUTION} Categories: {', '.join(categories)}." if categories else ATTRIBUTION
    return draft.imported(fallback_title, description=about if len(about) <= 1000 else ATTRIBUTION)


def _question(result: Any, number: int, decode: Callable[[str], str], categories: dict[str, str]) -> dict[str, Any]:
    if not isinstance(result, dict):
        raise ContentError("is no object")
    told = {name: _text(result.get(name), name, decode) for name in ("type", "question", "correct_answer")}
    wrong = result.get("incorrect_answers")
    if not isinstance(wrong, list):
        raise ContentError("incorrect_answers: must be a list")
    if isinstance(category := result.get("category"), str) and category.strip():
        categories.setdefault(decode(category).strip(), f"question {number}")
    right = told["correct_answer"]
    if told["type"] == "boolean":
        if right.lower() not in ("true", "false"):
            raise ContentError("correct_answer: is neither True nor False")
        return {"type": "true_false", "text": told["question"], "correct": right.lower() == "true"}
    if told["type"] != "multiple":
        raise ContentError("type: is neither multiple nor boolean")
    choices, correct = mixed(right, [_text(one, "incorrect_answers", decode) for one in wrong], told["question"])
    return {"type": "single", "text": told["question"], "choices": choices, "correct": [correct]}


def _text(value: Any, field: str, decode: Callable[[str], str]) -> str:
    if not isinstance(value, str):
        raise ContentError(f"{field}: is no text")
    return decode(value).strip()


def _decoder(results: list[Any]) -> Callable[[str], str]:
    """What undoes the file's encoding, which it doesn't name: HTML's entities, percent signs in two ways, or base64."""
    texts = [str(one.get(name)) for one in results if isinstance(one, dict) for name in _TEXTS if isinstance(one.get(name), str)]
    kinds = {str(one.get("type")) for one in results if isinstance(one, dict)}
    if kinds and kinds <= {_encoded("multiple"), _encoded("boolean")}:
        return _from_base64
    if not any(" " in text for text in texts) and any(_ESCAPED.search(text) for text in texts):
        return unquote_plus if any("+" in text for text in texts) else unquote
    return html.unescape


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise ContentError("is not in base64 as the others are") from None
