"""The answers to the questions of games, in this process's memory, by the same rules as in Redis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quiz.domain import scoring
from quiz.domain.errors import Kicked, NotJoined, QuestionNotOpen, TooLate
from quiz.domain.game import Game
from quiz.play.ports import Acceptance, Receipt, Submission
from quiz.store.held import Held, HeldGames

#: How long ago an answer may have come, in milliseconds, to count from then on.
BELIEVED_MS = 1000


class MemoryAnswers:
    """`play.ports.Answers` of games that are held."""

    def __init__(self, games: HeldGames) -> None:
        self._games = games

    def accept(self, game: Game, submission: Submission) -> Acceptance:
        """See `Answers.accept`."""
        held = self._games.held(game)
        first = self.first(held, submission.player, submission.index)
        if first:
            return Acceptance(first, True, None)
        receipt = self.judge(held, submission)
        before = held.board
        held.record(submission.player, submission.index, receipt)
        return Acceptance(receipt, False, (held.epoch, held.board) if held.board > before else None)

    def first(self, held: Held, player: str, index: int) -> Receipt | None:
        """The receipt of the player's answer to a question; raises Kicked or NotJoined."""
        if player in held.kicked:
            raise Kicked
        if player not in held.names:
            raise NotJoined
        return held.answers.get(index, {}).get(player)

    def judge(self, held: Held, s: Submission) -> Receipt:
        """The receipt that a first answer to a question would get; raises QuestionNotOpen or TooLate. Changes nothing."""
        game, now = held.game, self._games.now()
        limit = held.phase.stretched(game.questions[s.index].time_limit_ms, s.player)
        at = now if s.at is None or now - s.at > BELIEVED_MS else min(s.at, now)
        opened = self._open_since(held, s, now, at, limit)
        elapsed = min(max(at - opened - s.credit_ms, 0), limit)
        streak = scoring.streak_after(held.streaks.get(s.player, 0), s.right)
        points = scoring.points(game.scoring, game.worth(s.index), s.right, elapsed, limit)
        if game.options.streak_bonus:
            points += scoring.streak_bonus(streak, s.right)
        score = rank = 0
        if not game.live:
            score = int(held.leaderboard[s.player]) + points
            rank = held.rank(score)
        return Receipt(
            answer=s.answer,
            right=s.right,
            points=points,
            elapsed_ms=elapsed,
            streak=streak,
            stamp=held.next_stamp(at),
            at=at,
            score=score,
            rank=rank,
        )

    def _open_since(self, held: Held, s: Submission, now: int, at: int, limit: int) -> int:
        game, phase = held.game, held.phase
        if not game.live:
            if phase.state == "finished":
                raise TooLate
            opened = held.opened.get((s.player, s.index))
            if game.options.time_limits:
                if opened is None:
                    raise QuestionNotOpen
                if at > opened + limit + game.grace_ms:
                    raise TooLate
            return at if opened is None else opened
        if s.index > phase.index or (s.index == phase.index and phase.state == "paused" and phase.resume_to == "question"):
            raise QuestionNotOpen
        if s.index < phase.index or phase.state != "question" or at > phase.closes_for(s.player) + game.grace_ms:
            raise TooLate
        if now < phase.opened_at:
            raise QuestionNotOpen
        return phase.opened_at

    def receipts(self, game: Game, index: int, players: Sequence[str] | None = None) -> dict[str, Receipt]:
        """See `Answers.receipts`."""
        answers = self._games.held(game).answers.get(index, {})
        return {p: r for p, r in answers.items() if players is None or p in players}

    def given(self, game: Game, player: str, indexes: Sequence[int]) -> dict[int, Receipt]:
        """See `Answers.given`."""
        found = {index: self.receipts(game, index, [player]).get(player) for index in indexes}
        return {index: receipt for index, receipt in found.items() if receipt}

    def answered(self, game: Game, index: int) -> set[str]:
        """See `Answers.answered`."""
        return set(self._games.held(game).answers.get(index, {}))

    def answer_count(self, game: Game, index: int) -> int:
        """See `Answers.answer_count`."""
        return len(self._games.held(game).answers.get(index, {}))

    def generation(self, game: Game) -> int:
        """See `Answers.generation`."""
        return self._games.held(game).generation

    def reset(self, game: Game) -> int:
        """See `Answers.reset`."""
        held = self._games.held(game)
        held.reset(held.generation + 1)
        return held.generation

    def open_for(self, game: Game, player: str, index: int) -> int:
        """See `Answers.open_for`."""
        return self._games.held(game).opened.setdefault((player, index), self._games.now())

    def opened_for(self, game: Game, player: str) -> Mapping[int, int]:
        """See `Answers.opened_for`."""
        return {index: at for (who, index), at in self._games.held(game).opened.items() if who == player}

    def miss(self, game: Game, player: str, index: int) -> None:
        """See `Answers.miss`."""
        held = self._games.held(game)
        opened = held.opened.get((player, index), 0)
        if opened > 0:
            held.stamp = held.next_stamp(self._games.now())
            held.opened[player, index] = -game.created_at - held.stamp
            held.streaks[player] = 0
