"""When games are to be looked at, in this process's memory."""

from __future__ import annotations

from collections.abc import Callable

from quiz.domain.game import Game
from quiz.play.ports import OVERDUE


class MemoryAlarms:
    """`play.ports.Alarms` in a dict. `now` gives epoch milliseconds."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._due: dict[str, int] = {}  # by PIN

    def arm(self, game: Game, due: int) -> None:
        """See `Alarms.arm`."""
        self._due[game.pin] = due

    def disarm(self, pin: str) -> None:
        """See `Alarms.disarm`."""
        self._due.pop(pin, None)

    def overdue(self, now: int | None = None, most: int = OVERDUE) -> list[str]:
        """See `Alarms.overdue`."""
        now = self._now() if now is None else now
        return sorted((pin for pin, due in self._due.items() if due <= now), key=self._due.__getitem__)[:most]
