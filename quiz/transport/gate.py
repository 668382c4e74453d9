"""HTTP requests, one piece at a time: however many come at once, whoever plays is served between them."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

import gevent
from greenlet import getcurrent

#: Seconds of a turn of the event loop that may go into requests before the next one must wait (the last may take longer): at
#: first, and at most where many wait. A turn costs something too: a school that comes at once comes sooner in longer ones.
SHORT, LONG = 0.0005, 0.005
#: For so many who wait, as much again.
CROWD = 10


class Gate:
    """Lets greenlets through in the order in which they came, as many each turn as fit into its time."""

    def __init__(self) -> None:
        self._hub = gevent.get_hub()
        loop: Any = self._hub.loop
        # Behind everything else that happens in a turn.
        self._timer = loop.timer(0, priority=loop.MINPRI)
        self._waiting: deque[Any] = deque()
        self._begun, self._until = False, 0.0

    def enter(self) -> None:
        """Returns when it is the caller's turn; what it then does until it next waits should be short."""
        if not self._begun:
            self._begin()
        elif self._waiting or time.monotonic() >= self._until:
            me = getcurrent()
            self._waiting.append(me)
            try:
                self._hub.switch()
            except BaseException:  # it is being killed
                if me in self._waiting:
                    self._waiting.remove(me)
                raise

    def _begin(self) -> None:
        self._begun = True
        self._until = time.monotonic() + min(SHORT * (1 + len(self._waiting) / CROWD), LONG)
        self._timer.start(self._turn)

    def _turn(self) -> None:
        """In the hub: a turn is over."""
        self._begun = False
        if self._waiting:
            self._begin()
        while self._waiting:
            self._waiting.popleft().switch()
            if time.monotonic() >= self._until:
                break
