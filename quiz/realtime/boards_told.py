"""Which boards the clients of this worker have been told, and how long answers waited for theirs."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

from quiz.domain.ranking import Edition

#: Games remembered, and answers of one game whose delay is measured.
GAMES, ANSWERS = 2000, 1000
#: Part of a window by which the other workers come later.
LATER = 0.15

_NONE: Edition = (0, 0)


class _Of:
    """One game."""

    __slots__ = ("answers", "at", "mine", "told", "unknown", "wanted")

    def __init__(self) -> None:
        self.told = self.wanted = _NONE
        self.unknown = False  # something changed, and nobody said what board shows it
        self.at = float("-inf")  # when the newest board was told
        self.mine = True  # by this worker
        self.answers: list[tuple[Edition, float]] = []


class BoardsTold:
    """Saves the question to Redis whether a board is to be told where another worker has told it.

    `delays` is given seconds, of many answers at a time.
    """

    def __init__(self, delays: Callable[[Sequence[float]], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._delays, self._clock = delays, clock
        self._games: OrderedDict[str, _Of] = OrderedDict()

    def _of(self, game_id: str) -> _Of:
        of = self._games.get(game_id)
        if of is None:
            of = self._games[game_id] = _Of()
            if len(self._games) > GAMES:
                self._games.popitem(last=False)
        else:
            self._games.move_to_end(game_id)
        return of

    def changed(self, game_id: str, at: Edition | None) -> bool:
        """The board has changed, and `at` shows it; whether that must still be told."""
        of = self._of(game_id)
        if at is None:
            of.unknown = True
            return True
        if at <= of.told:
            self._delays([0.0])
            return False
        of.wanted = max(of.wanted, at)
        if len(of.answers) < ANSWERS:
            of.answers.append((at, self._clock()))
        return True

    def untold(self, game_id: str) -> bool:
        """Whether there is something to tell."""
        of = self._of(game_id)
        return of.unknown or of.wanted > of.told

    def wait(self, game_id: str, window: float) -> float:
        """Seconds until this worker should tell the next board.

        Who told the last one goes first: the others hear of it and need not ask.
        """
        of = self._of(game_id)
        return of.at + window * (1 if of.mine else 1 + LATER) - self._clock()

    def asking(self, game_id: str) -> Edition:
        """Redis is about to be asked what is to be told; the newest board that is known of. What changes from now on is news."""
        of = self._of(game_id)
        of.unknown = False
        return of.wanted

    def telling(self, game_id: str, edition: Edition, *, mine: bool = True) -> Callable[[], None]:
        """This board is on its way, or was told by somebody; call the result when the clients have it."""
        of = self._of(game_id)
        if edition > of.told:
            of.told, of.at, of.mine = edition, self._clock(), mine

        def told() -> None:
            now, waiting = self._clock(), of.answers
            of.answers = [(at, since) for at, since in waiting if at > edition]
            delays = [now - since for at, since in waiting if at <= edition]
            if delays:
                self._delays(delays)

        return told
