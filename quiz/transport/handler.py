"""HTTP requests of one connection, and how one becomes a WebSocket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent
from geventwebsocket.handler import WebSocketHandler

from quiz.transport.headers import Headers, read_headers

#: Where a request for a WebSocket carries the function that makes it one: called with what to make of the socket's descriptor,
#: returns the bytes that the client sent ahead.
TAKE_OVER = "quiz.take_over"
#: Seconds that a client has for the head of a request, and that an idle connection is kept.
PATIENCE = 20.0


class Handler(WebSocketHandler):  # type: ignore[misc]
    """gevent-websocket's handshake; the connection then leaves the request's greenlet, which ends."""

    _patience: Any = None
    rfile: Any
    socket: Any
    result: Any

    def run_application(self) -> None:
        """Answers a request. The 101 of a WebSocket leaves only when the application takes it."""
        try:
            refused = self.upgrade_websocket()
        except ValueError:  # a key that is no base64
            self.start_response("400 Bad Request", [])
            refused = ["Invalid Sec-WebSocket-Key"]
        if "websocket" not in self.__dict__:
            if self.status:
                self.result = [text.encode() for text in refused or []]
                self.process_result()
                return
            self.result = None
            super(WebSocketHandler, self).run_application()
            return
        self.websocket.raw_write = len  # it says goodbye to the client when it is thrown away: to nobody, then
        del self.websocket
        self.environ[TAKE_OVER] = self._take_over
        self.result = self.application(self.environ, self._refuse)
        if self.socket is not None:
            self.process_result()
        # Handler, environment and the library's WebSocket hold each other; ten thousand of them must not wait for the collector.
        self.environ.clear()

    def _refuse(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        """`start_response` for an application that answers with something else than a WebSocket."""
        if self.socket is None:
            return None  # it was taken over, and Engine.IO still says that all went well
        self.environ["wsgi.websocket"] = None
        self.close_connection = True
        return self.start_response(status, headers, exc_info)

    def _take_over(self, accept: Callable[[int], Any]) -> bytes:
        self.write(b"")  # the prepared 101
        self.socket.setblocking(False)
        early: bytes = self.rfile.peek()
        accept(self.socket.detach())
        self.socket = None
        return early

    def handle_one_request(self) -> Any:
        """As its base does, but waits only so long for a request."""
        self._patience = gevent.Timeout.start_new(PATIENCE)
        self.server.reading.add(self)
        try:
            return super().handle_one_request()
        except gevent.Timeout as timeout:
            if timeout is not self._patience:
                raise
            return None
        finally:
            self._read()

    def MessageClass(self, *_: Any) -> Headers:
        """The head of a request after its first line; five times as fast as the standard library's, which reads e-mails too."""
        return read_headers(self.rfile)

    def get_environ(self) -> Any:
        """Called when the head of a request has been read."""
        self._read()
        environ = super().get_environ()
        if self.server.closed:
            self.close_connection = True
        return environ

    def _read(self) -> None:
        self._patience.close()
        self.server.reading.discard(self)

    def hang_up(self) -> None:
        """The server stops, and this connection is waiting for its next request."""
        if self.socket is not None:
            self.socket.close()
