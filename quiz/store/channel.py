"""Listens to a channel of Redis on a connection of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import hiredis
from redis.exceptions import ConnectionError, RedisError

from quiz.store.connection import SharedRedis
from quiz.store.line import cooperative

#: Bytes read at a time, and seconds for which a silent connection is trusted before it is asked whether it lives.
READ, SILENCE = 65_536, 5.0
_NOTHING = object()


class Channel:
    """A channel by its name. One greenlet listens; any other may hang up on it."""

    def __init__(self, client: SharedRedis, name: str) -> None:
        self._client, self._name = client, name
        self._sock: Any = None

    @property
    def open(self) -> int:
        """Connections that are there."""
        return int(self._sock is not None)

    def hang_up(self) -> None:
        """Ends listening with an error, as if the connection were lost: what it brings is not to be trusted."""
        if self._sock is not None:
            with contextlib.suppress(OSError):
                self._sock.shutdown(2)

    def messages(self) -> Iterator[str]:
        """The messages, from now on; first "" when they can be heard. Raises redis-py's errors when that is over.

        redis-py's own PubSub takes several times as long for each, and every worker hears each message of every other.
        """
        connection: Any = self._client.servers.connection()
        try:
            connection.connect()
            self._sock = sock = cooperative(connection._sock)
            sock.settimeout(SILENCE)
            sock.sendall(b"SUBSCRIBE %s\r\n" % self._name.encode())
            replies = hiredis.Reader(encoding="utf-8", errors="surrogateescape", notEnoughData=_NOTHING)
            asked = heard = False
            while True:
                try:
                    data = sock.recv(READ)
                except TimeoutError:
                    if asked:
                        raise ConnectionError("Redis does not answer") from None
                    asked = True
                    sock.sendall(b"PING\r\n")
                    continue
                if not data:
                    raise ConnectionError("Redis closed the connection")
                asked = False
                replies.feed(data)
                while (reply := replies.gets()) is not _NOTHING:
                    if isinstance(reply, Exception):
                        if heard:
                            continue  # a Redis whose disk is full refuses even PING: it lives
                        raise RedisError(str(reply))
                    if reply[0] == "message":
                        yield reply[2]
                    elif reply[0] == "subscribe":
                        heard = True
                        yield ""
        except OSError as error:
            raise ConnectionError(f"the connection to Redis was lost: {error}") from error
        finally:
            with contextlib.suppress(Exception):
                connection.disconnect()
            if self._sock is not None:
                self._sock.close()
                self._sock = None
