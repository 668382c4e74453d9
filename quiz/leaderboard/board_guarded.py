"""The board in Redis, and without it as this instance knows it, marked provisional."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from quiz.domain.errors import GameNotFound, StoreAway
from quiz.domain.game import Game
from quiz.domain.ranking import Board
from quiz.domain.teams import TeamBoard
from quiz.leaderboard.board_memory import MemoryLeaderboard
from quiz.leaderboard.board_redis import RedisLeaderboard
from quiz.store.connection import SharedRedis
from quiz.store.games_guarded import GuardedGames

B = TypeVar("B", Board, TeamBoard)


class GuardedLeaderboard(RedisLeaderboard):
    """`play.ports.Leaderboard` for `GuardedGames`."""

    def __init__(self, client: SharedRedis, games: GuardedGames) -> None:
        super().__init__(client)
        self._games, self._fallback = games, MemoryLeaderboard(games.mirror)

    def top(self, game: Game, count: int) -> Board:
        """See `Leaderboard.top`."""
        try:
            return super().top(game, count)
        except (StoreAway, GameNotFound) as error:
            self._games.bridge.cross(error)
        self._games.mirror.show(game)
        return _provisional(self._fallback.top(game, count))

    def claim(self, game: Game, count: int, window_ms: int) -> Board | int:
        """See `Leaderboard.claim`."""
        try:
            return super().claim(game, count, window_ms)
        except (StoreAway, GameNotFound) as error:
            self._games.bridge.cross(error)
        self._games.mirror.show(game)
        found = self._fallback.claim(game, count, window_ms)
        return _provisional(found) if isinstance(found, Board) else found

    def teams(self, game: Game) -> TeamBoard:
        """See `Leaderboard.teams`."""
        try:
            return super().teams(game)
        except (StoreAway, GameNotFound) as error:
            self._games.bridge.cross(error)
        self._games.mirror.show(game)
        return _provisional(self._fallback.teams(game))

    def claim_teams(self, game: Game, window_ms: int) -> TeamBoard | int:
        """See `Leaderboard.claim_teams`."""
        try:
            return super().claim_teams(game, window_ms)
        except (StoreAway, GameNotFound) as error:
            self._games.bridge.cross(error)
        self._games.mirror.show(game)
        found = self._fallback.claim_teams(game, window_ms)
        return _provisional(found) if isinstance(found, TeamBoard) else found


def _provisional(board: B) -> B:
    return msgspec.structs.replace(board, provisional=True)
