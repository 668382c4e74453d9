"""Greenlets that handle messages, kept and used again: making one costs more than handling some messages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import gevent
from greenlet import getcurrent, greenlet

log = logging.getLogger("quiz.transport")

#: Idle greenlets kept. Each holds 16 KB of stack.
KEPT = 64


class Runners:
    """Runs functions that may wait. What is run from the hub begins at once."""

    def __init__(self) -> None:
        self._hub = gevent.get_hub()
        self._idle: list[Any] = []

    def run(self, work: Callable[..., None], *args: Any) -> None:
        """Runs `work` until it ends or first waits."""
        if getcurrent() is not self._hub:
            # Whoever gave way to a runner here would never be taken up again: a runner that is done gives way to the hub.
            self._hub.loop.run_callback(self.run, work, *args)
            return
        runner = self._idle.pop() if self._idle else greenlet(self._run, self._hub)
        runner.switch(work, args)

    def run_later(self, seconds: float, work: Callable[..., None], *args: Any) -> None:
        """Runs `work` after so many seconds."""
        timer = self._hub.loop.timer(seconds)
        timer.start(self._due, timer, work, args)

    def _due(self, timer: Any, work: Callable[..., None], args: tuple[Any, ...]) -> None:
        timer.stop()
        timer.close()
        self.run(work, *args)

    def _run(self, work: Callable[..., None], args: tuple[Any, ...]) -> None:
        me = getcurrent()
        while True:
            try:
                work(*args)
            except gevent.GreenletExit:
                return
            except Exception:
                log.exception("a handler failed")
            if len(self._idle) >= KEPT:
                return
            self._idle.append(me)
            work, args = self._hub.switch()
