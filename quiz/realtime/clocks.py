"""What each worker does on its own: moves games on whose time has come, shows that it lives, and buries those that died."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress

import gevent

from quiz.domain.errors import QuizError, ServerBusy, StoreAway
from quiz.play.announcer import Announcer
from quiz.play.ports import OVERDUE, Alarms, Presence
from quiz.play.rounds import Rounds
from quiz.realtime.seats import Seats

log = logging.getLogger("quiz.clocks")

#: Seconds between looks at the clocks, and between signs of life.
LOOK, BEAT = 0.1, 2.0
#: And for which a game is left alone that Redis refuses, or whose node is away.
PAUSE = 1.0
#: A worker that gave no sign for so long is dead.
SILENT_MS = 6000


class Clocks:
    """The clockwork of the worker that is called `worker` among all."""

    def __init__(
        self, alarms: Alarms, presence: Presence, rounds: Rounds, announcer: Announcer, seats: Seats, worker: str
    ) -> None:
        self._alarms, self._presence, self._rounds, self._announcer = alarms, presence, rounds, announcer
        self._seats, self._worker = seats, worker
        self._later: dict[str, float] = {}  # by PIN, when to try again
        self._forgotten = False  # whether Redis may have forgotten who is here

    def start(self) -> None:
        """Begins, in greenlets that last as long as the worker."""
        gevent.spawn(self._every, LOOK, self.look)
        gevent.spawn(self._every, BEAT, self.beat)

    def _every(self, seconds: float, work: Callable[[], None]) -> None:
        while True:
            began = time.monotonic()
            try:
                work()
            except StoreAway:
                pass  # the keeper says it; failing fast, the breaker opens soon
            except QuizError as error:
                log.warning("the clocks wait: %s", error)
                gevent.sleep(1)
            except Exception:
                log.exception("the clocks stumbled")
            gevent.sleep(max(0.0, seconds - (time.monotonic() - began)))

    def look(self) -> None:
        """Moves on every game that is due; one that can't be holds up no other, and is left alone for a second."""
        now = time.monotonic()
        self._later = {pin: until for pin, until in self._later.items() if until > now}
        for pin in self._alarms.overdue(most=OVERDUE + len(self._later)):
            if pin in self._later:
                continue
            try:
                self._rounds.tick(pin)
            except ServerBusy as error:
                self._later[pin] = now + PAUSE
                if not isinstance(error, StoreAway):
                    log.warning("game %s waits: %s", pin, error)
            except Exception:
                log.exception("a game could not be moved on")

    def recovered(self) -> None:
        """After an outage: who is here may have changed meanwhile, and Redis may have forgotten it."""
        self._later.clear()
        self._forgotten = True
        with suppress(ServerBusy):  # Redis is away again: the next sign of life says it
            self._show()

    def beat(self) -> None:
        """Shows that this worker lives; where another died, its players no longer count as here, and boards are told again."""
        self._show()
        for game in self._presence.bury(SILENT_MS):
            self._announcer.board_changed(game)
            self._announcer.roster_changed(game)
            self._rounds.look(game)

    def _show(self) -> None:
        """Tells Redis of this worker, and who is here if it may have forgotten that."""
        if not self._presence.beat(self._worker) and not self._forgotten:
            return
        self._forgotten = False
        for game in self._seats.games():
            try:
                self._presence.present_here(game, self._worker, list(self._seats.players(game.id)))
            except ServerBusy:
                self._forgotten = True
