"""What an HTTP connection reads from gives the same whatever pieces the bytes come in."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from quiz.transport.reader import Reader

READS = st.lists(st.tuples(st.sampled_from(["read", "readline"]), st.integers(0, 12)), max_size=12)


class Pieces:
    """A socket that has these bytes to give, in these pieces."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.left = [piece for piece in pieces if piece]

    def recv(self, most: int) -> bytes:
        """As a socket's; nothing at the end."""
        if not self.left:
            return b""
        piece, self.left[0] = self.left[0][:most], self.left[0][most:]
        self.left = [one for one in self.left if one]
        return piece


@given(st.lists(st.binary(max_size=6) | st.sampled_from([b"\n", b"\r\n", b"a\nb"]), max_size=8), READS)
def test_lines_and_bodies_are_those_of_a_file(pieces: list[bytes], reads: list[tuple[str, int]]):
    """The standard library's, with the same bytes; and nothing is lost between the two ways to read."""
    socket, bodies = Pieces(pieces), list[None]()
    ours, theirs = Reader(socket, lambda: bodies.append(None)), io.BytesIO(b"".join(pieces))
    for way, most in reads:
        assert getattr(ours, way)(most) == getattr(theirs, way)(most)
    assert len(bodies) == sum(way == "read" for way, _ in reads)
    assert ours.ahead() + b"".join(socket.left) == theirs.read()
    assert ours.ahead() == b""
