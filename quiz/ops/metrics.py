"""What is measured, by the names of contract §5 and some more. Each gauge's mode says what it means across workers.

Nothing here is written to while an answer is handled: `quiz.ops.sampling` brings what was counted in plain numbers.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Sequence

from prometheus_client import Counter, Gauge, Histogram

from quiz import __version__


class Delays(Histogram):
    """A histogram that takes many observations for little more than one: each of its numbers lies in a file."""

    def observe_all(self, seconds: Sequence[float]) -> None:
        """Observes each."""
        ordered, begin = sorted(seconds), 0
        for place, bound in enumerate(self._upper_bounds):
            end = bisect_right(ordered, bound, begin)
            if end > begin:
                self._buckets[place].inc(end - begin)
                begin = end
        self._sum.inc(sum(ordered))


# Connections: one is one Engine.IO client, over whatever transport.
CONNECTIONS = Counter("quiz_websocket_connections", "Clients that connected")
DISCONNECTIONS = Counter("quiz_websocket_disconnections", "Clients that are gone, however they went")
ABNORMAL = Counter(
    "quiz_websocket_disconnections_abnormal", "Of these, those that gave no sign of life any more or whose connection was torn"
)
HEARTBEATS = Counter("quiz_websocket_heartbeat_received", "Answers to heartbeats")
STALE = Counter("quiz_websocket_stale_sessions_cleaned", "Clients that were ended since they gave no sign of life in time")
ACTIVE = Gauge("quiz_websocket_connections_active", "Clients that are connected now, of all workers", multiprocess_mode="livesum")
BY_TRANSPORT = Gauge(
    "quiz_websocket_connections_by_transport", "Clients that are connected now", ["transport"], multiprocess_mode="livesum"
)
LIMIT = Gauge("quiz_websocket_connections_limit", "Clients that all workers together let in at most", multiprocess_mode="livesum")

# Messages.
JOINS = Counter("quiz_websocket_messages_join", "join events, those that the rate limit stopped excluded")
SUBMITS = Counter("quiz_websocket_messages_submit", "submit_answer events, those that the rate limit stopped excluded")
ERRORS = Counter(
    "quiz_websocket_messages_errors", "Events that were acknowledged with an error, those that the rate limit stopped excluded"
)
REFUSALS = Counter("quiz_websocket_refusals", "The same errors by their code", ["code"])
MESSAGE_DURATION = Delays(
    "quiz_websocket_message_duration",
    "Seconds from an event to its acknowledgement, waiting for Redis included; events that nobody knows are one: unknown",
    ["event"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
ALLOWED = Counter("quiz_rate_limit_allowed", "Events that had a token")
REJECTED = Counter("quiz_rate_limit_rejected", "Events that were refused by the rate limit")
SIGN_IN_REFUSED = Counter("quiz_sign_in_refused", "Attempts to sign in that failed, or came too often", ["code"])
UTILIZATION = Gauge(
    "quiz_rate_limit_utilization",
    "The largest part of its tokens that any connection had used in the last 15 s: at 1 somebody is refused",
    multiprocess_mode="livemax",
)
#: What refuses somebody: the two buckets, and settings under `limits`; `guesses` are those of an address and of the service.
LIMITS = (
    "connection",
    "player",
    "guesses",
    "joins_per_address",
    "joins_per_pin",
    "connections_per_address",
    "games_per_host",
    "quizzes_per_host",
    "quiz_bytes",
    "quiz_bytes_per_host",
    "image_bytes_per_host",
)
LIMITED = Counter("quiz_limit_rejected", "Events, connections, games and quizzes that were refused by a limit", ["limit"])
LIMIT_UTILIZATION = Gauge(
    "quiz_limit_utilization",
    "The largest part of a limit that anybody had used in the last 15 s (connections_per_address: has now)",
    ["limit"],
    multiprocess_mode="livemax",
)
for _limit in LIMITS:
    LIMITED.labels(_limit)

# Boards and broadcasts.
BROADCAST_DELAY = Delays(
    "quiz_leaderboard_broadcast_delay",
    "Seconds from an accepted answer to its leaderboard being sent to the clients of a worker",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5),
)
FANOUT = Delays(
    "quiz_broadcast_fanout_duration",
    "Seconds from the first to the last client of a worker that a message for several is sent to",
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
BUS_DEAF = Gauge("quiz_bus_deaf", "1 while a worker does not hear the others", multiprocess_mode="livemax")

# Redis.
REDIS_DURATION = Delays(
    "quiz_redis_operation_duration",
    "Seconds that a use of Redis took, by the name of its script; single commands are read or write",
    ["operation"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1),
)
REDIS_ERRORS = Counter(
    "quiz_redis_operation_errors", "Calls of Redis that failed since it was away or refused, the write of every 5 s among them"
)
FALLBACK_USED = Counter("quiz_redis_fallback_used", "Uses of the store that were served from memory, Redis being away")
REDIS_HEALTHY = Gauge(
    "quiz_redis_healthy",
    "1 if the write that each worker tries every 5 s succeeded for all of them",
    multiprocess_mode="livemin",
)
BREAKER_STATE = Gauge(
    "quiz_redis_circuit_breaker_state",
    "0 closed, 0.5 half-open, 1 open; of the worker that is worst off",
    multiprocess_mode="livemax",
)
POOL_IN_USE = Gauge(
    "quiz_redis_pool_in_use",
    "Connections to Redis and its replicas that are open: the lines that all calls of a worker share, and the bus's listener",
    multiprocess_mode="livesum",
)
CALLS_WAITING = Gauge("quiz_redis_calls_waiting", "Calls that wait for a reply of Redis", multiprocess_mode="livesum")

# Journals.
JOURNAL_BYTES = Gauge("quiz_journal_bytes", "Length of the journals of all workers", multiprocess_mode="livesum")
JOURNAL_UNCONFIRMED = Gauge(
    "quiz_journal_unconfirmed_answers", "Answers that are in a journal and that Redis still lacks", multiprocess_mode="livesum"
)
JOURNAL_AGE = Gauge("quiz_journal_unconfirmed_age_seconds", "Age of the oldest of these answers", multiprocess_mode="livemax")
JOURNAL_FAILING = Gauge(
    "quiz_journal_failing", "1 while a disk refuses what is to be journalled, so that answers are", multiprocess_mode="livemax"
)

# The process and its machine.
LOOP_LAG = Delays(
    "quiz_event_loop_lag",
    "Seconds by which an event loop was late, looked at four times a second",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
LOOP_TURNED = Gauge(
    "quiz_event_loop_turned_timestamp_seconds",
    "When the event loop turned last of the worker that is the furthest behind, Unix time",
    multiprocess_mode="livemin",
)
DISK_FREE = Gauge("quiz_disk_free_bytes", "What the file system of var_dir has left", multiprocess_mode="livemin")
DISK_SIZE = Gauge("quiz_disk_size_bytes", "What the file system of var_dir holds in all", multiprocess_mode="livemax")
GAMES = Gauge(
    "quiz_games_served", "Games with a connected player; one counts for each worker that serves it", multiprocess_mode="livesum"
)
PLAYERS = Gauge("quiz_players_seated", "Connections that play", multiprocess_mode="livesum")
INFO = Gauge("quiz_info", "1; version and name of the instance", ["version", "instance_id"], multiprocess_mode="livemax")

for _code in ("rate_limited", "unauthorized"):
    SIGN_IN_REFUSED.labels(_code)

# A worker that has not looked yet accuses nobody.
REDIS_HEALTHY.set(1)
LOOP_TURNED.set(time.time())

_SHOWN = {"closed": 0.0, "half-open": 0.5, "open": 1.0}


def introduce(instance_id: str) -> None:
    """Which instance this is."""
    INFO.labels(__version__, instance_id).set(1)


def show_breaker(state: str) -> None:
    """The breaker is in this state."""
    BREAKER_STATE.set(_SHOWN[state])
