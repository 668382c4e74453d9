"""How people, and workers, are told what happens in games, as Protocols. The broadcasts implement them."""

from __future__ import annotations

from typing import Any, Protocol

from quiz.domain.game import Game, Phase
from quiz.domain.player import Player
from quiz.domain.ranking import Edition


class Announcer(Protocol):
    """How play tells people. Nothing here waits for a client or fails if one is gone."""

    def everyone(self, game: Game, event: str, data: dict[str, Any]) -> None:
        """Tells all players and hosts of a game."""

    def players(self, game: Game, event: str, data: dict[str, Any]) -> None:
        """Tells all players of a game."""

    def hosts(self, game: Game, event: str, data: dict[str, Any]) -> None:
        """Tells the hosts who watch a game."""

    def personally(self, game: Game, errand: str, index: int) -> None:
        """Has every worker tell each of its own players something of their own: their `question` (shuffled) or `result`."""

    def dismiss(self, game: Game, player: str, reason: str) -> None:
        """Tells a player that they were kicked and cuts their connections."""

    def renamed(self, game: Game, player: Player, at: int) -> None:
        """Tells a player and the hosts what the player is called now, and has every worker know it."""

    def extended(self, game: Game, player: str, factor: float) -> None:
        """Tells a player and the hosts how much time the player has, and the player the open question with it."""

    def moved(self, game: Game, phase: Phase) -> None:
        """Has every worker know where the game stands."""

    def was_reset(self, game: Game, generation: int) -> None:
        """Has every worker forget what was answered before this generation."""

    def signed_out(self) -> None:
        """Has every worker learn which sessions of hosts are over, and end their connections."""

    def board_changed(self, game: Game, at: Edition | None = None) -> None:
        """A board follows within a window. With `at`, which an answer brought about, it need not if that one has been told."""

    def newcomer(self, game: Game) -> None:
        """As `board_changed`, for somebody who has no points yet: where many are already, a few windows later."""

    def progress_changed(self, game: Game, index: int) -> None:
        """A `progress` follows within a window."""

    def roster_changed(self, game: Game) -> None:
        """A `roster` follows within a window."""


class Shadow(Protocol):
    """Where a worker's fallback learns what other workers did."""

    def learn_phase(self, game: Game, phase: Phase) -> None:
        """A game has gone on."""

    def learn_board(self, game_id: str, event: str) -> None:
        """A board was told: the `leaderboard` event, JSON."""

    def learn_teams(self, game_id: str, event: str) -> None:
        """A team board was told: the `team_board` event, JSON."""

    def learn_reset(self, game: Game, generation: int) -> None:
        """All answers of a game from before this generation were forgotten."""

    def learn_kick(self, game: Game, player: str) -> None:
        """A player was removed for good."""

    def learn_rename(self, game: Game, player: Player, at: int) -> None:
        """A player got another nickname then."""
