"""What people are shown of a game, as the payloads of contract §3. What is right is in `reveal` alone."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from quiz.domain.answer import distribution
from quiz.domain.game import Game, Phase
from quiz.domain.question import Choice
from quiz.play.ports import Receipt


def game_view(game: Game, phase: Phase) -> dict[str, Any]:
    """The `game` object of acknowledgements."""
    return {
        "pin": game.pin,
        "id": game.id,
        "title": game.title,
        "mode": game.mode,
        "state": phase.state,
        "version": phase.version,
        "question_count": len(game.questions),
        **({"teams": list(game.options.teams), "team_choice": game.options.team_choice} if game.options.teams else {}),
    }


def question_view(
    game: Game, index: int, opened_at: int, closes_at: int | None, now: int, player: str | None = None
) -> dict[str, Any]:
    """The `question` event. Times are epoch milliseconds of the server. With `player`, choices come in that player's order."""
    question = game.questions[index]
    view: dict[str, Any] = {
        "id": question.id,
        "index": index,
        "total": len(game.questions),
        "type": question.type,
        "text": question.text,
        "time_limit_ms": question.time_limit_ms,
        "opened_at": opened_at,
        "closes_at": closes_at,
        "now": now,
    }
    if question.image:
        view["image"] = question.image
    if question.image_alt:
        view["image_alt"] = question.image_alt
    if question.choices:
        choices = list(question.choices)
        if player is not None and game.options.shuffle_choices:
            random.Random(f"{game.id}|{player}|{question.id}").shuffle(choices)
        view["choices"] = [_choice_view(choice) for choice in choices]
    return view


def _choice_view(choice: Choice) -> dict[str, Any]:
    plain: dict[str, Any] = {"id": choice.id, "text": choice.text}
    return {**plain, "image": choice.image} if choice.image else plain


def open_question_view(game: Game, phase: Phase, now: int, player: str | None = None) -> dict[str, Any]:
    """The question that a live game is at."""
    return question_view(game, phase.index, phase.opened_at, phase.closes_at, now, player)


def reveal_view(game: Game, index: int, receipts: Mapping[str, Receipt]) -> dict[str, Any]:
    """The `reveal` event: what was right, and how all answered."""
    question = game.questions[index]
    view: dict[str, Any] = {
        "question": question.id,
        "correct": question.correct,
        "distribution": distribution(question, (r.answer for r in receipts.values())),
    }
    if question.explanation:
        view["explanation"] = question.explanation
    return view


def result_view(game: Game, index: int, receipt: Receipt | None, score: int, rank: int, streak: int) -> dict[str, Any]:
    """The `result` event of one player, who may not have answered."""
    question = game.questions[index]
    unanswered = None if question.type == "poll" else False
    return {
        "question": question.id,
        "correct": receipt.right if receipt else unanswered,
        "points": receipt.points if receipt else 0,
        "score": score,
        "rank": rank,
        "streak": streak,
        "elapsed_ms": receipt.elapsed_ms if receipt else None,
    }


def ranks(scores: list[tuple[str, int]]) -> dict[str, tuple[int, int]]:
    """Each player's (score, rank), from all players in listing order."""
    found: dict[str, tuple[int, int]] = {}
    rank, before = 0, -1
    for number, (player, score) in enumerate(scores, 1):
        if score != before:
            rank, before = number, score
        found[player] = (score, rank)
    return found
