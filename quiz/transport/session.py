"""One Engine.IO client: over a WebSocket, or over long-polling until it changes to one."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gevent
from engineio import packet as engineio_packet
from engineio.exceptions import EngineIOError
from engineio.packet import Packet
from engineio.socket import Socket

from quiz.transport.connection import GOING_AWAY, NORMAL, RESTARTING, Connection, Plant
from quiz.transport.frames import BINARY, TEXT, frame

if TYPE_CHECKING:
    from quiz.transport.engine import Engine

log = logging.getLogger("quiz.transport")

#: Packets that may wait for a client's next poll.
POLLED_MOST = 1000

_PING = frame(TEXT, b"2")
_PROBED = frame(TEXT, b"3probe")
_CLOSE = frame(TEXT, b"1")


class Message:
    """A Socket.IO text on its way to one or many: built once, whatever the transport. `topic`: see `Connection.send`."""

    __slots__ = ("frame", "text", "topic")

    def __init__(self, text: bytes, topic: object = None) -> None:
        self.text, self.topic = text, topic
        self.frame = frame(TEXT, b"4" + text)


class Session(Connection):
    """A client over a WebSocket. Has what Engine.IO's server asks of its sockets."""

    __slots__ = ("_engine", "_probing", "_reason", "beats", "idle", "session", "sid")

    def __init__(self, engine: Engine, plant: Plant, fd: int, sid: str, polling: PollingSession | None = None) -> None:
        super().__init__(plant, fd)
        self._engine, self.sid = engine, sid
        self._probing = polling
        self._reason: str | None = None
        self.beats = 0
        self.idle = polling is None
        self.session: dict[str, Any] = polling.session if polling else {}

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return not self.open

    @property
    def connected(self) -> bool:
        """Engine.IO asks this before it takes an HTTP request for the session; it then refuses it, as `upgraded` says."""
        return True

    upgraded = connected

    def deliver(self, message: Message) -> None:
        """Sends a Socket.IO text."""
        self.send(message.frame, message.topic)

    def send_packet(self, packet: Packet) -> None:
        """Sends an Engine.IO packet."""
        encoded = packet.encode()
        self.send(frame(TEXT, encoded.encode()) if isinstance(encoded, str) else frame(BINARY, encoded))

    def ping(self) -> None:
        """See `Heartbeats`."""
        self.send(_PING)

    def expire(self, why: str) -> None:
        """See `Heartbeats`. Nobody is there to agree to an end, so this is one at once."""
        self._reason = self._engine.reason.PING_TIMEOUT
        self.abort()

    def disconnect(self, reason: str | None = None) -> None:
        """Ends the connection with Engine.IO's goodbye."""
        self._reason = reason
        self.send(_CLOSE)
        self.close(NORMAL)

    def leave(self) -> None:
        """Ends the connection so that the client comes back, which Socket.IO's clients don't do after a goodbye."""
        self._reason = self._engine.reason.SERVER_DISCONNECT
        self.close(RESTARTING, "this server is about to stop; reconnect")

    def arrived(self, opcode: int, message: Any) -> bool:
        """A heartbeat needs no greenlet."""
        if opcode == TEXT:
            if message == "3":
                self.beats += 1
                self._engine.heartbeats.received += 1
                return True
            if self._probing is not None:
                self._probe(message)
                return True
        return False

    def _probe(self, message: str) -> None:
        """A client of long-polling tries this WebSocket, then changes to it."""
        polling = self._probing
        assert polling is not None
        if message == "2probe":
            self.send(_PROBED)
            polling.upgrading = True
            polling.queue.put(Packet(engineio_packet.NOOP))  # ends the poll that waits
        elif message == "5" and polling.upgrading and not polling.closed:
            self._probing = None
            for packet in polling.retire():
                self.send_packet(packet)
            self._engine.sockets[self.sid] = self
            self._engine.heartbeats.watch(self)
        else:
            self.abort()

    def received(self, opcode: int, message: Any) -> None:
        """Handles what is no heartbeat."""
        if self._probing is not None:
            return
        if opcode == BINARY:
            self._engine.message(self, message)
        elif message[:1] == "4":
            self._engine.message(self, message[1:])
        elif message == "1":
            self._reason = self._engine.reason.CLIENT_DISCONNECT
            self.close(NORMAL)

    def ended(self, code: int) -> None:
        """Tells Socket.IO."""
        if self._probing is not None:
            self._probing.upgrading = False
            return
        reasons = self._engine.reason
        orderly = code in (NORMAL, GOING_AWAY)
        self._engine.gone(self, self._reason or (reasons.TRANSPORT_CLOSE if orderly else reasons.TRANSPORT_ERROR))


class PollingSession(Socket):  # type: ignore[misc]
    """A client over HTTP long-polling. Engine.IO's own, with our heartbeats instead of a greenlet for each."""

    def __init__(self, server: Engine, sid: str) -> None:
        super().__init__(server, sid)
        self.beats = 0
        self.idle = True
        self._given_up = self._deaf = False

    def deliver(self, message: Message) -> None:
        """Sends a Socket.IO text."""
        self.send_packet(Packet(engineio_packet.MESSAGE, message.text.decode()))

    def send_packet(self, packet: Packet) -> None:
        """Puts an Engine.IO packet where the next poll finds it. Who does not poll for too long is given up."""
        if self.closed or self._given_up:
            return
        if self.queue.qsize() < POLLED_MOST:
            self.queue.put(packet)
        else:
            self._given_up = True
            self.server.heartbeats.expired += 1
            gevent.spawn(self.expire, "does not poll")  # its end is told in a greenlet; this may be the hub

    send = send_packet

    def turn_deaf(self) -> None:
        """See `Connection`."""
        self._deaf = True

    def receive(self, packet: Packet) -> None:
        """Handles a packet of a POST request."""
        if self._deaf:
            return
        if packet.packet_type == engineio_packet.PONG:
            self.beats += 1
            self.server.heartbeats.received += 1
        elif packet.packet_type == engineio_packet.MESSAGE:
            self.server.message(self, packet.data)
        else:
            super().receive(packet)

    def handle_post_request(self, environ: dict[str, Any]) -> None:
        """Handles the packets of a POST request. Raises EngineIOError where there are none; that ends the session."""
        try:
            super().handle_post_request(environ)
        except (ValueError, LookupError, RecursionError, OSError) as error:
            log.info("what a client of long-polling sent is no packet: %.200s", error)
            raise EngineIOError from error

    def ping(self) -> None:
        """See `Heartbeats`."""
        self.send_packet(Packet(engineio_packet.PING))

    def expire(self, why: str) -> None:
        """See `Heartbeats`."""
        self.close(wait=False, abort=True, reason=self.server.reason.PING_TIMEOUT)

    def disconnect(self, reason: str | None = None) -> None:
        """Ends the session."""
        self.close(wait=False, reason=reason)

    def leave(self) -> None:
        """Ends the session; the client comes back."""
        self.disconnect(self.server.reason.SERVER_DISCONNECT)

    def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """As Engine.IO does, which leaves it to another greenlet to forget the session."""
        super().close(wait=wait, abort=abort, reason=reason)
        self.server.sockets.pop(self.sid, None)
        self.server.heartbeats.forget(self)

    def check_ping_timeout(self) -> bool:
        """Engine.IO asks before it sends; ours are watched by `Heartbeats`."""
        return not self.closed

    def schedule_ping(self) -> None:
        """Nothing to do: see `Heartbeats`."""

    def retire(self) -> list[Packet]:
        """The client has changed to a WebSocket: what it was not told yet."""
        left = []
        while not self.queue.empty():
            packet = self.queue.get(block=False)
            if packet is not None and packet.packet_type != engineio_packet.NOOP:
                left.append(packet)
        self.closed = self.upgraded = True
        self.queue.put(None)
        self.server.heartbeats.forget(self)
        return left

    def _upgrade_websocket(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        return self.server.upgrade(environ, start_response, self)
