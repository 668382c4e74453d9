"""Work that must let others go first: it gets one piece done in each turn of the event loop."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable

import gevent

log = logging.getLogger("quiz.transport")

#: Seconds that a turn may take in new messages. What is left lies in the kernel until the next one.
LONG = 0.02


class Turns:
    """Calls what was put off, in the hub, once each turn. Whatever the network brought in that turn is handled before.

    gevent's own callbacks don't serve: one that puts itself off again is called again before the network is looked at.
    """

    def __init__(self) -> None:
        self._loop = gevent.get_hub().loop
        self._timer = self._loop.timer(0)
        self._waiting: deque[Callable[[], None]] = deque()
        self._fresh, self._began = True, 0.0
        self._prepare = self._loop.prepare()
        self._prepare.start(self._over)

    def _over(self) -> None:
        self._fresh = True

    @property
    def long(self) -> bool:
        """Whether this turn has been going on for so long that nothing new should be begun."""
        now = time.monotonic()
        if self._fresh:
            self._fresh, self._began = False, now
        return now - self._began > LONG

    def put_off(self, work: Callable[[], None]) -> None:
        """Has `work` called in the next turn. It must not wait for anything."""
        self._waiting.append(work)
        if len(self._waiting) == 1:
            self._timer.start(self._turn)

    def _turn(self) -> None:
        for _ in range(len(self._waiting)):
            work = self._waiting[0]
            try:
                work()
            except Exception:
                log.exception("something that was put off failed")
            self._waiting.popleft()  # only now: `put_off` must not start the timer in between
        if self._waiting:
            self._timer.stop()
            self._timer.start(self._turn)
