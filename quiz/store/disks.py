"""Waits until what Redis was told is on the disks of its servers."""

from __future__ import annotations

import contextlib
import time
from typing import Any

from redis.exceptions import MovedError, RedisError

from quiz.store import keys
from quiz.store.connection import SharedRedis

#: Seconds for which a server is asked at a time, or this part of the time that a call may take.
ASK, PART = 1.5, 0.5
#: Attempts to find a key that a server of a cluster has.
GUESSES = 1000


def await_disks(client: SharedRedis, worker: str, until: float) -> None:
    """Returns when the disks of all servers have everything, or have had their time, by the monotonic clock."""
    connections: list[Any] = []
    with contextlib.suppress(RedisError):
        connections = client.masters()
    for connection in connections:
        with contextlib.suppress(RedisError, OSError):  # it keeps no such file, or is away: the others may have one
            try:
                connection.connect()
                _await(connection, worker, until)
            finally:
                connection.disconnect()


def _await(connection: Any, worker: str, until: float) -> None:
    for guess in range(GUESSES):
        try:  # what this writes comes after all the rest
            asked(connection, "SET", keys.trial(f"{worker}:{guess}"), int(time.time()), "PX", keys.TRIAL_MS)
            break
        except MovedError:
            continue  # another server of the cluster has that key
    wait_ms = round(min(ASK, connection.socket_timeout * PART) * 1000)
    while not asked(connection, "WAITAOF", 1, 0, wait_ms)[0] and time.monotonic() < until:
        pass


def asked(connection: Any, *command: Any) -> Any:
    """The reply to a command on a connection of redis-py's that has none under way."""
    connection.send_command(*command)
    return connection.read_response()
