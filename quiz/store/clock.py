"""Redis's clock, which decides, as this process knows it: by its own monotonic clock and the difference, measured now and then.

So a machine whose clock is wrong changes no score, and time goes on while Redis is away.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from redis.exceptions import RedisError

from quiz.resilience.guard import Away

#: Seconds for which a measurement holds; two clocks drift apart by less than a millisecond in this time.
HOLDS = 5.0


class StoreClock:
    """Epoch milliseconds by Redis's clock. `ask` gives (seconds, microseconds); `monotonic` counts seconds."""

    def __init__(self, ask: Callable[[], tuple[int, int]], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._ask, self._monotonic = ask, monotonic
        self._offset_ms = time.time() * 1000 - monotonic() * 1000
        self._measured = float("-inf")

    def now(self) -> int:
        """The time; measured again where that is due and Redis answers."""
        if self._monotonic() - self._measured > HOLDS:
            self._measured = self._monotonic()
            with contextlib.suppress(RedisError, Away):
                self.measure()
        return round(self._offset_ms + self._monotonic() * 1000)

    def measure(self) -> None:
        """Asks Redis for its time; raises redis-py's errors."""
        self.measure_by(self._ask)

    def measure_by(self, ask: Callable[[], tuple[int, int]]) -> None:
        """Measures by another way to Redis."""
        began = self._monotonic()
        seconds, micros = ask()
        ended = self._monotonic()
        self._measured = ended
        self._offset_ms = seconds * 1000 + micros / 1000 - (began + ended) * 500
