"""Which errors mean that Redis is away, full or not itself, and which that it was asked something wrong."""

from __future__ import annotations

from redis.exceptions import (
    BusyLoadingError,
    ClusterDownError,
    ConnectionError,
    MasterDownError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    TimeoutError,
    TryAgainError,
)

from quiz.resilience.guard import Away

_KINDS = (
    ConnectionError,
    TimeoutError,
    BusyLoadingError,
    ReadOnlyError,
    OutOfMemoryError,
    ClusterDownError,
    MasterDownError,
    NoPermissionError,
    TryAgainError,
    OSError,
)
#: What Redis says first when it refuses what it should do: its disk is full, its memory is, it has no replica, a script holds it,
#: it wants another password or user.
_REFUSALS = (
    *("MISCONF", "OOM", "READONLY", "LOADING", "NOREPLICAS", "CLUSTERDOWN", "MASTERDOWN", "BUSY ", "TRYAGAIN", "UNBLOCKED"),
    *("NOPERM", "NOAUTH", "WRONGPASS", "ACL failure in script"),
)


class Stranger(ConnectionError):
    """A Redis that is not the one that was known: it may lack what that one had."""


class Crowded(RedisError):
    """This process has asked for more than it may wait for."""


def is_outage(error: Exception) -> bool:
    """Whether this counts as a failure of Redis."""
    return not isinstance(error, Away) and (isinstance(error, _KINDS) or str(error).startswith(_REFUSALS))


def is_unreachable(error: Exception) -> bool:
    """Whether the platform has to do without Redis for the moment."""
    return isinstance(error, Away) or is_outage(error)
