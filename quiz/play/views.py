"""What people are shown of a game, as the payloads of contract §3. What is right is in `reveal` alone."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from typing import Any

from quiz.domain.answer import distribution
from quiz.domain.game import Game, Phase
from quiz.domain.question import Choice
from quiz.domain.ranking import Board
from quiz.play.ports import Receipt, Seat


def game_view(game: Game, phase: Phase) -> dict[str, Any]:
    """The `game` object of acknowledgements."""
    view: dict[str, Any] = {
        "pin": game.pin,
        "id": game.id,
        "title": game.title,
        "mode": game.mode,
        "state": phase.state,
        "version": phase.version,
        "question_count": len(game.questions),
        "names_hidden": phase.names_hidden,
        **({"teams": list(game.options.teams), "team_choice": game.options.team_choice} if game.options.teams else {}),
    }
    if game.live and phase.index >= 0:
        view["index"] = phase.index
    if game.language:
        view["language"] = game.language
    if game.options.closes_at:
        view["closes_at"] = game.options.closes_at
    if not game.options.leaderboard:
        view["leaderboard"] = False
    return {**view, **_ended(phase)}


def _ended(phase: Phase) -> dict[str, int]:
    """When a game that is over ended."""
    return {"finished_at": phase.moved_at} if phase.state == "finished" else {}


def board_view(game: Game, board: Board) -> dict[str, Any]:
    """The `leaderboard` of a player's acknowledgements: without anybody on it where players are to see none."""
    payload = board.payload(game.pin)
    return payload if game.options.leaderboard else {**payload, "top": []}


def state_view(game: Game, phase: Phase) -> dict[str, Any]:
    """The `game` event."""
    return {
        "pin": game.pin,
        "state": phase.state,
        "version": phase.version,
        "locked": phase.locked,
        "names_hidden": phase.names_hidden,
        **_ended(phase),
    }


def question_view(
    game: Game,
    phase: Phase,
    index: int,
    opened_at: int,
    closes_at: int | None,
    now: int,
    player: str | None = None,
    *,
    shown: bool = True,
) -> dict[str, Any]:
    """The `question` event. Times are epoch milliseconds of the server.

    With `player`, choices come in that player's order, and the limit is that player's. Not `shown`, there is neither text nor
    image in it: they are on the host's screen alone.
    """
    question = game.questions[index]
    view: dict[str, Any] = {
        "id": question.id,
        "index": index,
        "total": len(game.questions),
        "type": question.type,
        "text": question.text if shown else "",
        "time_limit_ms": phase.stretched(question.time_limit_ms, player),
        "opened_at": opened_at,
        "closes_at": closes_at,
        "now": now,
    }
    if question.image and shown:
        view["image"] = question.image
    if question.image_alt and shown:
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


def open_question_view(game: Game, phase: Phase, now: int, player: str | None = None, *, host: bool = False) -> dict[str, Any]:
    """The question that a live game is at, for one player, for all, or for hosts."""
    shown = host or game.options.show_on_phones
    return question_view(game, phase, phase.index, phase.opened_at, phase.closes_for(player), now, player, shown=shown)


def reveal_view(game: Game, phase: Phase, receipts: Mapping[str, Receipt]) -> dict[str, Any]:
    """The `reveal` event: what was right, and how all answered."""
    question = game.questions[phase.index]
    view: dict[str, Any] = {
        "question": question.id,
        "correct": question.correct,
        "distribution": distribution(question, (r.answer for r in receipts.values())),
    }
    if question.explanation:
        view["explanation"] = question.explanation
    return {**view, "skipped": True} if phase.index in phase.skipped else view


def result_view(
    game: Game,
    phase: Phase,
    index: int,
    receipt: Receipt | None,
    score: int,
    rank: int,
    streak: int,
    ahead: tuple[str, int] | None = None,
) -> dict[str, Any]:
    """The `result` event of one player, who may not have answered; `ahead`: the nickname and score of who is just ahead."""
    question, skipped = game.questions[index], index in phase.skipped
    unanswered = None if question.type == "poll" else False
    view: dict[str, Any] = {
        "question": question.id,
        "correct": receipt.right if receipt else unanswered,
        "points": receipt.points if receipt and not skipped else 0,
        "score": score,
        "rank": rank if game.options.leaderboard else None,
        "streak": streak,
        "elapsed_ms": receipt.elapsed_ms if receipt else None,
    }
    if ahead and game.options.leaderboard:
        view["ahead"] = {"nickname": ahead[0], "score": ahead[1]}
    return {**view, "skipped": True} if skipped else view


def ahead(scores: list[tuple[str, int]]) -> dict[str, tuple[str, int]]:
    """Of everybody who is not first: the last one listed of those with more points, and these; from all in listing order."""
    found: dict[str, tuple[str, int]] = {}
    above: tuple[str, int] | None = None
    last: tuple[str, int] | None = None
    for row in scores:
        if last and row[1] < last[1]:
            above = last
        if above:
            found[row[0]] = above
        last = row
    return found


def ranks(scores: list[tuple[str, int]]) -> dict[str, tuple[int, int]]:
    """Each player's (score, rank), from all players in listing order."""
    found: dict[str, tuple[int, int]] = {}
    rank, before = 0, -1
    for number, (player, score) in enumerate(scores, 1):
        if score != before:
            rank, before = number, score
        found[player] = (score, rank)
    return found


def listed(game: Game, seats: Iterable[Seat], extended: Mapping[str, int]) -> list[dict[str, Any]]:
    """A roster as `watch` shows it; `extended` are the players who have more time, and how much in percent."""
    return [
        {
            "id": s.id,
            "nickname": s.nickname,
            "connected": s.connected,
            **in_team(game, s.team),
            **numbered(s.number),
            **({"extra_time": extended[s.id] / 100} if s.id in extended else {}),
        }
        for s in seats
    ]


def numbered(number: int | None) -> dict[str, int]:
    """What stands for a player's name where names are hidden, if it is known."""
    return {} if number is None else {"number": number}


def in_team(game: Game, team: int | None) -> dict[str, str]:
    """What is told of a player's team, if the player is in one."""
    return {} if team is None or team >= len(game.options.teams) else {"team": game.options.teams[team]}
