"""Flask-SocketIO's interface on our own servers."""

from __future__ import annotations

from typing import Any

import flask_socketio
import socketio
from flask import Flask

from quiz.transport.engine import Engine
from quiz.transport.packets import Json, JsonPacket, plain_event
from quiz.transport.session import Message


class Server(socketio.Server):  # type: ignore[misc]
    """python-socketio's server on our Engine."""

    def _engineio_server_class(self) -> type[Engine]:
        return Engine

    def _send_packet(self, eio_sid: str, pkt: JsonPacket) -> None:
        session = self.eio.sockets.get(eio_sid)
        if session is not None:
            session.deliver(Message(pkt.encode().encode()))

    def _handle_eio_message(self, eio_sid: str, data: str | bytes) -> None:
        """As its base does, without a packet for what nearly every message is."""
        plain = plain_event(data) if isinstance(data, str) and eio_sid not in self._binary_packet else None
        if plain is None:
            super()._handle_eio_message(eio_sid, data)
        else:
            self._handle_event(eio_sid, None, *plain)

    def _handle_event(self, eio_sid: str, namespace: str | None, id: int | None, data: list[Any]) -> None:
        """As its base does for namespaces that are classes, by a quarter of the calls: it is done for every answer."""
        namespace = namespace or "/"
        sid = self.manager.sid_from_eio_sid(eio_sid, namespace)
        if not self.manager.is_connected(sid, namespace):
            return
        reply = self.namespace_handlers[namespace].trigger_event(data[0], sid, *data[1:])
        session = self.eio.sockets.get(eio_sid)
        if id is not None and session is not None:
            where = b"3" if namespace == "/" else f"3{namespace},".encode()
            session.deliver(Message(b"%s%d%s" % (where, id, Json.encoded([reply]))))


class SocketIO(flask_socketio.SocketIO):  # type: ignore[misc]
    """Flask-SocketIO with `Server` for its server. Options are those of `Server` and `Engine`."""

    def init_app(self, app: Flask, **options: Any) -> None:
        """Becomes part of `app`."""
        app.extensions["socketio"] = self
        self.manage_session = options.pop("manage_session")
        self.server_options = options
        self.server = Server(serializer=JsonPacket, async_mode="gevent", async_handlers=False, **options)
        self.async_mode = self.server.async_mode
        self.sockio_mw = socketio.WSGIApp(self.server, app.wsgi_app, socketio_path="socket.io")
        app.wsgi_app = self.sockio_mw  # type: ignore[method-assign]
        self.server.eio.heartbeats.start()
