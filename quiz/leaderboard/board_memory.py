"""The board of games that are kept in memory."""

from __future__ import annotations

from quiz.domain.game import Game
from quiz.domain.ranking import Board, ranked
from quiz.store.games_memory import MemoryGames


class MemoryLeaderboard:
    """`play.ports.Leaderboard` over `MemoryGames`."""

    def __init__(self, games: MemoryGames) -> None:
        self._games = games

    def top(self, game: Game, count: int) -> Board:
        """See `Leaderboard.top`."""
        held = self._games.held(game)
        rows = [(player, held.names[player], points) for player, points in held.listing()[:count]]
        return Board(held.epoch, held.board, len(held.leaderboard), ranked(rows))

    def claim(self, game: Game, count: int, window_ms: int) -> Board | int:
        """See `Leaderboard.claim`."""
        wait = self._games.claim(game, "board", str(self._games.held(game).board), window_ms)
        return self.top(game, count) if wait < 0 else wait
