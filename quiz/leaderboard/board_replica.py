"""Boards that are only shown, from replicas: so fifty instances and more leave the master to the answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from quiz.domain.errors import GameNotFound, ServerBusy
from quiz.domain.game import Game
from quiz.domain.ranking import Board, Edition
from quiz.domain.teams import TeamBoard
from quiz.leaderboard.board_redis import RedisLeaderboard
from quiz.play.ports import Leaderboard

#: Seconds for which a replica that fails is left alone.
PAUSE = 5.0


class ShownBoards:
    """`play.ports.Leaderboard`: reads from one of the replicas what is as new as anything that clients here were shown.

    A board and its edition come from the same read, so an old board never goes by a new edition. A newer board that this worker
    has not heard of yet is on its way to whoever is shown the older one here.
    """

    def __init__(
        self,
        exact: Leaderboard,
        told: Callable[[Game], Edition | None],
        usable: Callable[[], bool],
        replicas: Sequence[RedisLeaderboard],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`told` gives the edition of the last board that was told here; `usable` is false while Redis is away."""
        self._exact, self._told, self._usable, self._clock = exact, told, usable, clock
        self._replicas, self._turn, self._resting_until = replicas, 0, float("-inf")

    def top(self, game: Game, count: int) -> Board:
        """See `Leaderboard.top`."""
        told = self._told(game)
        if told is not None and self._usable() and self._clock() >= self._resting_until:
            board = self._from_replica(game, count)
            if board is not None and board.edition >= told:
                return board
        return self._exact.top(game, count)

    def claim(self, game: Game, count: int, window_ms: int) -> Board | int:
        """See `Leaderboard.claim`: what is told to all comes from the master."""
        return self._exact.claim(game, count, window_ms)

    def teams(self, game: Game) -> TeamBoard:
        """See `Leaderboard.teams`: a master keeps them for a while, so reading is cheap."""
        return self._exact.teams(game)

    def claim_teams(self, game: Game, window_ms: int) -> TeamBoard | int:
        """See `Leaderboard.claim_teams`."""
        return self._exact.claim_teams(game, window_ms)

    def _from_replica(self, game: Game, count: int) -> Board | None:
        try:
            return self._replicas[self._turn].top(game, count)
        except GameNotFound:
            return None  # not yet, or never: the master knows
        except ServerBusy:
            self._turn = (self._turn + 1) % len(self._replicas)
            self._resting_until = self._clock() + PAUSE
            return None
