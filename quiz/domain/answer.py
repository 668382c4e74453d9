"""An answer: is it of its question's shape, is it right, and how did everybody answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from quiz.domain.errors import InvalidPayload
from quiz.domain.question import MAX_ANSWER, MAX_NUMBER, Question
from quiz.domain.text import fold, has_control, has_heap, tidy

#: How many different answers a distribution of texts or numbers names.
MOST_FREQUENT = 20


def parse(question: Question, raw: Any) -> Any:
    """`raw` as the record holds it; raises InvalidPayload if its shape is not the one that the question's type asks for."""
    match question.type:
        case "single" | "poll":
            return _choice(question, raw)
        case "multiple":
            return sorted(_choices(question, raw))
        case "order":
            ids = _choices(question, raw)
            if len(ids) != len(question.choices):
                raise InvalidPayload("answer: must hold the id of every item once")
            return ids
        case "true_false":
            if not isinstance(raw, bool):
                raise InvalidPayload("answer: must be true or false")
            return raw
        case "number":
            # The comparison is false for NaN too, and right for integers that no float holds.
            if isinstance(raw, bool) or not isinstance(raw, int | float) or not abs(raw) <= MAX_NUMBER:
                raise InvalidPayload(f"answer: must be a number, at most {MAX_NUMBER:g} from 0")
            return raw
        case "text":
            text = tidy(raw) if isinstance(raw, str) and len(raw) <= MAX_ANSWER else ""
            if not text or has_control(text) or has_heap(text):
                raise InvalidPayload(f"answer: must be a text of 1 to {MAX_ANSWER} characters")
            return text


def _choice(question: Question, raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw < len(question.choices):
        raise InvalidPayload(f"answer: must be the id of a choice, 0 to {len(question.choices) - 1}")
    return raw


def _choices(question: Question, raw: Any) -> list[int]:
    if not isinstance(raw, list) or len(raw) > len(question.choices):
        raise InvalidPayload("answer: must be a list of the ids of choices")
    ids = [_choice(question, one) for one in raw]
    if len(set(ids)) != len(ids):
        raise InvalidPayload("answer: names a choice twice")
    return ids


def is_right(question: Question, answer: Any) -> bool | None:
    """Whether a parsed answer is right; None for a poll, where nothing is."""
    match question.type:
        case "poll":
            return None
        case "multiple":
            return set(answer) == set(question.correct)
        case "order":
            return list(answer) == list(question.correct)
        case "number":
            # In decimal, as the author wrote it: 0.4 is within 0.3 ± 0.1, though their binary difference exceeds 0.1.
            return abs(Decimal(str(answer)) - Decimal(str(question.correct))) <= Decimal(str(question.tolerance))
        case "text":
            return fold(answer) in {fold(spelling) for spelling in question.correct}
        case _:
            return bool(answer == question.correct)


def distribution(question: Question, answers: Iterable[Any]) -> list[dict[str, Any]]:
    """How often each answer was given, `[{"answer", "count"}]`, the most frequent first, at most 20 for text and number.

    Texts that differ in case alone are one answer, shown in the spelling that came first.
    """
    counts: Counter[Any] = Counter()
    shown: dict[Any, Any] = {}
    for one in answers:
        key = fold(one) if question.type == "text" else tuple(one) if isinstance(one, list) else one
        counts[key] += 1
        shown.setdefault(key, one)
    most = MOST_FREQUENT if question.type in ("text", "number") else None
    return [{"answer": shown[key], "count": count} for key, count in counts.most_common(most)]
