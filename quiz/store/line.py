"""One connection to Redis for all greenlets of a process: what gathers leaves together, replies come back in order.

See docs/decisions/0007. redis-py makes the connection (TLS, passwords, Sentinel); then its socket is read and written here.
"""

from __future__ import annotations

import _socket
import contextlib
import logging
import ssl
import time
from collections import deque
from collections.abc import Callable, Sequence
from math import inf
from typing import Any

import gevent
import gevent.socket
import hiredis
from greenlet import getcurrent
from redis._parsers.base import BaseParser
from redis.exceptions import ConnectionError, RedisError, TimeoutError

from quiz.store.faults import Crowded

log = logging.getLogger("quiz.store")

#: Bytes read at a time.
READ = 65_536
#: Calls that may wait for their replies; one more is refused.
MOST_WAITING = 10_000
#: Looks at a call that is due until the connection is given up, a tenth of the time-out apart.
LOOKS = 3
#: Seconds between two writes where much is to be sent: each costs as much as the work for an answer, here and in Redis. And how
#: far writes may be ahead of that: where little is to be sent, or much for a moment only, nothing waits.
PACE, AHEAD = 0.003, 0.15
#: The same for a moment: what many ask for at once gathers, though nothing was sent for a while.
BRIEF_PACE, BRIEF_AHEAD = 0.001, 0.003


_NOTHING = object()
_READ, _WRITE = 1, 2  # libev's
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Call:
    """A command under way. `caller` is the greenlet that waits, None if nobody does (any more)."""

    __slots__ = ("caller", "due", "looks", "packed")

    def __init__(self, caller: Any, due: float, packed: bytes) -> None:
        self.caller, self.due, self.packed = caller, due, packed
        self.looks = 0


class Link:
    """One connection, from before it is made until it is lost, with the calls that it carries."""

    def __init__(self) -> None:
        self.unsent: deque[Call] = deque()
        self.sent: deque[Call] = deque()
        # When the next write would be due if each came `PACE`, or `BRIEF_PACE`, after the one before, by the monotonic clock.
        self.paced = self.briefly_paced = 0.0
        self.due = inf  # when what has gathered is to leave
        self.rest: bytes | memoryview = b""  # what the kernel has not taken yet
        self.connection: Any = None
        self.sock: Any = None
        self.watchers: list[Any] = []
        self.lost = False
        self.replies = hiredis.Reader(
            protocolError=RedisError,
            replyError=BaseParser.parse_error,
            encoding="utf-8",
            errors="surrogateescape",
            notEnoughData=_NOTHING,
        )

    @property
    def encrypted(self) -> bool:
        """Whether more may have come than the socket shows."""
        return isinstance(self.sock, ssl.SSLSocket)

    @property
    def oldest(self) -> Call | None:
        """The call that has waited longest."""
        return self.sent[0] if self.sent else self.unsent[0] if self.unsent else None


class Line:
    """Commands over one connection, which is made when first needed and again after it was lost.

    Nothing is ever sent twice: when the connection is lost, all who wait get ConnectionError; when Redis is silent for
    `timeout_s`, TimeoutError. No call takes much longer than that, unless this process has no time to look.
    """

    def __init__(
        self,
        new_connection: Callable[[], Any],
        timeout_s: float,
        greet: Callable[[Any], None] = lambda connection: None,
        lost: Callable[[], None] = lambda: None,
    ) -> None:
        """`new_connection` makes a redis-py connection, with time-outs and not connected yet; `greet` may turn one away.

        `lost` is told, in the hub or a greenlet, whenever one was lost or could not be made.
        """
        self._new_connection, self._timeout_s, self._greet, self._lost = new_connection, timeout_s, greet, lost
        self._hub = gevent.get_hub()
        self._link: Link | None = None
        self._paced = self._hub.loop.timer(0)
        self._watch = self._hub.loop.timer(timeout_s / 10, timeout_s / 10)
        self._complained = 0.0

    @property
    def waiting(self) -> int:
        """Calls under way."""
        return len(self._link.unsent) + len(self._link.sent) if self._link else 0

    @property
    def open(self) -> int:
        """Connections that are there, or being made."""
        return int(self._link is not None)

    def call(self, *args: Any) -> Any:
        """Sends a command; its reply. Raises redis-py's errors."""
        return self.call_packed(hiredis.pack_command(args))

    @staticmethod
    def pack(args: Sequence[Any]) -> tuple[bytes, int | None]:
        """A command in Redis's own form, and in a cluster the slot that it is for, as `call_packed` takes it."""
        return hiredis.pack_command(tuple(args)), None

    def call_packed(self, packed: bytes, slot: int | None = None) -> Any:
        """As `call`."""
        call = self._put(getcurrent(), packed)
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
        self._put(None, hiredis.pack_command(args))

    def close(self) -> None:
        """Gives the connection up; the next call makes a new one."""
        if self._link is not None:
            self._lose(self._link, ConnectionError("the connection to Redis was closed"), meant=True)

    def _put(self, caller: Any, packed: bytes) -> Call:
        if self.waiting >= MOST_WAITING:
            raise Crowded("too many calls wait for Redis")
        now = time.monotonic()
        call = Call(caller, now + self._timeout_s, packed)
        link = self._link
        if link is None:
            link = self._link = Link()
            gevent.spawn(self._connect, link)
            self._watch.start(self._look)
        link.unsent.append(call)
        # At once where there is little to do, else together with what comes in the next moment; so does what nobody waits for.
        at = max(link.paced - AHEAD, link.briefly_paced - BRIEF_AHEAD)
        if caller is None:
            at = max(at, now + PACE)
        if at <= now:
            self._write()
        elif at < link.due:
            link.due = at
            self._stop_pacing()
            self._paced = self._hub.loop.timer(at - now)
            self._paced.start(self._write)
        return call

    def _stop_pacing(self) -> None:
        self._paced.stop()
        self._paced.close()

    def _look(self) -> None:
        """In the hub, now and then: Redis may have fallen silent.

        It may also be that this process is slow, and the reply lies there: so a call that is due is looked at some times more,
        and between two looks what has come is read. A connection that is being made goes on: to look up a name, or ask several
        servers for the master, may take longer than a call.
        """
        link = self._link
        oldest = link.oldest if link else None
        if link is None or oldest is None or time.monotonic() <= oldest.due:
            return
        oldest.looks += 1
        if oldest.looks < LOOKS:
            return
        late = TimeoutError("Redis does not answer")
        if link.sock is not None:
            self._lose(link, late)
            return
        overdue = [call for call in link.unsent if call.due <= oldest.due + self._timeout_s / 10]
        for _ in overdue:
            link.unsent.popleft()
        self._deliver([(call, late) for call in overdue])

    def _connect(self, link: Link) -> None:
        """In a greenlet: everything else runs in the hub, so that no backlog of greenlets comes between a call and its reply."""
        try:
            link.connection = self._new_connection()
            link.connection.connect()
            self._greet(link.connection)
            if link.lost:
                link.connection.disconnect()
                return
            link.sock = bare(link.connection._sock)
            # What was begun is brought to its end before something new is looked at: else a flood of messages delays everybody's.
            loop: Any = self._hub.loop
            fd = link.sock.fileno()
            reader, writer = (loop.io(fd, event, priority=loop.MAXPRI) for event in (_READ, _WRITE))
            link.watchers = [reader, writer]
            reader.start(self._read, link)
            self._write()
        except Exception as error:  # whatever it is, nobody must wait for a connection that will not be
            self._lose(link, error)

    def _write(self) -> None:
        """Sends what has gathered."""
        self._stop_pacing()
        link = self._link
        if link is not None:
            link.due = inf
        if link is None or link.sock is None or link.rest or not link.unsent:
            return
        now = time.monotonic()
        link.paced = max(now, link.paced) + PACE
        link.briefly_paced = max(now, link.briefly_paced) + BRIEF_PACE
        link.rest = b"".join([call.packed for call in link.unsent])
        link.sent.extend(link.unsent)
        link.unsent.clear()
        self._send(link)

    def _send(self, link: Link) -> None:
        try:
            sent = link.sock.send(link.rest)
            # The record of a large game leaves in many pieces: what remains of it is not copied each time.
            link.rest = memoryview(link.rest)[sent:] if sent < len(link.rest) else b""
        except _NOT_NOW:
            pass
        except OSError as error:
            self._lose(link, error)
            return
        if link.rest:
            link.watchers[1].start(self._send, link)
        else:
            if link.watchers[1].active:
                link.watchers[1].stop()
            self._write()

    def _read(self, link: Link) -> None:
        replies = []
        try:
            while True:
                data = link.sock.recv(READ)
                if not data:
                    raise ConnectionError("Redis closed the connection")
                link.replies.feed(data)
                while (reply := link.replies.gets()) is not _NOTHING:
                    replies.append((link.sent.popleft(), reply))
                if len(data) < READ and not link.encrypted:
                    break
        except _NOT_NOW:
            pass
        except (OSError, RedisError, IndexError) as error:
            self._lose(link, error)
        self._deliver(replies)

    def _lose(self, link: Link, error: Exception, *, meant: bool = False) -> None:
        """The end of a connection: all who wait for it are told."""
        if link.lost:
            return
        link.lost = True
        if self._link is link:
            self._link = None
            self._watch.stop()
        for watcher in link.watchers:
            watcher.stop()
            watcher.close()
        with contextlib.suppress(Exception):
            link.connection.disconnect()
        if link.sock is not None:
            link.sock.close()
        told = error if isinstance(error, RedisError) else ConnectionError(f"the connection to Redis was lost: {error}")
        waiting = [(call, told) for call in (*link.sent, *link.unsent)]
        link.sent.clear()
        link.unsent.clear()
        self._hub.loop.run_callback(self._deliver, waiting)
        if not meant:
            self._lost()

    def _deliver(self, replies: list[tuple[Call, Any]]) -> None:
        """In the hub: lets the callers go on."""
        for call, reply in replies:
            if call.caller is not None:
                call.caller.switch(reply)
            elif isinstance(reply, Exception):
                self._complain(reply)

    def _complain(self, error: Exception) -> None:
        now = time.monotonic()
        if now > self._complained + 1:
            self._complained = now
            log.warning("Redis did not do what nobody waited for: %s", error)


def bare(sock: Any) -> Any:
    """The connection as a socket that never waits: a plain one, which costs less than gevent's, unless it is encrypted."""
    sock = cooperative(sock)
    if not isinstance(sock, ssl.SSLSocket):
        sock = _socket.socket(fileno=sock.detach())
    sock.setblocking(False)
    return sock


def cooperative(sock: Any) -> Any:
    """The same connection as a socket that waits as greenlets do; in a process that gevent has patched it is one already."""
    return sock if isinstance(sock, gevent.socket.socket) else gevent.socket.socket(fileno=sock.detach())
