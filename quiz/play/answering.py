"""How an answer is given, and how a self-paced player gets the next question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from quiz.domain import answer as answers
from quiz.domain.errors import Kicked, TooLate, WrongState
from quiz.domain.game import Game
from quiz.play.announcer import Announcer
from quiz.play.ports import Games, Submission
from quiz.play.reviewing import Reviewing
from quiz.play.views import question_view


class Answering:
    """Takes answers. The first of a player to a question counts; every later one gets the first one's result."""

    def __init__(self, games: Games, announcer: Announcer) -> None:
        self._games, self._announcer = games, announcer
        #: Lets players look at what they have answered.
        self.reviewing = Reviewing(games)

    def submit(self, game: Game, player: str, question_id: str, raw: Any, credit_ms: int = 0) -> dict[str, Any]:
        """The acknowledgement of an answer; in live mode it tells nothing of how the answer fared."""
        index = game.index_of(question_id)
        question = game.questions[index]
        parsed = answers.parse(question, raw)
        right = answers.is_right(question, parsed)
        credit = min(credit_ms, game.options.compensation_ms)
        at = self._games.now()
        closes_at = game.options.closes_at
        if closes_at is not None and at > closes_at + game.grace_ms and not self._games.answers.given(game, player, [index]):
            raise TooLate("the game is over")
        submission = Submission(player=player, index=index, answer=parsed, right=right, credit_ms=credit, at=at)
        receipt, duplicate, edition, provisional = self._games.answers.accept(game, submission)
        marked: dict[str, Any] = {"provisional": True} if provisional else {}
        if game.live:
            if not duplicate:
                self._announcer.progress_changed(game, index)
            return {"accepted": True, "duplicate": duplicate, **marked}
        if edition:
            self._announcer.board_changed(game, edition)
        if question.explanation:
            marked["explanation"] = question.explanation
        return {
            **marked,
            "correct": receipt.right,
            "points": receipt.points,
            "score": receipt.score,
            "rank": receipt.rank if game.options.leaderboard else None,
            "streak": receipt.streak,
            "duplicate": duplicate,
            "right_answer": question.correct,
        }

    def next_question(self, game: Game, player: str, after: str | None = None, question: str | None = None) -> dict[str, Any]:
        """The first question that the player has neither answered nor run out of time for, or `finished`; raises Kicked.

        With `after`, the first one behind that, and then from the first on. With `question`, that one; raises WrongState if the
        player has answered it, TooLate if its time is over.
        """
        if game.live:
            raise WrongState("in a live game the host opens the questions")
        phase, now = self._games.phase(game)
        if phase.state == "finished" or now >= (game.options.closes_at or now + 1):
            raise TooLate("the game is over")
        standing = self._games.players.standing(game, player)
        if standing.kicked:
            raise Kicked
        answered = set(standing.answered)
        timed = game.options.time_limits
        opened = self._games.answers.opened_for(game, player) if timed else {}
        for index in self._order(game, after, question):
            limit = phase.stretched(game.questions[index].time_limit_ms, player)
            if index in answered:
                continue
            if index in opened and now > opened[index] + limit:
                if game.questions[index].type != "poll":
                    self._games.answers.miss(game, player, index)
                continue
            opened_at = self._games.answers.open_for(game, player, index)
            closes_at = opened_at + limit if timed else None
            return {"question": question_view(game, phase, index, opened_at, closes_at, now, player)}
        if question is not None:
            raise WrongState("you have answered this question") if game.index_of(question) in answered else TooLate
        return {"finished": True}

    @staticmethod
    def _order(game: Game, after: str | None, question: str | None) -> Sequence[int]:
        if question is not None:
            return [game.index_of(question)]
        first = 0 if after is None else game.index_of(after) + 1
        return [*range(first, len(game.questions)), *range(first)]
