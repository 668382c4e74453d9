"""How long the HTTP server waits for clients, and who goes when places get scarce. In this process, with gevent's sockets."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest
from gevent import socket
from gevent.pool import Pool

from quiz.transport import handler
from quiz.transport.handler import Handler
from quiz.transport.worker import ACCEPT, MOST, Server

PLACES = 6


class Served:
    """A server with few places; the application reads bodies of /read, sends much for /much, and leaves the rest alone."""

    def __init__(self, patience: float) -> None:
        self.errors: list[str] = []
        quiet: Any = None
        self.server = Server(("127.0.0.1", 0), self._app, spawn=Pool(PLACES), handler_class=Handler, log=quiet, patience=patience)
        self.server.start()

    def _app(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        if environ["PATH_INFO"] == "/read":
            try:
                environ["wsgi.input"].read()
            except OSError as error:
                self.errors.append(str(error))
        start_response("200 OK", [])
        return [b"x" * 50_000_000 if environ["PATH_INFO"] == "/much" else b"served"]

    def connect(self, begin: bytes) -> socket.socket:
        """A client that has sent something."""
        client = socket.create_connection(("127.0.0.1", self.server.server_port), timeout=10)
        client.sendall(begin)
        return client

    @property
    def busy(self) -> int:
        """How many connections have a place."""
        return len(self.server.pool)


@pytest.fixture
def served() -> Iterator[Callable[[float], Served]]:
    """Makes servers."""
    made: list[Served] = []

    def make(patience: float) -> Served:
        made.append(Served(patience))
        return made[-1]

    yield make
    for one in made:
        one.server.stop(timeout=0)


def answer(client: socket.socket) -> bytes:
    """Everything up to the end."""
    got = b""
    with contextlib.suppress(ConnectionError):
        while data := client.recv(65_536):
            got += data
    return got


def hears(client: socket.socket) -> bool:
    """Waits for the application's answer on a connection that stays."""
    got = b""
    while data := client.recv(65_536):
        got += data
        if got.endswith(b"served"):
            return True
    return False


@pytest.mark.parametrize(
    "begin",
    [
        b"",
        b"GET / HTTP/1.1",
        b"GET / HTTP/1.1\r\nHost: x\r\nA:",
        b"POST /read HTTP/1.1\r\nContent-Length: 1000\r\n\r\nab",
        b"POST /read HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"POST /leave HTTP/1.1\r\nContent-Length: 1000\r\n\r\nab",
    ],
    ids=["nothing", "a line", "fields", "a body", "chunks", "a body that nobody reads"],
)
def test_who_sends_byte_by_byte_is_given_up_when_the_time_is_over(served: Callable[[float], Served], begin: bytes):
    """Each byte is in time, all of them are not."""
    server = served(0.3)
    client = server.connect(begin)
    with gevent.Timeout(60), contextlib.suppress(ConnectionError):
        while True:
            client.send(b"a")
            gevent.sleep(0.05)
            with contextlib.suppress(TimeoutError):
                client.settimeout(0.001)
                if not client.recv(1000):
                    break
    with gevent.Timeout(60):
        while server.busy:
            gevent.sleep(0.01)


def test_who_does_not_take_its_answer_is_given_up(served: Callable[[float], Served], monkeypatch: pytest.MonkeyPatch):
    """50 MB for a client that reads nothing."""
    monkeypatch.setattr(handler, "TAKING", 1)
    server = served(0.3)
    client = server.connect(b"GET /much HTTP/1.1\r\n\r\n")
    gevent.sleep(0.05)
    assert server.busy == 1
    with gevent.Timeout(60):
        while server.busy:
            gevent.sleep(0.01)
    client.close()


def test_who_is_slow_keeps_nobody_out(served: Callable[[float], Served]):
    """With all places taken by those who have sent half a request, others are served, and the slowest go."""
    server = served(60)
    slow = [server.connect(b"GET / HTTP/1.1\r\nHo") for _ in range(PLACES - 1)]
    with gevent.Timeout(60):
        for _ in range(3 * PLACES):
            slow.append(server.connect(b"POST /read HTTP/1.1\r\nContent-Length: 9\r\n\r\n"))
            quick = server.connect(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
            assert answer(quick).endswith(b"served")
        assert answer(slow[0]).startswith(b"HTTP/1.1 400")
    slow[-1].sendall(b"123456789")
    assert hears(slow[-1])
    for client in slow:
        client.close()


def test_a_body_that_nobody_wants_is_read_up_to_a_bound(served: Callable[[float], Served]):
    """So that the client hears the answer; a body of a terabyte is not."""
    server = served(60)
    client = server.connect(b"POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n" + b"a" * 1_000_000)
    assert hears(client)
    client.sendall(b"GET / HTTP/1.1\r\n\r\n")
    assert hears(client)
    endless = server.connect(b"POST / HTTP/1.1\r\nContent-Length: 1000000000000\r\n\r\n")
    assert answer(endless).endswith(b"served")
    client.close()


def test_the_more_wait_the_more_are_let_in_at_a_time(served: Callable[[float], Served]):
    """A turn takes few connections, so that nobody waits long behind them; twice as many each time while it took all it may."""
    server = served(20.0).server
    server.stop_accepting()
    turns: list[int] = []
    with contextlib.ExitStack() as stack:
        for _ in range(3 * ACCEPT + 1):
            stack.enter_context(socket.create_connection(server.address, timeout=10))
        while turns[-1:] != [0]:
            turns.append(server.max_accept)
            let_in = [one for _ in range(server.max_accept) if (one := server.do_read()) is not None]
            for accepted, _ in let_in:
                accepted.close()
            if len(let_in) < turns[-1]:
                turns.append(0)
    assert turns == [ACCEPT, 2 * ACCEPT, 4 * ACCEPT, 0]
    assert server.max_accept == ACCEPT < MOST
