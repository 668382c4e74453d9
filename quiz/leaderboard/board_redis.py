"""The board in Redis: read, and claimed for broadcasting, by one script."""

from __future__ import annotations

from typing import Any

from quiz.domain.errors import GameNotFound
from quiz.domain.game import Game
from quiz.domain.ranking import Board, ranked
from quiz.domain.teams import TeamBoard, Total, team_places
from quiz.store.connection import Prepared, SharedRedis, busy_if_unreachable, script
from quiz.store.keys import game_keys

#: Boards whose reading is prepared.
PREPARED = 1000


@busy_if_unreachable
class RedisLeaderboard:
    """`play.ports.Leaderboard` over a Redis."""

    def __init__(self, client: SharedRedis) -> None:
        self._script = script(client, "quiz.leaderboard", "board")
        self._prepared: dict[tuple[str, int], Prepared] = {}  # by game and length
        self._team_script = script(client, "quiz.leaderboard", "team_board")

    def _board(self, game: Game, count: int, window_ms: int | str) -> Board | int:
        read = self._prepared.get((game.id, count)) or self._reader(game, count)
        reply: list[Any] = read(window_ms)
        if reply[0] == "gone":
            raise GameNotFound
        if reply[0] == "wait":
            return int(reply[1])
        epoch, version, players, *rows = reply[1:]
        top = ranked(zip(rows[::3], rows[1::3], rows[2::3], strict=True))
        return Board(int(epoch), int(version), players, top)

    def _reader(self, game: Game, count: int) -> Prepared:
        k = game_keys(game.pin)
        if len(self._prepared) >= PREPARED:
            self._prepared.clear()
        made = self._script.prepared([k.game, k.leaderboard, k.names, k.sent], [game.id, count], 1)
        self._prepared[game.id, count] = made
        return made

    def top(self, game: Game, count: int) -> Board:
        """See `Leaderboard.top`."""
        board = self._board(game, count, "")
        assert isinstance(board, Board)  # without a window there is nothing to wait for
        return board

    def claim(self, game: Game, count: int, window_ms: int) -> Board | int:
        """See `Leaderboard.claim`."""
        return self._board(game, count, window_ms)

    def _team_board(self, game: Game, window_ms: int | str) -> TeamBoard | int:
        k, names = game_keys(game.pin), game.options.teams
        on = [k.game, k.leaderboard, k.teams, k.sent]
        status, *rest = self._team_script(keys=on, args=[game.id, len(names), window_ms])
        if status == "gone":
            raise GameNotFound
        numbers = [int(one) for one in rest]
        if status == "wait":
            return numbers[0]
        epoch, version, *sums = numbers
        return TeamBoard(epoch, version, team_places(names, list(map(Total, sums[::2], sums[1::2]))))

    def teams(self, game: Game) -> TeamBoard:
        """See `Leaderboard.teams`."""
        board = self._team_board(game, "")
        assert isinstance(board, TeamBoard)
        return board

    def claim_teams(self, game: Game, window_ms: int) -> TeamBoard | int:
        """See `Leaderboard.claim_teams`."""
        return self._team_board(game, window_ms)
