"""What an HTTP connection reads from gives the same whatever pieces the bytes come in."""

from __future__ import annotations

import io

from gevent.pywsgi import Input
from hypothesis import given
from hypothesis import strategies as st

from quiz.transport.reader import Reader

READS = st.lists(st.tuples(st.sampled_from(["read", "readline"]), st.integers(0, 12)), max_size=12)


class Pieces:
    """A socket that has these bytes to give, in these pieces; an empty one is a moment in which nothing is there."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.left = list(pieces)
        self.waits = 0

    @property
    def _sock(self) -> Kernel:
        return Kernel(self)

    def recv(self, most: int) -> bytes:
        """As a socket's, which waits; nothing at the end."""
        while self.left and not self.left[0]:
            self.left.pop(0)
            self.waits += 1
        if not self.left:
            return b""
        piece, rest = self.left[0][:most], self.left[0][most:]
        self.left[:1] = [rest] if rest else []
        return piece


class Kernel:
    """The same, without waiting."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces

    def recv(self, most: int) -> bytes:
        """Raises BlockingIOError where nothing is there."""
        if self._pieces.left and not self._pieces.left[0]:
            raise BlockingIOError
        return self._pieces.recv(most)


@given(st.lists(st.binary(max_size=6) | st.sampled_from([b"\n", b"\r\n", b"a\nb"]), max_size=8), READS)
def test_lines_and_bodies_are_those_of_a_file(pieces: list[bytes], reads: list[tuple[str, int]]):
    """The standard library's, with the same bytes; and nothing is lost between the two ways to read."""
    socket, bodies = Pieces(pieces), list[None]()
    ours, theirs = Reader(socket, lambda: bodies.append(None)), io.BytesIO(b"".join(pieces))
    for way, most in reads:
        told, waits = len(bodies), socket.waits
        assert getattr(ours, way)(most) == getattr(theirs, way)(most)
        assert len(bodies) - told == (way == "read" and socket.waits > waits)
    assert ours.ahead() + b"".join(socket.left) == theirs.read()
    assert ours.ahead() == b""


def test_a_body_in_chunks_waits_for_its_turn_as_often_as_for_the_network():
    """pywsgi reads what is between chunks byte by byte; who asks for its turn at each would need ten for a name."""
    socket, bodies = Pieces([b"", b"5\r\nhello\r\n" * 100, b"", b"0\r\n\r\n"]), list[None]()
    body = Input(Reader(socket, lambda: bodies.append(None)), None, chunked_input=True)
    assert body.read() == b"hello" * 100
    assert len(bodies) == 2


def test_a_long_body_that_is_here_is_read_in_one_turn():
    """It is asked for in pieces, of which none has to be waited for."""
    socket, bodies = Pieces([b"x" * 2_000_000]), list[None]()
    ours = Reader(socket, lambda: bodies.append(None))
    assert sum(len(ours.read(65_536)) for _ in range(40)) == 2_000_000
    assert not bodies
