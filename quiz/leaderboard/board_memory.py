"""The board of games that are kept in memory."""

from __future__ import annotations

from quiz.domain.game import Game
from quiz.domain.ranking import Board, ranked
from quiz.domain.teams import TeamBoard, team_places
from quiz.store.held import HeldGames
from quiz.store.news_memory import MemoryNews


class MemoryLeaderboard:
    """`play.ports.Leaderboard` of games that are held."""

    def __init__(self, games: HeldGames) -> None:
        self._games, self._news = games, MemoryNews(games)

    def top(self, game: Game, count: int) -> Board:
        """See `Leaderboard.top`."""
        held = self._games.held(game)
        rows = [(player, held.names[player], points) for player, points in held.listing()[:count]]
        return Board(held.epoch, held.board, len(held.leaderboard), ranked(rows))

    def claim(self, game: Game, count: int, window_ms: int) -> Board | int:
        """See `Leaderboard.claim`."""
        wait = self._news.claim(game, "board", str(self._games.held(game).board), window_ms)
        return self.top(game, count) if wait < 0 else wait

    def teams(self, game: Game) -> TeamBoard:
        """See `Leaderboard.teams`."""
        found = self._games.team_totals(game)
        held = self._games.held(game)
        return TeamBoard(held.epoch, held.board, team_places(game.options.teams, found))

    def claim_teams(self, game: Game, window_ms: int) -> TeamBoard | int:
        """See `Leaderboard.claim_teams`."""
        held = self._games.held(game)
        wait = self._news.claim(game, "teams", f"{held.epoch}:{held.board}", window_ms)
        return self.teams(game) if wait < 0 else wait
