"""What is measured, by the names of contract §5."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections import Counter as Counts
from collections.abc import Sequence

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess


class Delays(Histogram):
    """A histogram that takes many observations for little more than one: each of its numbers lies in a file."""

    def observe_all(self, seconds: Sequence[float]) -> None:
        """Observes each."""
        places = Counts(bisect_left(self._upper_bounds, each) for each in seconds)
        for place, count in places.items():
            self._buckets[place].inc(count)
        self._sum.inc(sum(seconds))


BROADCAST_DELAY = Delays(
    "quiz_leaderboard_broadcast_delay",
    "Seconds from an accepted answer to its leaderboard being sent to the clients of a worker",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5),
)
REDIS_ERRORS = Counter("quiz_redis_operation_errors", "Calls of Redis that failed since it was away or refused")
FALLBACK_USED = Counter("quiz_redis_fallback_used", "Uses of the store that were served from memory, Redis being away")
BREAKER_STATE = Gauge(
    "quiz_redis_circuit_breaker_state",
    "0 closed, 0.5 half-open, 1 open; of the worker that is worst off",
    multiprocess_mode="livemax",
)
BUS_DEAF = Gauge("quiz_bus_deaf", "1 while a worker does not hear the others", multiprocess_mode="livemax")

_SHOWN = {"closed": 0.0, "half-open": 0.5, "open": 1.0}


def show_breaker(state: str) -> None:
    """The breaker is in this state."""
    BREAKER_STATE.set(_SHOWN[state])


def exposition() -> bytes:
    """Prometheus' text, of all workers of this instance together where gunicorn gave them a folder to share."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    together = CollectorRegistry()
    multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)
