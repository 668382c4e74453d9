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


def messages(client: SharedRedis, channel: str) -> Iterator[str]:
    """The messages of a channel, from now on. Raises redis-py's errors when the connection is lost or Redis falls silent.

    redis-py's own PubSub takes several times as long for each, and every worker hears each message of every other.
    """
    connection: Any = client.connection_pool.make_connection()
    sock = None
    try:
        connection.connect()
        sock = cooperative(connection._sock)
        sock.settimeout(SILENCE)
        sock.sendall(b"SUBSCRIBE %s\r\n" % channel.encode())
        replies = hiredis.Reader(encoding="utf-8", errors="surrogateescape", notEnoughData=_NOTHING)
        asked = False
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
                    raise RedisError(str(reply))
                if reply[0] == "message":
                    yield reply[2]
    except OSError as error:
        raise ConnectionError(f"the connection to Redis was lost: {error}") from error
    finally:
        with contextlib.suppress(Exception):
            connection.disconnect()
        if sock is not None:
            sock.close()
