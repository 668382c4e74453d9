"""What is measured, by the names of contract §5."""

from __future__ import annotations

from prometheus_client import Histogram

BROADCAST_DELAY = Histogram(
    "quiz_leaderboard_broadcast_delay",
    "Seconds from an accepted answer to its leaderboard being sent to the clients of a worker",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5),
)
