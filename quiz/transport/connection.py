"""One WebSocket: a socket that is watched, not waited for. Costs no greenlet while nothing happens."""

from __future__ import annotations

import _socket
import contextlib
import logging
import socket
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import gevent
from gevent.hub import Hub

from quiz.transport.frames import BINARY, CLOSE, PING, PONG, Decoder, close_frame, frame
from quiz.transport.runners import Runners
from quiz.transport.turns import Turns

log = logging.getLogger("quiz.transport")

#: Bytes read at a time: a few messages, since a flood is taken in by so much at once; and when they are only thrown away.
READ, READ_AWAY = 256, 16_384
#: Messages of one connection that may wait for the one being handled; with more, nothing is read until some are done.
WAITING = 32
#: Bytes that the kernel may hold for a client (it counts double), and, when the client is given up, for the last word.
KERNEL_BUFFER, KERNEL_BUFFER_LAST = 65_536, 98_304
#: Seconds for which a closed connection waits for the other side to close too.
FAREWELL = 2.0

_READ, _WRITE = 1, 2  # libev's

NORMAL, GOING_AWAY, ABNORMAL, RESTARTING, TOO_SLOW = 1000, 1001, 1006, 1012, 1013


@dataclass(slots=True)
class Plant:
    """What all connections of a worker share."""

    most_message: int = 16_384
    most_queued: int = 1_048_576
    turns: Turns = field(default_factory=Turns)
    runners: Runners = field(default_factory=Runners)
    hub: Hub = field(default_factory=gevent.get_hub)


class Connection:
    """One client. Subclasses say what a message means.

    Everything here runs in the hub and never waits, but `received` and `ended`, which run in a greenlet, one call at a time, in
    the order in which things came.
    """

    __slots__ = (
        "_busy",
        "_closing",
        "_code",
        "_decoder",
        "_deferred",
        "_inbox",
        "_plant",
        "_queue",
        "_queued",
        "_reader",
        "_socket",
        "_timer",
        "_writer",
    )

    def __init__(self, plant: Plant, fd: int) -> None:
        """Takes over the connected socket `fd`, whose handshake is done."""
        self._plant = plant
        self._socket: Any = _socket.socket(fileno=fd)
        self._socket.setblocking(False)
        # A fixed size: a client that does not read holds little, and there is room left to tell it why it is given up.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BUFFER)
        self._decoder = Decoder(plant.most_message)
        self._deferred = False  # there is something to read, in its turn
        self._busy = False  # a message is being handled
        self._inbox: deque[tuple[int, Any]] | None = None  # a deque while others wait for that
        self._queue: deque[tuple[bytes, object]] | None = None  # a deque while the kernel refuses
        self._queued = 0
        self._closing = False  # our close frame is under way, nothing follows it
        self._code = ABNORMAL
        self._writer: Any = None
        self._timer: Any = None
        self._reader: Any = plant.hub.loop.io(fd, _READ)

    def start(self, early: bytes = b"") -> None:
        """Begins to listen; `early` is what came together with the handshake."""
        if self._socket is None:
            return  # it was gone before anything could be said to it
        self._reader.start(self._readable)
        if early:
            self._plant.turns.put_off(lambda: self._take(early))

    def arrived(self, opcode: int, message: Any) -> bool:
        """In the hub: something came; True if that is all there is to it, else `received` follows."""
        return False

    def received(self, opcode: int, message: Any) -> None:
        """In a greenlet: handles a text (str) or binary (bytes) message."""
        raise NotImplementedError

    def ended(self, code: int) -> None:
        """In a greenlet, last of all: the connection is gone; 1000 and 1001 are orderly ends."""
        raise NotImplementedError

    @property
    def open(self) -> bool:
        """Whether something sent now may still arrive."""
        return self._socket is not None and not self._closing

    # What goes out

    def send(self, frame: bytes, topic: object = None) -> None:
        """Sends a whole frame. While the client does not read, only the newest of each topic waits for it."""
        if self._closing or self._socket is None:
            return
        if self._queue is None:
            try:
                sent = self._socket.send(frame)
            except BlockingIOError:
                sent = 0
            except OSError:
                self._drop(ABNORMAL)
                return
            if sent < len(frame):
                self._queue = deque([(frame[sent:], None if sent else topic)])
                self._queued = len(frame) - sent
                self._wait_to_write()
            return
        self._enqueue(frame, topic)

    def _enqueue(self, frame: bytes, topic: object) -> None:
        assert self._queue is not None
        if topic is not None:
            for place, (waiting, its) in enumerate(self._queue):
                if its == topic:
                    self._queue[place] = (frame, topic)
                    self._queued += len(frame) - len(waiting)
                    return
        self._queue.append((frame, topic))
        self._queued += len(frame)
        if self._queued > self._plant.most_queued:
            self._give_up()

    def _wait_to_write(self) -> None:
        if self._writer is None:
            self._writer = self._plant.hub.loop.io(self._socket.fileno(), _WRITE)
        self._writer.start(self._writable)

    def _writable(self) -> None:
        queue = self._queue
        if queue is None:
            return
        try:
            while queue:
                waiting, _ = queue[0]
                sent = self._socket.send(waiting)
                self._queued -= sent
                if sent < len(waiting):
                    queue[0] = (waiting[sent:], None)
                    return
                queue.popleft()
        except BlockingIOError:
            return
        except OSError:
            self._drop(ABNORMAL)
            return
        self._queue = None
        self._writer.stop()
        self._writer.close()
        self._writer = None
        if self._closing:
            self._half_close()

    def _give_up(self) -> None:
        """The client reads too slowly: what waits for it is thrown away, it is told so if that can be, and its place is free."""
        log.info("a client that reads too slowly is closed")
        queue = self._queue
        begun = queue[0][0] if queue and queue[0][1] is None else b""
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BUFFER_LAST)
            self._socket.send(begun + close_frame(TOO_SLOW, "you read too slowly; come back later"))
        self._drop(TOO_SLOW)

    def close(self, code: int = NORMAL, reason: str = "") -> None:
        """Ends the connection: a close frame behind what waits, and the end when the other side agrees or `FAREWELL` is over."""
        if self._closing or self._socket is None:
            return
        self.send(close_frame(code, reason))
        if self._socket is None:
            return
        self._closing = True
        if self._decoder.error is None:
            self._code = code
        self._timer = self._plant.hub.loop.timer(FAREWELL)
        self._timer.start(self._drop, self._code)
        self._reader.start(self._readable)  # it may have been stopped, and must hear the answer

    def turn_deaf(self) -> None:
        """Nothing more is read, and what waits is forgotten, but that the connection is gone."""
        if self._inbox is not None:
            self._inbox = deque(waiting for waiting in self._inbox if waiting[0] == CLOSE)
        if self._reader is not None:
            self._reader.stop()

    def abort(self) -> None:
        """Ends the connection at once, as one that was lost."""
        self._drop(ABNORMAL)

    def _drop(self, code: int) -> None:
        if self._socket is None:
            return
        for watcher in (self._reader, self._writer, self._timer):
            if watcher is not None:
                watcher.stop()
                watcher.close()
        self._reader = self._writer = self._timer = self._queue = None
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._socket = None
        self._handle(CLOSE, code)

    # What comes in

    def _readable(self) -> None:
        if not self._deferred:
            self._deferred = self._plant.turns.defer(self._read_in_turn)
            if not self._deferred:
                self._read()

    def _read_in_turn(self) -> None:
        self._deferred = False
        if self._reader is not None and self._reader.active:  # it may have been stopped meanwhile
            self._read()

    def _read(self) -> None:
        if self._socket is None:
            return
        try:
            data = self._socket.recv(READ if self._decoder.error is None else READ_AWAY)
        except BlockingIOError:
            return
        except OSError:
            self._drop(ABNORMAL)
            return
        if data:
            self._take(data)
        else:
            self._drop(self._code)

    def _take(self, data: bytes) -> None:
        if self._socket is None:
            return
        decoder = self._decoder
        for opcode, message in decoder.feed(data):
            if opcode <= BINARY:
                if not self._closing and not self.arrived(opcode, message):
                    self._handle(opcode, message)
            elif opcode == PING:
                self.send(frame(PONG, message), PONG)
            elif opcode == CLOSE:
                self._answer_close(message)
            if self._socket is None:
                return
        if decoder.error is not None and not self._closing:
            self._code = ABNORMAL
            self.close(decoder.error.code, decoder.error.reason)
            self._half_close()

    def _half_close(self) -> None:
        """After a violation: what still comes is read and thrown away, so that the close frame is not lost to a reset."""
        if self._queue is None and self._socket is not None and self._decoder.error is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_WR)

    def _answer_close(self, payload: bytes) -> None:
        """The other side closes: agree, with its own code, and go."""
        if not self._closing:
            self._code = int.from_bytes(payload[:2], "big") if payload else NORMAL
            self.send(close_frame(self._code) if payload else frame(CLOSE, b""))
            self._closing = True
        if self._queue is None:
            self._drop(self._code)
        elif self._timer is None:  # it goes when all is sent, or after `FAREWELL`
            self._reader.stop()
            self._timer = self._plant.hub.loop.timer(FAREWELL)
            self._timer.start(self._drop, self._code)

    def _handle(self, opcode: int, message: Any) -> None:
        """In the hub: has a message handled now, or behind those that wait."""
        if not self._busy:
            self._busy = True
            self._plant.runners.run(self._run, opcode, message)
            return
        if self._inbox is None:
            self._inbox = deque()
        self._inbox.append((opcode, message))
        if len(self._inbox) == WAITING and self._reader is not None:
            self._reader.stop()

    def _run(self, opcode: int, message: Any) -> None:
        """In a greenlet: handles one message; the next one waits for the next turn, so that a flood holds up nobody else."""
        try:
            if opcode == CLOSE:
                self.ended(message)
            else:
                self.received(opcode, message)
        finally:
            if self._inbox:
                self._plant.turns.put_off(self._next)
            else:
                self._busy, self._inbox = False, None

    def _next(self) -> None:
        if not self._inbox:  # what waited has been forgotten
            self._busy, self._inbox = False, None
            return
        opcode, message = self._inbox.popleft()
        if len(self._inbox) == WAITING // 2 and self._reader is not None and not self._closing:
            self._reader.start(self._readable)
        self._plant.runners.run(self._run, opcode, message)
