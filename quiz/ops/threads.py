"""What takes a processor a while is done in threads, so that everybody else's messages don't wait for it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from typing import Any

from gevent.threadpool import ThreadPool

from quiz.domain.errors import ServerBusy

#: What a thread's niceness is above the worker's, for work that leaves the interpreter alone.
BEHIND = 10


class Threads:
    """Does at most `count` things at once; whoever finds `waiting` others waiting already is told to come back."""

    def __init__(self, count: int, waiting: int, words: str, *, behind: bool = False) -> None:
        """`words` say to whom is told to come back what is going on.

        `behind`: the processor does it after everything else. Only for work that leaves the interpreter alone: a thread
        that waits for the processor with the interpreter's lock in its hands would hold up everybody.
        """
        self._behind = behind
        self._pool, self._most, self._busy, self._words = ThreadPool(count), count + waiting, 0, words

    def run(self, work: Callable[..., Any], *args: object) -> Any:
        """What `work(*args)` returns or raises, or ServerBusy. Work that leaves the interpreter alone is
        best; other work makes the event loop wait for 5 ms at a time.
        """
        if self._busy >= self._most:
            raise ServerBusy(f"{self._words}; try again", retry_after_ms=1000)
        self._busy += 1
        try:
            result, error = self._pool.apply(self._outcome, (work, *args))
        finally:
            self._busy -= 1
        if error is not None:
            raise error
        return result

    def _outcome(self, work: Callable[..., Any], *args: object) -> tuple[Any, Exception | None]:
        """What a thread brings back: gevent logs what one raises, and a wrong password is nothing to log."""
        try:
            if self._behind:
                _step_back()
            return work(*args), None
        except Exception as error:
            return None, error


def _step_back() -> None:
    """The thread, and those that a library starts from it, as argon2's does, get the processor after the worker's own."""
    if sys.platform == "linux":  # elsewhere only whole processes are nice
        niceness = os.getpriority(os.PRIO_PROCESS, os.getpid()) + BEHIND
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)
