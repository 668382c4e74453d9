"""The last boards that a worker heard being told, as JSON; they are looked at when they are needed, which is in outages."""

from __future__ import annotations

from collections import OrderedDict

import msgspec

from quiz.domain.ranking import Dated
from quiz.domain.teams import Total


class ToldPlace(msgspec.Struct, frozen=True):
    """One line of a board that was told."""

    player: str
    nickname: str
    score: int


class ToldBoard(Dated, frozen=True):
    """A `leaderboard` event, as far as it is of use."""

    top: tuple[ToldPlace, ...]


class _Team(msgspec.Struct, frozen=True):
    team: str
    score: float | None
    players: int


class _Teams(msgspec.Struct, frozen=True):
    """A `team_board` event, as far as it is of use."""

    teams: tuple[_Team, ...]


_event = msgspec.json.Decoder(tuple[str, ToldBoard]).decode
_team_event = msgspec.json.Decoder(tuple[str, _Teams]).decode


class ToldBoards:
    """Of each game the last `leaderboard` and `team_board`, of so many games those that were told last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._boards: OrderedDict[str, str] = OrderedDict()
        self._teams: OrderedDict[str, str] = OrderedDict()

    def learn(self, game_id: str, event: str) -> None:
        """A `leaderboard` event was told, as JSON."""
        self._boards[game_id] = event
        if len(self._boards) > self._most:
            self._boards.popitem(last=False)

    def learn_teams(self, game_id: str, event: str) -> None:
        """A `team_board` event was told, as JSON."""
        self._teams[game_id] = event
        if len(self._teams) > self._most:
            self._teams.popitem(last=False)

    def board(self, game_id: str) -> ToldBoard | None:
        """A game's last board."""
        event = self._boards.get(game_id)
        return None if event is None else _event(event)[1]

    def take(self, game_id: str) -> ToldBoard | None:
        """A game's last board, which is not needed again."""
        event = self._boards.pop(game_id, None)
        return None if event is None else _event(event)[1]

    def totals(self, game_id: str) -> dict[str, Total] | None:
        """How the teams stood by a game's last team board, by name."""
        event = self._teams.get(game_id)
        if event is None:
            return None
        return {one.team: Total(round((one.score or 0) * one.players), one.players) for one in _team_event(event)[1].teams}

    def forget(self, game_id: str) -> None:
        """There is no such game any more, or all was reset."""
        self._boards.pop(game_id, None)
        self._teams.pop(game_id, None)
