"""Who is served when: what can wait gets one piece done in each turn of the event loop, and no turn gets long."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable

import gevent

log = logging.getLogger("quiz.transport")

#: Seconds of a turn that may go into reading what clients sent, at once and then in order.
LONG = 0.005


class Turns:
    """Calls what was put off, in the hub, once each turn. Whatever the network brought in that turn is handled before.

    gevent's own callbacks don't serve: one that puts itself off again is called again before the network is looked at.
    """

    def __init__(self) -> None:
        loop = gevent.get_hub().loop
        self._timer, self._prepare = loop.timer(0), loop.prepare()
        self._work: deque[Callable[[], None]] = deque()
        self._reads: deque[Callable[[], None]] = deque()
        self._fresh, self._until, self._due = True, 0.0, False
        self._prepare.start(self._over)

    def put_off(self, work: Callable[[], None]) -> None:
        """Has `work` called in the next turn. It must not wait for anything."""
        self._work.append(work)
        self._again()

    def defer(self, read: Callable[[], None]) -> bool:
        """Whether a client must wait until what came before has been read; `read` is then called in its turn.

        The loop alone would serve the newest first, and under a storm never the oldest.
        """
        now = time.monotonic()
        if self._fresh:
            self._fresh, self._until = False, now + LONG
        if not self._reads and now < self._until:
            return False
        self._reads.append(read)
        self._again()
        return True

    def _over(self) -> None:
        self._fresh = True

    def _again(self) -> None:
        if not self._due:
            self._due = True
            self._timer.start(self._turn)

    def _turn(self) -> None:
        self._due = False
        for _ in range(len(self._work)):
            _call(self._work.popleft())
        until = time.monotonic() + LONG
        while self._reads and time.monotonic() < until:
            _call(self._reads.popleft())
        if self._work or self._reads:
            self._again()


def _call(work: Callable[[], None]) -> None:
    try:
        work()
    except Exception:
        log.exception("something that was put off failed")
