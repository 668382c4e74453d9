"""Long work of one greenlet, cut into slices: between two of them everybody else is served."""

from __future__ import annotations

import time
from collections.abc import Callable

#: Seconds of work, and of rest after it. A rest of 0 would not do: gevent looks at the network only when nobody is ready.
SLICE, REST = 0.002, 0.001


class Slices:
    """To be called often while something takes long; rests when a slice is over."""

    def __init__(self, rest: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.perf_counter) -> None:
        self._rest, self._clock = rest, clock
        self._since = float("-inf")

    def __call__(self) -> None:
        """Goes on at once, or after a rest."""
        if self._clock() - self._since > SLICE:
            self._rest(REST)
            self._since = self._clock()
