"""One connection over a real pair of sockets: order, back-pressure, ends, and a client that does not read."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest
from gevent.event import Event

from quiz.transport.connection import TOO_SLOW, WAITING, Connection, Plant
from quiz.transport.frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, close_frame, frame
from tests.transport.client_frames import head, masked, text


class Recorder(Connection):
    """Notes what happens; messages are held up while `gate` is closed."""

    __slots__ = ("busy", "ended_with", "gate", "got", "most_busy")

    def __init__(self, plant: Plant, fd: int) -> None:
        super().__init__(plant, fd)
        self.got: list[Any] = []
        self.ended_with: list[int] = []
        self.gate = Event()
        self.gate.set()
        self.busy = self.most_busy = 0

    def received(self, opcode: int, message: Any) -> None:
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        self.gate.wait()
        self.got.append(message)
        self.busy -= 1
        if message == "fail":
            raise RuntimeError("a handler that fails")

    def ended(self, code: int) -> None:
        self.ended_with.append(code)


class Pair:
    """A connection and its client."""

    def __init__(self, most_message: int = 1000, most_queued: int = 100_000) -> None:
        # TCP, since what a kernel holds for a client is TCP's business.
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.client = socket.create_connection(listener.getsockname())
            served, _ = listener.accept()
        self.client.setblocking(False)
        self.fd = served.fileno()
        self.server = Recorder(Plant(most_message, most_queued), served.detach())
        self.server.start()

    def send(self, *frames: bytes) -> None:
        """As the client."""
        self.client.sendall(b"".join(frames))

    def read(self) -> bytes | None:
        """What has come to the client; None at the end."""
        found = b""
        while True:
            try:
                data = self.client.recv(65_536)
            except BlockingIOError:
                return found
            except ConnectionError:
                return None
            if not data:
                return found or None
            found += data

    def until(self, holds: Callable[[], Any]) -> Any:
        """Lets the loop run until something holds."""
        with gevent.Timeout(60):
            while not (found := holds()):
                gevent.sleep(0.001)
        return found


@pytest.fixture
def pair() -> Iterator[Pair]:
    pair = Pair()
    yield pair
    pair.server.abort()
    pair.client.close()
    gevent.sleep(0)


def gone(fd: int) -> bool:
    """Whether a descriptor is closed."""
    try:
        os.fstat(fd)
    except OSError:
        return True
    return False


def test_messages_are_handled_in_order_one_at_a_time(pair: Pair):
    """However many arrive together."""
    pair.server.gate.clear()
    pair.send(*(text(str(n)) for n in range(20)))
    pair.until(lambda: pair.server.busy)
    pair.server.gate.set()
    pair.until(lambda: len(pair.server.got) == 20)
    assert pair.server.got == [str(n) for n in range(20)]
    assert pair.server.most_busy == 1


def test_reading_stops_while_too_many_wait_and_goes_on_later(pair: Pair):
    """A flood lies in the client's own buffers; nothing of it is lost."""
    pair.server.gate.clear()
    number = 3000
    flood = memoryview(b"".join(text(f"{n:0100}") for n in range(number)))
    at = 0

    def pour() -> bool:
        nonlocal at
        with contextlib.suppress(BlockingIOError):
            at += pair.client.send(flood[at:])
        return at == len(flood)

    for _ in range(50):
        pour()
        gevent.sleep(0.001)
    assert len(pair.server._inbox) < WAITING + 4096 // 50
    pair.server.gate.set()
    pair.until(lambda: pour() and len(pair.server.got) == number)
    assert pair.server.got == [f"{n:0100}" for n in range(number)]


def test_a_handler_that_fails_does_not_end_the_connection(pair: Pair):
    """The next message is handled."""
    pair.send(text("fail"), text("next"))
    pair.until(lambda: pair.server.got == ["fail", "next"])
    assert pair.server.open


def test_who_is_no_longer_listened_to_has_said_its_last_and_still_ends(pair: Pair):
    """What waits is forgotten, what comes is not read; that the client has gone is known when the connection is closed."""
    pair.server.gate.clear()
    pair.send(*(text(str(n)) for n in range(20)))
    pair.until(lambda: len(pair.server._inbox or ()) == 19)
    pair.server.turn_deaf()
    pair.send(*(text(str(n)) for n in range(20)))
    pair.server.gate.set()
    pair.until(lambda: not pair.server.busy)
    pair.client.close()
    for _ in range(5):
        gevent.sleep(0.001)
    assert (pair.server.got, pair.server.ended_with) == (["0"], [])
    pair.server.close()
    pair.until(lambda: pair.server.ended_with)
    assert pair.server.got == ["0"]


def test_who_had_gone_before_it_was_no_longer_listened_to_ends_too(pair: Pair):
    """Its end waits behind its messages, and is not forgotten with them."""
    pair.server.gate.clear()
    pair.send(*(text(str(n)) for n in range(3)))
    pair.until(lambda: pair.server.busy)
    pair.server.abort()
    pair.server.turn_deaf()
    pair.server.gate.set()
    pair.until(lambda: pair.server.ended_with)
    assert pair.server.got == ["0"]


def test_who_is_no_longer_listened_to_between_two_messages_still_ends(pair: Pair):
    """A client that came by long-polling may be found out by what it posted before it changed to this connection."""
    pair.server.gate.clear()
    pair.send(*(text(str(n)) for n in range(3)))
    pair.until(lambda: len(pair.server._inbox or ()) == 2)
    deafened = []

    def next_is_due() -> None:
        pair.server.turn_deaf()
        deafened.append(pair.server.busy)

    turns = pair.server._plant.turns
    put_off, turns.put_off = turns.put_off, lambda work: (next_is_due(), put_off(work))  # type: ignore[method-assign]
    pair.server.gate.set()
    pair.until(lambda: deafened)
    turns.put_off = put_off  # type: ignore[method-assign]
    for _ in range(5):
        gevent.sleep(0.001)
    pair.server.close()
    pair.client.close()
    pair.until(lambda: pair.server.ended_with)
    assert (pair.server.got, deafened) == (["0"], [0])


def test_who_is_no_longer_listened_to_is_not_read_in_its_turn_either(pair: Pair):
    """It may have been waiting for its turn to be read."""
    turns = pair.server._plant.turns
    waiting: list[Callable[[], None]] = []
    turns.defer = lambda read: waiting.append(read) or True  # type: ignore[method-assign,func-returns-value]
    pair.send(text("a"))
    pair.until(lambda: waiting)
    pair.server.turn_deaf()
    waiting.pop()()
    for _ in range(5):
        gevent.sleep(0.001)
    assert (pair.server.got, pair.server.open) == ([], True)


def test_a_ping_is_answered_with_its_payload(pair: Pair):
    """Also while a message is being handled."""
    pair.server.gate.clear()
    pair.send(text("slow"), masked(PING, b"there?"))
    assert pair.until(pair.read) == frame(PONG, b"there?")


def test_a_close_is_answered_with_its_code_and_handled_last(pair: Pair):
    """What came before is handled first; the descriptor is free at once."""
    pair.server.gate.clear()
    pair.send(text("a"), text("b"), masked(CLOSE, b"\x03\xe9bye"), text("ignored"))
    assert pair.until(pair.read) == close_frame(1001)
    pair.until(lambda: gone(pair.fd))
    assert pair.server.ended_with == []
    pair.server.gate.set()
    pair.until(lambda: pair.server.ended_with)
    assert pair.server.got == ["a", "b"]
    assert pair.server.ended_with == [1001]


def test_a_connection_that_breaks_off_has_ended_abnormally(pair: Pair):
    """Once."""
    pair.client.close()
    pair.until(lambda: pair.server.ended_with)
    assert pair.server.ended_with == [1006]
    pair.server.abort()
    pair.server.close()
    pair.server.send(frame(TEXT, b"a"))
    gevent.sleep(0.01)
    assert pair.server.ended_with == [1006]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (masked(TEXT, b"a", mask=None), 1002),
        (masked(TEXT, b"\xff"), 1007),
        (head(BINARY, 20_000_000) + b"x" * 30_000, 1009),
        (masked(TEXT, b"a", final=False) + masked(CONTINUATION, b"b" * 500, final=False) * 3, 1009),
    ],
)
def test_a_violation_ends_the_connection_with_its_code(pair: Pair, sent: bytes, code: int):
    """The client gets the code although it goes on sending; what it sent before is handled."""
    pair.send(text("good"), sent)
    seen = b""
    while (data := pair.until(lambda: (pair.read() or b"") or (not pair.server.open and b"-"))) not in (None, b"-"):
        seen += data
        if seen[2:4] == code.to_bytes(2, "big"):
            break
    assert seen[:1] == b"\x88"
    assert int.from_bytes(seen[2:4], "big") == code
    pair.client.close()
    pair.until(lambda: pair.server.ended_with)
    assert pair.server.got == ["good"]
    assert pair.server.ended_with == [1006]


def test_our_close_waits_for_the_other_side(pair: Pair):
    """With the code that we chose, behind what was sent before."""
    pair.server.send(frame(TEXT, b"last words"))
    pair.server.close(1001, "going")
    pair.server.send(frame(TEXT, b"too late"))
    assert pair.until(pair.read) == frame(TEXT, b"last words") + close_frame(1001, "going")
    assert not gone(pair.fd)
    pair.send(text("not handled any more"), masked(CLOSE, b"\x03\xe9"))
    pair.until(lambda: pair.server.ended_with)
    assert pair.server.ended_with == [1001]
    assert pair.server.got == []
    assert gone(pair.fd)


def test_a_client_that_never_agrees_to_a_close_is_left_after_a_while(pair: Pair, monkeypatch: pytest.MonkeyPatch):
    """Two seconds, here less."""
    monkeypatch.setattr("quiz.transport.connection.FAREWELL", 0.05)
    pair.server.close()
    pair.until(lambda: pair.server.ended_with)
    assert gone(pair.fd)


def test_what_the_kernel_refuses_waits_and_arrives_in_order(pair: Pair):
    """Whole frames, none twice."""
    frames = [frame(BINARY, bytes((n % 256,)) * 5000) for n in range(150)]
    pair.server._plant.most_queued = 10_000_000
    for one in frames:
        pair.server.send(one)
    assert pair.server._queue
    seen = b""

    def all_there() -> bool:
        nonlocal seen
        seen += pair.read() or b""
        return len(seen) == sum(map(len, frames))

    pair.until(all_there)
    assert seen == b"".join(frames)
    assert pair.server._queue is None
    assert pair.server._queued == 0


def test_an_old_board_that_still_waits_is_replaced_by_the_newer_one(pair: Pair):
    """Of each topic one waits at most; everything else keeps its order."""
    filler = frame(BINARY, b"x" * 60_000)
    while not pair.server._queue:
        pair.server.send(filler)
    before = pair.server._queued
    for n in range(500):
        pair.server.send(frame(TEXT, b"board %03d" % n), "board")
        pair.server.send(frame(TEXT, b"other %03d" % n), "other board")
    pair.server.send(frame(TEXT, b"question"))
    assert pair.server._queued - before == 2 * 11 + 10
    seen = b""

    def end_there() -> bool:
        nonlocal seen
        seen += pair.read() or b""
        return seen.endswith(frame(TEXT, b"question"))

    pair.until(end_there)
    assert seen.endswith(b"".join(frame(TEXT, words) for words in (b"board 499", b"other 499", b"question")))
    assert b"board 498" not in seen


def test_a_client_that_reads_too_slowly_is_given_up_and_told_so(pair: Pair):
    """1013, and the descriptor is free in the same moment."""
    pair.server._plant.most_queued = 50_000
    sent = 0
    while pair.server.open:
        pair.server.send(frame(BINARY, b"x" * 4000))
        sent += 1
        assert sent < 10_000
    assert gone(pair.fd)
    pair.until(lambda: pair.server.ended_with)
    assert pair.server.ended_with == [TOO_SLOW]
    seen = b""
    with gevent.Timeout(60):
        while (data := pair.read()) is not None:
            seen += data
            gevent.sleep(0.001)
    assert seen.endswith(close_frame(TOO_SLOW, "you read too slowly; come back later"))


def test_what_came_with_the_handshake_is_not_lost():
    """A client may send before it has read the answer."""
    ours, theirs = socket.socketpair()
    server = Recorder(Plant(), ours.detach())
    server.start(text("early")[:5])
    theirs.sendall(text("early")[5:] + text("later"))
    with gevent.Timeout(60):
        while len(server.got) < 2:
            gevent.sleep(0.001)
    assert server.got == ["early", "later"]
    server.abort()
    theirs.close()
