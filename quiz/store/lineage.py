"""Which Redis this is. One that was restarted, or promoted, or took another's place may lack what was acknowledged."""

from __future__ import annotations

import logging
from typing import Any

from redis.exceptions import ConnectionError, NoPermissionError, ResponseError

from quiz.store import keys
from quiz.store.faults import Stranger, is_unreachable

log = logging.getLogger("quiz.store")


class Lineage:
    """Remembers the Redis that is known to have everything, and turns away connections to any other one."""

    def __init__(self) -> None:
        self.known: frozenset[str] = frozenset()
        self.met_stranger = False
        self._evicting: set[str] = set()

    def greet(self, connection: Any) -> None:
        """Looks at who is at the other end of a new connection; raises Stranger, or ConnectionError if it takes no writes."""
        info = _introduced(connection)
        found = _run(info)
        self._look_for_eviction(found, info)
        if found not in self.known:
            self.met_stranger = True
            raise Stranger("this is another Redis than before; what it lacks is brought to it first")

    def _look_for_eviction(self, run: str, info: dict[str, str]) -> None:
        policy = info.get("maxmemory_policy", "")
        if policy.startswith("allkeys-") and info.get("maxmemory") != "0" and run not in self._evicting:
            self._evicting.add(run)
            log.warning(
                "Redis may drop what is not used when its memory is full: set its maxmemory-policy to noeviction, not %s", policy
            )

    def admit(self, identities: frozenset[str]) -> None:
        """These have everything now."""
        self.known, self.met_stranger = identities, False


def identity(connection: Any) -> str:
    """The run of the server behind a redis-py connection; raises ConnectionError if it is loading or a replica."""
    return _run(_introduced(connection))


def _run(info: dict[str, str]) -> str:
    return info.get("run_id", "unnamed")


def _introduced(connection: Any) -> dict[str, str]:
    connection.send_command("INFO")
    try:
        text: str = connection.read_response()
    except ResponseError as error:
        if isinstance(error, NoPermissionError) or "unknown command" in str(error):
            return {}  # a user that may not ask: `quiz:epoch` alone tells
        raise ConnectionError(str(error)) from error
    info = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    if info.get("loading") == "1":
        raise ConnectionError("Redis is loading its data")
    if info.get("role", "master") != "master":
        raise ConnectionError("this Redis is a replica, and takes no writes")
    return info


def epoch(redis: Any) -> int | None:
    """When the memory of a client's Redis began, in seconds since 1970; None if it does not know. Raises redis-py's errors."""
    try:
        return int(redis.get(keys.EPOCH))
    except (TypeError, ValueError):
        return None
    except ResponseError as error:
        if is_unreachable(error):
            raise
        return None  # no text is there


def first_epoch(redis: Any, now: int) -> int:
    """As `epoch`; `now`, epoch milliseconds, if its memory has just begun, or what it has there is no time."""
    redis.set(keys.EPOCH, now // 1000, nx=True)
    began = epoch(redis)
    if began is None:
        log.warning("%s is no time: this Redis is taken for one that has lost its memory", keys.EPOCH)
        began = now // 1000
        redis.set(keys.EPOCH, began)
    return began
