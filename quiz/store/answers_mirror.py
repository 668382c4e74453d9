"""The answers to the questions of games, as far as this instance knows them: for outages."""

from __future__ import annotations

from collections.abc import Sequence

import gevent

from quiz.domain.errors import StoreAway
from quiz.domain.game import Game
from quiz.play.ports import Receipt, Submission
from quiz.store.answers_memory import MemoryAnswers
from quiz.store.held import Held
from quiz.store.mirror import Mirror

#: Players whose receipts are looked up in journals before others get a turn.
STRIDE = 50


class MirrorAnswers(MemoryAnswers):
    """`play.ports.Answers` of a mirror."""

    def __init__(self, mirror: Mirror) -> None:
        super().__init__(mirror)
        self._mirror = mirror

    def first(self, held: Held, player: str, index: int) -> Receipt | None:
        """The receipt of the player's answer to a question; raises Kicked, or StoreAway where nobody here knows the player."""
        self._mirror.find_player(held, player)
        self._mirror.phase(held.game)
        known = super().first(held, player, index)
        if known is None and index in held.answered.get(player, ()):
            known = self._mirror.receipt(held, player, index)
            if known is None:
                raise StoreAway("this question was answered; the receipt can't be shown right now; try again")
        return known

    def judge(self, held: Held, s: Submission) -> Receipt:
        """The receipt that a first answer to a question would get; raises QuestionNotOpen or TooLate."""
        if held.game.live:
            held.streaks[s.player] = self._streak(held, s.player, s.index)
        return super().judge(held, s)

    def _streak(self, held: Held, player: str, index: int) -> int:
        """In a live game: how long a streak the question at `index` goes on from."""
        counting = (i for i in range(index - 1, -1, -1) if held.game.questions[i].type != "poll" and i not in held.phase.skipped)
        before = next(counting, None)
        if before is None or before not in held.answered[player]:
            return 0
        last = held.answers.get(before, {}).get(player) or self._mirror.receipt(held, player, before)
        return last.streak if last is not None else held.streaks.get(player, 0)

    def receipts(self, game: Game, index: int, players: Sequence[str] | None = None) -> dict[str, Receipt]:
        """See `Answers.receipts`; of all players, those that are known here."""
        held = self._mirror.held(game)
        found = {}
        for number, player in enumerate(self._answered(held, index) if players is None else players, 1):
            receipt = held.answers.get(index, {}).get(player) or self._mirror.receipt(held, player, index)
            if receipt is not None:
                found[player] = receipt
            if number % STRIDE == 0:
                gevent.sleep(0)
        return found

    def answer_count(self, game: Game, index: int) -> int:
        """See `Answers.answer_count`; of those that are known here."""
        return len(self._answered(self._mirror.held(game), index))

    def answered(self, game: Game, index: int) -> set[str]:
        """See `Answers.answered`; of those that are known here."""
        return set(self._answered(self._mirror.held(game), index))

    @staticmethod
    def _answered(held: Held, index: int) -> list[str]:
        return [player for player, indexes in held.answered.items() if index in indexes]

    def open_for(self, game: Game, player: str, index: int) -> int:
        """See `Answers.open_for`."""
        at = super().open_for(game, player, index)
        self._mirror.seen.setdefault(game.id, {})[player, index] = at
        return at

    def miss(self, game: Game, player: str, index: int) -> None:
        """See `Answers.miss`."""
        super().miss(game, player, index)
        at = self._mirror.held(game).opened.get((player, index))
        if at is not None:
            self._mirror.seen.setdefault(game.id, {})[player, index] = at
