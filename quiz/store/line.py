"""One connection to Redis for all greenlets of a process: what gathers leaves together, replies come back in order.

See docs/decisions/0007. redis-py makes the connection (TLS, passwords, Sentinel); from then on its socket is read and written here.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import gevent
import gevent.socket
import hiredis
from gevent.event import Event
from greenlet import getcurrent
from redis._parsers.base import BaseParser
from redis.exceptions import ConnectionError, RedisError, TimeoutError

log = logging.getLogger("quiz.store")

#: Bytes read at a time.
READ = 65_536
#: Calls that may wait for their replies; one more is refused.
MOST_WAITING = 10_000


class Call:
    """A command under way. `caller` is the greenlet that waits, None if nobody does (any more)."""

    __slots__ = ("caller", "due", "packed")

    def __init__(self, caller: Any, due: float, packed: bytes) -> None:
        self.caller, self.due, self.packed = caller, due, packed


class Line:
    """Commands over one connection, which is made when first needed and again after it was lost.

    Nothing is ever sent twice: when the connection is lost, all who wait get ConnectionError; when Redis is silent for
    `timeout_s`, TimeoutError. No call takes longer than about twice that.
    """

    def __init__(self, new_connection: Callable[[], Any], timeout_s: float) -> None:
        """`new_connection` makes a redis-py connection, not connected yet."""
        self._new_connection, self._timeout_s = new_connection, timeout_s
        self._hub = gevent.get_hub()
        self._unsent: deque[Call] = deque()
        self._sent: deque[Call] = deque()
        self._something = Event()
        self._running: Any = None
        self._watch = self._hub.loop.timer(timeout_s / 4, timeout_s / 4)
        self._watch.ref = False
        self._complained = 0.0

    @property
    def waiting(self) -> int:
        """Calls under way."""
        return len(self._unsent) + len(self._sent)

    def call(self, *args: Any) -> Any:
        """Sends a command; its reply. Raises redis-py's errors."""
        call = self._put(getcurrent(), args)
        try:
            reply = self._hub.switch()
        except BaseException:
            call.caller = None  # the reply will come, and find nobody
            raise
        if isinstance(reply, Exception):
            raise reply
        return reply

    def post(self, *args: Any) -> None:
        """Sends a command whose reply nobody waits for; an error is logged."""
        self._put(None, args)

    def _put(self, caller: Any, args: tuple[Any, ...]) -> Call:
        if len(self._unsent) + len(self._sent) >= MOST_WAITING:
            raise ConnectionError("too many calls wait for Redis")
        call = Call(caller, time.monotonic() + self._timeout_s, hiredis.pack_command(args))
        self._unsent.append(call)
        if self._running is None:
            self._running = gevent.spawn(self._run)
            self._watch.start(self._look)
        self._something.set()
        return call

    def _look(self) -> None:
        """In the hub, now and then: Redis may have fallen silent."""
        oldest = self._sent[0] if self._sent else self._unsent[0] if self._unsent else None
        if oldest and time.monotonic() > oldest.due and self._running is not None:
            self._running.kill(TimeoutError("Redis does not answer"), block=False)

    def _run(self) -> None:
        """The writer; lives as long as the connection."""
        connection, sock, reader, problem = self._new_connection(), None, None, None
        try:
            connection.connect()
            sock = _cooperative(connection._sock)
            reader = gevent.spawn(self._read, sock, getcurrent())
            while True:
                self._something.wait()
                self._something.clear()
                # What was given up while the connection was being made is not sent at all.
                calls = [call for call in self._unsent if call.caller is not None or call.due > time.monotonic()]
                self._unsent.clear()
                self._sent.extend(calls)
                sock.sendall(b"".join([call.packed for call in calls]))
                for call in calls:
                    call.packed = b""
        except RedisError as error:
            problem = error
        except OSError as error:
            problem = ConnectionError(f"the connection to Redis was lost: {error}")
        finally:
            if reader is not None:
                reader.kill(block=False)
            with contextlib.suppress(Exception):
                connection.disconnect()
            if sock is not None:
                sock.close()
            lost = [*self._sent, *self._unsent]
            self._sent.clear()
            self._unsent.clear()
            self._something.clear()
            self._running = None
            self._watch.stop()
            self._deliver([(call, problem or ConnectionError("the connection to Redis was closed")) for call in lost])

    def _read(self, sock: Any, writer: Any) -> None:
        """The reader."""
        reader = hiredis.Reader(
            protocolError=RedisError, replyError=BaseParser.parse_error, encoding="utf-8", errors="surrogateescape", notEnoughData=_NONE
        )
        sock.settimeout(None)
        try:
            while True:
                data = sock.recv(READ)
                if not data:
                    raise ConnectionError("Redis closed the connection")
                reader.feed(data)
                replies = []
                while (reply := reader.gets()) is not _NONE:
                    replies.append((self._sent.popleft(), reply))
                if replies:
                    self._deliver(replies)
        except (OSError, RedisError, IndexError) as error:
            problem = error if isinstance(error, RedisError) else ConnectionError(f"the connection to Redis was lost: {error}")
            writer.kill(problem, block=False)

    def _deliver(self, replies: list[tuple[Call, Any]]) -> None:
        """Lets the callers go on, all in one turn of the loop."""

        def hand_out() -> None:
            for call, reply in replies:
                if call.caller is not None:
                    call.caller.switch(reply)
                elif isinstance(reply, Exception):
                    self._complain(reply)

        self._hub.loop.run_callback(hand_out)

    def _complain(self, error: Exception) -> None:
        now = time.monotonic()
        if now > self._complained + 1:
            self._complained = now
            log.warning("Redis did not do what nobody waited for: %s", error)

    def close(self) -> None:
        """Gives the connection up; the next call makes a new one."""
        if self._running is not None:
            self._running.kill(ConnectionError("closed"), block=False)


def _cooperative(sock: Any) -> Any:
    """The same connection as a socket that waits as greenlets do; in a process that gevent has patched it is one already."""
    return sock if isinstance(sock, gevent.socket.socket) else gevent.socket.socket(fileno=sock.detach())


_NONE = object()
