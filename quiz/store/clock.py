"""Redis's clock, which decides, as this process knows it: by its own monotonic clock and the difference, measured now and then.

So a machine whose clock is wrong changes no score, and time goes on while Redis is away.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from redis.exceptions import RedisError

from quiz.resilience.guard import Away

#: Seconds after which it is measured again, and milliseconds by which two clocks may drift apart in a second.
HOLDS, DRIFT_MS = 5.0, 0.2


class StoreClock:
    """Epoch milliseconds by Redis's clock. `ask` gives (seconds, microseconds); `monotonic` counts seconds."""

    def __init__(self, ask: Callable[[], tuple[int, int]], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._ask, self._monotonic = ask, monotonic
        self._offset_ms = time.time() * 1000 - monotonic() * 1000
        self._doubt_ms = float("inf")  # how far off the measurement may be
        self._measured = self._tried = float("-inf")

    def now(self) -> int:
        """The time; measured again where that is due and Redis answers."""
        if self._monotonic() - self._tried > HOLDS:
            self._tried = self._monotonic()
            with contextlib.suppress(RedisError, Away):
                self.measure()
        return round(self._offset_ms + self._monotonic() * 1000)

    def measure(self) -> None:
        """Asks Redis for its time; raises redis-py's errors."""
        self.measure_by(self._ask)

    def measure_by(self, ask: Callable[[], tuple[int, int]]) -> None:
        """Measures by another way to Redis. A reply that took long tells little: what is known more exactly stays."""
        began = self._monotonic()
        seconds, micros = ask()
        ended = self._monotonic()
        self._tried = ended
        offset_ms, doubt_ms = seconds * 1000 + micros / 1000 - (began + ended) * 500, (ended - began) * 500
        known_ms = self._doubt_ms + DRIFT_MS * (ended - self._measured)
        if doubt_ms <= known_ms or abs(offset_ms - self._offset_ms) > doubt_ms + known_ms:  # the latter: another Redis's clock
            self._offset_ms, self._doubt_ms, self._measured = offset_ms, doubt_ms, ended
