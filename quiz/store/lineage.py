"""Which Redis this is. One that was restarted, or promoted, or took another's place may lack what was acknowledged."""

from __future__ import annotations

from typing import Any

from redis.exceptions import ConnectionError, NoPermissionError, ResponseError

from quiz.store.faults import Stranger


class Lineage:
    """Remembers the Redis that is known to have everything, and turns away connections to any other one."""

    def __init__(self) -> None:
        self.known: frozenset[str] = frozenset()
        self.met_stranger = False

    def greet(self, connection: Any) -> None:
        """Looks at who is at the other end of a new connection; raises Stranger, or ConnectionError if it takes no writes."""
        found = identity(connection)
        if found not in self.known:
            self.met_stranger = True
            raise Stranger("this is another Redis than before; what it lacks is brought to it first")

    def admit(self, identities: frozenset[str]) -> None:
        """These have everything now."""
        self.known, self.met_stranger = identities, False


def identity(connection: Any) -> str:
    """The run of the server behind a redis-py connection; raises ConnectionError if it is loading or a replica."""
    connection.send_command("INFO")
    try:
        text: str = connection.read_response()
    except ResponseError as error:
        if isinstance(error, NoPermissionError) or "unknown command" in str(error):
            return "unnamed"  # a user that may not ask: `quiz:epoch` alone tells
        raise ConnectionError(str(error)) from error
    info = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    if info.get("loading") == "1":
        raise ConnectionError("Redis is loading its data")
    if info.get("role", "master") != "master":
        raise ConnectionError("this Redis is a replica, and takes no writes")
    return info.get("run_id", "unnamed")
