"""What is measured, by the names of contract §5."""

from __future__ import annotations

import os

from prometheus_client import REGISTRY, CollectorRegistry, Histogram, generate_latest, multiprocess

BROADCAST_DELAY = Histogram(
    "quiz_leaderboard_broadcast_delay",
    "Seconds from an accepted answer to its leaderboard being sent to the clients of a worker",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5),
)


def exposition() -> bytes:
    """Prometheus' text, of all workers of this instance together where gunicorn gave them a folder to share."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    together = CollectorRegistry()
    multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)
