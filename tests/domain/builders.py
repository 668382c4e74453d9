"""Questions and games in one short call each."""

from __future__ import annotations

from typing import Any

from quiz.domain.game import Game, Mode, Options
from quiz.domain.question import Question, question

SOUND: dict[str, dict[str, Any]] = {
    "single": {"choices": ["a", "b", "c"], "correct": 1},
    "multiple": {"choices": ["a", "b", "c", "d"], "correct": [2, 0]},
    "true_false": {"correct": False},
    "text": {"correct": ["colour", "color"]},
    "number": {"correct": 0.3, "tolerance": 0.1},
    "order": {"choices": ["a", "b", "c"], "correct": [2, 0, 1]},
    "poll": {"choices": ["a", "b", "c"]},
}


def raw(kind: str, **changes: Any) -> dict[str, Any]:
    return {"type": kind, "text": "What?", **SOUND[kind], **changes}


def ask(kind: str, **changes: Any) -> Question:
    return question(raw(kind, **changes), 1)


def make_game(*time_limits: float, mode: Mode = "live", grace_ms: int = 250, **options: Any) -> Game:
    """A game with a question for each time limit."""
    limits = time_limits or (20.0,)
    questions = tuple(question(raw("single", time_limit=limit), number) for number, limit in enumerate(limits, 1))
    return Game(
        id="g",
        pin="123456",
        quiz="s",
        title="T",
        mode=mode,
        questions=questions,
        created_at=0,
        grace_ms=grace_ms,
        options=Options(**options),
    )
