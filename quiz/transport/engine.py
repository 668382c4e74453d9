"""The Engine.IO server: who is connected, over what, and how they come and go."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import engineio
import orjson
from engineio import packet as engineio_packet
from engineio.packet import Packet

from quiz.transport.addresses import counted
from quiz.transport.connection import Plant
from quiz.transport.frames import TEXT, frame
from quiz.transport.handler import TAKE_OVER
from quiz.transport.heartbeats import Heartbeats
from quiz.transport.session import PollingSession, Session

log = logging.getLogger("quiz.transport")

#: What is kept of the request that a client came with.
KEPT = ("REMOTE_ADDR", "HTTP_COOKIE")
#: Sessions above the admission limit that are let in only to be told, in Socket.IO's words, when to come back.
HEADROOM = 250
#: The same for those above the limit of one address, and what they are told.
HEADROOM_OF_ADDRESS, TOO_MANY = 20, "too many connections from your network; try again"


class Engine(engineio.Server):  # type: ignore[misc]
    """Engine.IO's server with our sessions, heartbeats and admission."""

    def __init__(
        self, *, plant: Plant, most_sessions: int, retry_after_s: float, most_of_address: int | None = None, **options: Any
    ) -> None:
        """`most_of_address`: sessions that one address may have (None: any number)."""
        super().__init__(**options, monitor_clients=False)
        self.most_of_address = most_of_address
        #: Sessions of each address, and the address of each session.
        self.addresses: Counter[str] = Counter()
        self._address_of: dict[str, str] = {}
        #: Connections that were refused since their address has too many.
        self.refused = 0
        self._plant, self.most_sessions, self.retry_after_s = plant, most_sessions, retry_after_s
        self.heartbeats = Heartbeats(self.ping_interval, self.ping_timeout)
        #: Whether this worker is about to stop: nobody is let in.
        self.draining = False
        #: How many have come so far, and how many were lost: silent, or torn off.
        self.arrivals = self.lost = 0

    @property
    def crowded(self) -> bool:
        """Whether more are here than can be served: the newest must be told to come back."""
        return len(self.sockets) > self.most_sessions

    def crowded_address(self, sid: str) -> bool:
        """Whether a session's address has more than it may: the newest must be told to come back."""
        most, address = self.most_of_address, self._address_of.get(sid)
        return most is not None and address is not None and self.addresses[address] > most

    @property
    def departures(self) -> int:
        """How many have gone so far."""
        return self.arrivals - len(self.sockets)

    @property
    def polling(self) -> int:
        """How many are here by long-polling."""
        return sum(isinstance(session, PollingSession) for session in self.sockets.values())

    def handle_request(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Serves a request. Programs send no Origin; one that is empty is not allowed, which the base would take for none."""
        if environ.get("HTTP_ORIGIN") == "":
            environ["HTTP_ORIGIN"] = "null"
        return super().handle_request(environ, start_response)

    def message(self, session: Session | PollingSession, data: str | bytes) -> None:
        """A Socket.IO packet came in."""
        try:
            self.handlers["message"](session.sid, data)
        except ValueError as error:  # not Socket.IO; the reference server ends such a connection too
            log.info("a client sent what is no Socket.IO packet: %.200s", error)
            session.disconnect(self.reason.TRANSPORT_ERROR)

    def gone(self, session: Session, reason: str) -> None:
        """In a greenlet: a session has ended."""
        self.heartbeats.forget(session)
        if self.sockets.get(session.sid) is session:
            self._trigger_event("disconnect", session.sid, reason, run_async=False)
            self.sockets.pop(session.sid, None)

    def _trigger_event(self, event: str, *args: Any, **options: Any) -> Any:
        if event == "disconnect" and args[1] in (self.reason.PING_TIMEOUT, self.reason.TRANSPORT_ERROR):
            self.lost += 1
        if event == "disconnect" and (address := self._address_of.pop(args[0], None)) is not None:
            self.addresses[address] -= 1
            if not self.addresses[address]:
                del self.addresses[address]
        return super()._trigger_event(event, *args, **options)

    def disconnect(self, sid: str | None = None) -> None:
        """Ends one session, or all."""
        for session in list(self.sockets.values()) if sid is None else [self.sockets.get(sid)]:
            if session is not None:
                session.disconnect(self.reason.SERVER_DISCONNECT)

    def send_packet(self, sid: str, packet: Packet) -> None:
        """Sends an Engine.IO packet; to nobody if the session is gone."""
        session = self.sockets.get(sid)
        if session is not None:
            session.send_packet(packet)

    def _get_socket(self, sid: str) -> Session | PollingSession:
        # The base forgets a closed socket here; ours is forgotten when its end has been told.
        session: Session | PollingSession = self.sockets[sid]
        return session

    def upgrade(self, environ: dict[str, Any], start_response: Callable[..., Any], polling: PollingSession | None = None) -> Any:
        """Makes the request's connection a session's WebSocket."""
        take_over = environ.get(TAKE_OVER)
        if take_over is None:
            return self._bad_request("Invalid websocket upgrade")
        sid = polling.sid if polling else self.generate_id()
        made: list[Session] = []

        def accept(fd: int) -> Session:
            made.append(Session(self, self._plant, fd, sid, polling))
            return made[0]

        kept = _kept(environ)
        if polling is None:
            early = take_over(accept, frame(TEXT, b"%d%b" % (engineio_packet.OPEN, self._opening(sid, []))))
            self.sockets[sid] = made[0]
            self._welcome(made[0], kept)
        else:
            early = take_over(accept)
        made[0].start(early)
        return []

    def _opening(self, sid: str, upgrades: list[str]) -> bytes:
        """What the first packet says, which every session is sent."""
        told = {
            "sid": sid,
            "upgrades": upgrades,
            "pingTimeout": int(self.heartbeats.timeout * 1000),
            "pingInterval": int(self.heartbeats.interval * 1000),
            "maxPayload": self.max_http_buffer_size,
        }
        return orjson.dumps(told)

    def _welcome(self, session: Session | PollingSession, kept: dict[str, Any]) -> None:
        """The session is here: Socket.IO is told."""
        self.arrivals += 1
        address = self._address_of[session.sid] = counted(kept.get("REMOTE_ADDR", ""))
        self.addresses[address] += 1
        self.handlers["connect"](session.sid, kept)
        self.heartbeats.watch(session)

    def _handle_connect(
        self, environ: dict[str, Any], start_response: Callable[..., Any], transport: str, jsonp_index: int | None = None
    ) -> Any:
        if self.draining:
            return self._busy("this server is about to stop", 1)
        if len(self.sockets) >= self.most_sessions + HEADROOM:
            return self._busy("this server is full", round(self.retry_after_s))
        if self.most_of_address is not None:
            address = counted(environ.get("REMOTE_ADDR", ""))
            if self.addresses[address] >= self.most_of_address + HEADROOM_OF_ADDRESS:
                self.refused += 1
                return self._busy(TOO_MANY, round(self.retry_after_s), HTTPStatus.TOO_MANY_REQUESTS, "rate_limited")
        if transport == "websocket":
            return self.upgrade(environ, start_response)
        session = PollingSession(self, self.generate_id())
        self.sockets[session.sid] = session
        opening = self._opening(session.sid, self._upgrades(session.sid, transport))
        session.send_packet(Packet(engineio_packet.OPEN, opening.decode()))
        self._welcome(session, _kept(environ))
        session.connected = True
        return self._ok(session.poll(), jsonp_index=jsonp_index)

    def _busy(
        self, message: str, seconds: int, status: HTTPStatus = HTTPStatus.SERVICE_UNAVAILABLE, code: str = "server_busy"
    ) -> dict[str, Any]:
        told = {"code": code, "message": message, "retryable": True, "retry_after_ms": seconds * 1000}
        headers = [("Content-Type", "application/json"), ("Retry-After", str(seconds))]
        return {"status": f"{status.value} {status.phrase}", "headers": headers, "response": orjson.dumps({"error": told})}


def _kept(environ: dict[str, Any]) -> dict[str, Any]:
    return {key: environ[key] for key in KEPT if key in environ}
