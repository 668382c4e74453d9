"""The answers to the questions of games, in Redis or else here: in the journal before they are acknowledged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from quiz.domain.game import Game
from quiz.play.ports import Acceptance, Receipt, Submission
from quiz.resilience.records import answered
from quiz.store.answers_mirror import MirrorAnswers
from quiz.store.answers_redis import RedisAnswers
from quiz.store.bridge import Bridge
from quiz.store.connection import SharedRedis
from quiz.store.players_guarded import GuardedPlayers


class GuardedAnswers(RedisAnswers):
    """`play.ports.Answers`. Without Redis, answers to what is open are marked provisional; a reset raises StoreAway."""

    def __init__(self, client: SharedRedis, now: Callable[[], int], players: GuardedPlayers, bridge: Bridge) -> None:
        super().__init__(client, now)
        self._players, self._bridge, self._mirror = players, bridge, bridge.mirror
        self._here = MirrorAnswers(bridge.mirror)

    def accept(self, game: Game, submission: Submission) -> Acceptance:
        """See `Answers.accept`. In the journal before this returns."""
        s = submission
        self._bridge.check()
        self._bridge.learn(game)

        def ask() -> Acceptance:
            if not self._mirror.knows(game, s.player):
                self._players.standing(game, s.player)  # in this journal a seat comes before its answers
            acceptance, receipt, generation = super(GuardedAnswers, self).accepted(game, s)
            self._bridge.keep(answered(game.id, s.player, s.index, generation, receipt))
            self._mirror.learn_answer(game, s.player, s.index, acceptance.receipt, acceptance.board, generation)
            return acceptance

        return self._bridge.either(ask, lambda: self._accept_here(game, s))

    def _accept_here(self, game: Game, s: Submission) -> Acceptance:
        held = self._mirror.show(game)
        known = self._here.first(held, s.player, s.index)
        if known is not None:
            return Acceptance(known, True, None, provisional=True)
        receipt = self._here.judge(held, s)
        record = answered(game.id, s.player, s.index, held.generation, receipt)
        self._bridge.keep(record)
        known = held.answers.get(s.index, {}).get(s.player)  # the same answer may have come meanwhile, on another connection
        if known is not None:
            return Acceptance(known, True, None, provisional=True)
        board = self._mirror.accept_unconfirmed(game, record, receipt)
        self._bridge.journal.ahead = True
        return Acceptance(receipt, False, board, provisional=True)

    def receipts(self, game: Game, index: int, players: Sequence[str] | None = None) -> dict[str, Receipt]:
        """See `Answers.receipts`; without Redis, as far as this instance knows."""
        return self._bridge.either(
            lambda: super(GuardedAnswers, self).receipts(game, index, players), lambda: self._here.receipts(game, index, players)
        )

    def given(self, game: Game, player: str, indexes: Sequence[int]) -> dict[int, Receipt]:
        """See `Answers.given`; without Redis, as far as this instance knows."""
        return self._bridge.either(
            lambda: super(GuardedAnswers, self).given(game, player, indexes), lambda: self._here.given(game, player, indexes)
        )

    def answered(self, game: Game, index: int) -> set[str]:
        """See `Answers.answered`; without Redis, as far as this instance knows."""
        return self._bridge.either(
            lambda: super(GuardedAnswers, self).answered(game, index), lambda: self._here.answered(game, index)
        )

    def answer_count(self, game: Game, index: int) -> int:
        """See `Answers.answer_count`; without Redis, as far as this instance knows."""
        return self._bridge.either(
            lambda: super(GuardedAnswers, self).answer_count(game, index), lambda: self._here.answer_count(game, index)
        )

    def reset(self, game: Game) -> int:
        """See `Answers.reset`."""
        self._bridge.check()
        generation = self._bridge.there(lambda: super(GuardedAnswers, self).reset(game))
        self._bridge.learn_reset(game, generation)
        return generation

    def open_for(self, game: Game, player: str, index: int) -> int:
        """See `Answers.open_for`."""

        def ask() -> int:
            at = super(GuardedAnswers, self).open_for(game, player, index)
            if game.options.time_limits or game.scoring == "kahoot":
                self._mirror.held(game).opened[player, index] = at
            return at

        return self._bridge.either(ask, lambda: self._here.open_for(game, player, index))

    def opened_for(self, game: Game, player: str) -> Mapping[int, int]:
        """See `Answers.opened_for`."""
        return self._bridge.either(
            lambda: super(GuardedAnswers, self).opened_for(game, player), lambda: self._here.opened_for(game, player)
        )

    def miss(self, game: Game, player: str, index: int) -> None:
        """See `Answers.miss`."""
        self._bridge.either(
            lambda: super(GuardedAnswers, self).miss(game, player, index), lambda: self._here.miss(game, player, index)
        )
