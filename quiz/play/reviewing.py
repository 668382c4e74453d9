"""How a player looks at the questions of a game again: which are left, how they fared, and what was right."""

from __future__ import annotations

from typing import Any

from quiz.domain.errors import Kicked, WrongState
from quiz.domain.game import Game, Phase
from quiz.play.ports import Games, Receipt
from quiz.play.views import question_view


class Reviewing:
    """Changes nothing, and tells what is right only of what the player can't answer any more."""

    def __init__(self, games: Games) -> None:
        self._games = games

    def overview(self, game: Game, player: str) -> dict[str, Any]:
        """All questions of a self-paced game, of a live one those that are over; raises Kicked."""
        phase, over, answered = self._over(game, player)
        receipts = self._games.answers.given(game, player, answered)
        shown = over if game.live else range(len(game.questions))
        return {"questions": [_line(game, phase, index, receipts.get(index), index in over) for index in sorted(shown)]}

    def review(self, game: Game, player: str, question_id: str) -> dict[str, Any]:
        """A question, and how the player fared in it; raises WrongState while it could still be answered, and Kicked."""
        index = game.index_of(question_id)
        phase, over, _ = self._over(game, player)
        if index not in over:
            raise WrongState("this question is not over for you")
        question = game.questions[index]
        receipt = self._games.answers.given(game, player, [index]).get(index)
        result = {**_fared(game, phase, index, receipt), "right_answer": question.correct}
        if receipt:
            result["answer"] = receipt.answer
        if question.explanation:
            result["explanation"] = question.explanation
        return {"question": question_view(game, phase, index, 0, None, self._games.now(), player), "result": result}

    def _over(self, game: Game, player: str) -> tuple[Phase, set[int], list[int]]:
        """Where the game stands; the indexes of questions that are over for the player, and of those that are answered."""
        phase, now = self._games.phase(game)
        standing = self._games.players.standing(game, player)
        if standing.kicked:
            raise Kicked
        answered = [index for index in standing.answered if not game.live or phase.over(index)]
        if game.live:
            return phase, {index for index in range(len(game.questions)) if phase.over(index)}, answered
        if phase.state == "finished" or now >= (game.options.closes_at or now + 1) + game.grace_ms:
            return phase, set(range(len(game.questions))), answered
        opened = self._games.answers.opened_for(game, player) if game.options.time_limits else {}
        return phase, {*answered, *(index for index, at in opened.items() if at < 0)}, answered


def _line(game: Game, phase: Phase, index: int, receipt: Receipt | None, over: bool) -> dict[str, Any]:
    plain = {"question": game.questions[index].id, "answered": receipt is not None, "over": over}
    return {**plain, **_fared(game, phase, index, receipt)} if over else plain


def _fared(game: Game, phase: Phase, index: int, receipt: Receipt | None) -> dict[str, Any]:
    if receipt:
        return {"correct": receipt.right, "points": 0 if index in phase.skipped else receipt.points}
    return {"correct": None if game.questions[index].type == "poll" else False, "points": 0}
