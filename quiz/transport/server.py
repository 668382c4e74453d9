"""Flask-SocketIO's interface on our own servers."""

from __future__ import annotations

from typing import Any

import flask_socketio
import socketio
from flask import Flask

from quiz.transport.engine import Engine
from quiz.transport.packets import JsonPacket
from quiz.transport.session import Message


class Server(socketio.Server):  # type: ignore[misc]
    """python-socketio's server on our Engine."""

    def _engineio_server_class(self) -> type[Engine]:
        return Engine

    def _send_packet(self, eio_sid: str, pkt: JsonPacket) -> None:
        session = self.eio.sockets.get(eio_sid)
        if session is not None:
            session.deliver(Message(pkt.encode()))


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
