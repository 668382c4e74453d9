"""HTTP requests of one connection, and how one becomes a WebSocket."""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Callable, Iterator
from math import inf
from typing import Any

import gevent
from geventwebsocket.handler import WebSocketHandler

from quiz.transport.headers import Headers, read_headers
from quiz.transport.reader import Reader

log = logging.getLogger("quiz.transport")

#: Of HTTP.
VERSIONS = ("HTTP/1.1", "HTTP/1.0")
#: Fields that a WSGI environment has under another name.
ELSEWHERE = ("content-type", "content-length")
#: Where a request for a WebSocket carries the function that makes it one: called with what to make of the socket's descriptor,
#: and what to send right behind the handshake; returns the bytes that the client sent ahead.
TAKE_OVER = "quiz.take_over"
#: How many times as long as for the head of a request a client has to take a piece of the answer.
TAKING = 3
#: Bytes of a body that nobody wanted which are still read, since the client hears the answer only when it has sent them.
UNWANTED_MOST = 16 * 1024 * 1024


class Handler(WebSocketHandler):  # type: ignore[misc]
    """gevent-websocket's handshake; the connection then leaves the request's greenlet, which ends.

    A client has `server.patience` seconds for the head of a request, however often it sends a byte of it, and as many again for
    the body; an idle connection is kept for so long.
    """

    #: Whether there is no request yet, or only a part of its head.
    before = True
    _timer: Any = None
    rfile: Reader
    headers: Headers
    request_version: str
    socket: Any
    result: Any
    wsgi_input: Any

    def __init__(self, sock: Any, address: Any, server: Any) -> None:
        super().__init__(sock, address, server, Reader(sock, server.gate.enter))

    def run_application(self) -> None:
        """Answers a request. The 101 of a WebSocket leaves only when the application takes it."""
        self.server.gate.enter()
        try:
            self._answer()
        finally:
            if self.socket is not None:
                self._leave_unread()

    def _answer(self) -> None:
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
        del self.websocket.closed  # one that is whole says goodbye to the client when it is thrown away
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

    def _take_over(self, accept: Callable[[int], Any], first: bytes = b"") -> bytes:
        fields = b"".join(b"%b: %b\r\n" % field for field in self.response_headers)
        self.headers_sent = True
        self._sendall(b"HTTP/1.1 %b\r\n%b\r\n%b" % (self.status, fields, first))
        early = self.rfile.ahead()
        accept(self.socket.detach())
        self.socket = None
        return early

    def handle_one_request(self) -> Any:
        """As its base does, but waits only so long for a request."""
        self.before = True
        self._wait()
        try:
            return super().handle_one_request()
        finally:
            self._stop_waiting()

    def MessageClass(self, *_: Any) -> Headers:
        """The head of a request after its first line; five times as fast as the standard library's, which reads e-mails too."""
        return read_headers(self.rfile)

    def _headers(self) -> Iterator[tuple[str, str]]:
        """The fields as a WSGI environment has them. A name with an underscore could pass for another one."""
        for name, value in self.headers.fields:
            if name not in ELSEWHERE and "_" not in name:
                yield f"HTTP_{name.upper().replace('-', '_')}", value

    def get_environ(self) -> Any:
        """Called when the head of a request has been read."""
        self.before = False
        self._stop_waiting()
        environ = super().get_environ()
        if self.server.closed:
            self.close_connection = True
        if self._unread:
            self._wait()
        return environ

    # What the client takes its time for

    def _wait(self) -> None:
        """From now on the client has so long."""
        self._timer = gevent.get_hub().loop.timer(self.server.patience)
        self._timer.start(self.give_up)
        self.server.waiting[self] = None

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer.close()
            self._timer = None
            self.server.waiting.pop(self, None)

    def give_up(self) -> None:
        """The client has had its time, or another one needs its place: nothing more of what it sends is read."""
        self.server.waiting.pop(self, None)
        if self.socket is None or not (self.before or self._unread):
            return
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.socket._sock.shutdown(socket.SHUT_RD)  # whoever reads finds the end, as if the client had gone

    @property
    def _unread(self) -> float:
        """Bytes of the request's body that nobody has read yet."""
        body = self.wsgi_input
        if body.chunked_input:
            return inf if body.chunk_length else 0
        return float((body.content_length or 0) - body.position)

    def _leave_unread(self) -> None:
        """What is too much of a body to be thrown away is not read at all."""
        if self._unread > UNWANTED_MOST:
            self.close_connection = True
            self.wsgi_input.chunked_input, self.wsgi_input.content_length = False, 0

    def _sendall(self, data: bytes) -> None:
        """As its base does, but waits only so long for the client; mostly the kernel takes everything at once."""
        try:
            sent = self.socket._sock.send(data)
        except OSError:
            sent = 0  # what is wrong comes again
        self.response_length += sent
        if sent < len(data):
            with self._time_to_take():
                super()._sendall(memoryview(data)[sent:])

    @contextlib.contextmanager
    def _time_to_take(self) -> Iterator[None]:
        timer = gevent.get_hub().loop.timer(self.server.patience * TAKING)
        timer.start(self._cut)
        try:
            yield
        finally:
            timer.stop()
            timer.close()

    def _cut(self) -> None:
        with contextlib.suppress(OSError):
            self.socket._sock.shutdown(socket.SHUT_RDWR)

    # What is no request

    def read_request(self, raw_requestline: str) -> bool:
        """As its base does; raises ValueError for what is no request."""
        if not raw_requestline.isascii():
            raise ValueError("a request line that is not ASCII")
        return bool(super().read_request(raw_requestline))

    def _check_http_version(self) -> bool:
        return self.request_version in VERSIONS

    def _handle_client_error(self, ex: Exception) -> Any:
        if isinstance(ex, ConnectionError):
            return None  # torn within the head
        self.server.gate.enter()
        return super()._handle_client_error(ex)

    def log_error(self, msg: str, *args: Any) -> None:
        """What pywsgi says of a client that speaks no HTTP, which is none of the operator's errors."""
        log.info("a client that speaks no HTTP: %.200s", msg % args)
