"""The circuit breaker: after some failures in a row Redis is left alone, and tried again after a while. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

State = Literal["closed", "open", "half-open"]

#: Seconds after which failures that nothing followed are forgotten.
FORGET = 10.0
#: Seconds between a trial that failed and one that is brought forward; doubled with each.
SOONEST, SOONEST_MOST = 0.5, 8.0


class Breaker:
    """Closed, open, half-open. `clock` counts seconds, monotonic.

    Who uses Redis asks `closed`, and reports with `succeeded` and `failed`. While it is open, one keeper asks `trial_is_due`,
    calls `begin_trial`, and ends it with `trial_succeeded` or `trial_failed`.
    """

    def __init__(
        self,
        threshold: int,
        open_seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self._threshold, self._open_seconds, self._clock = threshold, open_seconds, clock
        self._watchers: list[Callable[[State], None]] = []
        self.state: State = "closed"
        self._failures, self._failed_at = 0, float("-inf")
        self._opened_at = self._tried_at = float("-inf")
        self._soonest = SOONEST
        #: Why it is not closed: the last error of a use or a trial.
        self.why = ""
        self._away_at = float("-inf")

    def watch(self, changed: Callable[[State], None]) -> None:
        """Has `changed` be called with each new state."""
        self._watchers.append(changed)

    @property
    def closed(self) -> bool:
        """Whether Redis may be used."""
        return self.state == "closed"

    @property
    def away_seconds(self) -> float:
        """For how long it has not been closed."""
        return 0.0 if self.closed else self._clock() - self._away_at

    def succeeded(self) -> None:
        """A use that could have written succeeded. Reading does not count: a Redis whose disk is full goes on answering that."""
        self._failures = 0

    def failed(self, why: str = "") -> None:
        """A use failed since Redis could not be reached or refused, for the reason `why`."""
        now = self._clock()
        if now - self._failed_at > FORGET:
            self._failures = 0
        self._failures, self._failed_at = self._failures + 1, now
        if self.state == "closed" and self._failures >= self._threshold:
            self.trip(why)

    def trip(self, why: str = "") -> None:
        """Opens at once: Redis is known to be away, or to be another."""
        if self.state == "closed":
            self.why, self._away_at = why, self._clock()
            self._opened_at, self._soonest = self._away_at, SOONEST
            self._tried_at = float("-inf")
            self._become("open")

    def trial_is_due(self, *, noticed: bool = False) -> bool:
        """Whether to try now: the wait is over, or Redis was `noticed` to answer again."""
        if self.state != "open":
            return False
        now = self._clock()
        return now >= self._opened_at + self._open_seconds or (noticed and now >= self._tried_at + self._soonest)

    def begin_trial(self) -> None:
        """Half-open: whoever else wants Redis still goes without."""
        self._tried_at = self._clock()
        self._become("half-open")

    def trial_failed(self, why: str = "") -> None:
        """Open again, for as long as before."""
        self.why = why or self.why
        self._opened_at = self._clock()
        self._soonest = min(2 * self._soonest, SOONEST_MOST)
        self._become("open")

    def trial_succeeded(self) -> None:
        """Closed: Redis is used again."""
        self._failures = 0
        self._become("closed")

    def _become(self, state: State) -> None:
        if state != self.state:
            self.state = state
            for changed in self._watchers:
                changed(state)
