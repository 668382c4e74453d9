"""What an HTTP connection reads from: the lines and bodies of its requests, and in the end what belongs to a WebSocket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: Bytes asked of the kernel at a time, for a head and for a body.
CHUNK, CHUNK_OF_BODY = 8192, 262_144


class Reader:
    """A socket's bytes as pywsgi reads them. The standard library's file over a socket costs three times as much to begin."""

    __slots__ = ("_body_read", "_here", "_socket")

    closed = False  # pywsgi's: an application may close its input; it is given none that can be

    def __init__(self, socket: Any, body_read: Callable[[], None]) -> None:
        """`socket` is gevent's: whoever reads waits for it. Reading raises what it raises.

        `body_read` is called when a piece of a body is here that had to be waited for.
        """
        self._socket, self._body_read = socket, body_read
        self._here = b""

    def readline(self, most: int) -> bytes:
        """Up to and with the next line feed, at most so many bytes; less at the end."""
        while not (end := self._here.find(b"\n", 0, most) + 1) and len(self._here) < most:
            if not (more := self._socket.recv(CHUNK)):
                break
            self._here += more
        return self._taken(end or most)

    def read(self, length: int) -> bytes:
        """So many bytes; less at the end."""
        pieces = [self._taken(length)]
        left, waited = length - len(pieces[0]), False
        while left > 0:
            # Much at a time: of a body in chunks pywsgi reads what is between them byte by byte.
            most = min(max(left, CHUNK), CHUNK_OF_BODY)
            try:
                more = self._socket._sock.recv(most)
            except BlockingIOError:
                more, waited = self._socket.recv(most), True
            if not more:
                break
            pieces.append(more[:left])
            self._here = more[left:]
            left -= len(pieces[-1])
        if waited:
            self._body_read()
        return b"".join(pieces)

    def ahead(self) -> bytes:
        """Takes what has come already and nobody has read."""
        return self._taken(len(self._here))

    def _taken(self, length: int) -> bytes:
        taken, self._here = self._here[:length], self._here[length:]
        return taken
