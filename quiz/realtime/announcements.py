"""How play tells people from any process: everything goes over the bus, and each worker tells its own clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from msgspec.structs import asdict

from quiz.domain.game import Game, Phase
from quiz.domain.player import Player
from quiz.domain.ranking import Edition
from quiz.realtime.wire import Room

#: The release before does nothing about an errand without a game.
SIGNED_OUT = {"do": "sign_out", "pin": "", "game": ""}


class Bus(Protocol):
    """What takes messages to all workers: a `Wire`."""

    def emit(self, event: str, data: dict[str, Any], rooms: Sequence[Room]) -> None:
        """Sends an event to all clients in some rooms."""

    def errand(self, errand: dict[str, Any]) -> None:
        """Has every worker do something for its own clients."""


class Announcements:
    """`play.announcer.Announcer` that only passes on; all that a process without clients of its own (the command line) needs."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def everyone(self, game: Game, event: str, data: dict[str, Any]) -> None:
        """See `Announcer.everyone`."""
        self._tell(event, data, ("/", game.id), ("/host", game.id))

    def players(self, game: Game, event: str, data: dict[str, Any]) -> None:
        """See `Announcer.players`."""
        self._tell(event, data, ("/", game.id))

    def hosts(self, game: Game, event: str, data: dict[str, Any]) -> None:
        """See `Announcer.hosts`."""
        self._tell(event, data, ("/host", game.id))

    def personally(self, game: Game, errand: str, index: int) -> None:
        """See `Announcer.personally`."""
        self._errand(errand, game, index=index)

    def dismiss(self, game: Game, player: str, reason: str) -> None:
        """See `Announcer.dismiss`."""
        self._errand("dismiss", game, player=player, reason=reason)

    def renamed(self, game: Game, player: Player, at: int) -> None:
        """See `Announcer.renamed`."""
        self.hosts(game, "renamed", {"player": player.id, "nickname": player.nickname})
        self._errand("rename", game, player=player.id, nickname=player.nickname, at=at)

    def extended(self, game: Game, player: str, factor: float) -> None:
        """See `Announcer.extended`."""
        self.hosts(game, "extended", {"player": player, "factor": factor})
        self._errand("extend", game, player=player, factor=factor)

    def moved(self, game: Game, phase: Phase) -> None:
        """See `Announcer.moved`."""
        self._errand("phase", game, phase=asdict(phase))

    def was_reset(self, game: Game, generation: int) -> None:
        """See `Announcer.was_reset`."""
        self._errand("reset", game, generation=generation)

    def signed_out(self) -> None:
        """See `Announcer.signed_out`."""
        self._bus.errand(SIGNED_OUT)

    def board_changed(self, game: Game, at: Edition | None = None) -> None:
        """See `Announcer.board_changed`."""
        self._errand("board", game)

    def newcomer(self, game: Game) -> None:
        """See `Announcer.newcomer`."""
        self.board_changed(game)

    def progress_changed(self, game: Game, index: int) -> None:
        """See `Announcer.progress_changed`."""
        self._errand("progress", game, index=index)

    def roster_changed(self, game: Game) -> None:
        """See `Announcer.roster_changed`."""
        self._errand("roster", game)

    def _tell(self, event: str, data: dict[str, Any], *rooms: Room) -> None:
        self._bus.emit(event, data, rooms)

    def _errand(self, name: str, game: Game, **details: Any) -> None:
        self._bus.errand({"do": name, "pin": game.pin, "game": game.id, **details})
