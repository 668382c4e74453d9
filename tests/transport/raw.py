"""A WebSocket client that does just what a test says, bytes and all."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
from typing import Any

from tests.transport.client_frames import text

HANDSHAKE = {
    "Host": "127.0.0.1",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


class Raw:
    """One TCP connection to a server on 127.0.0.1."""

    def __init__(self, port: int, timeout: float = 60, source: str = "127.0.0.1") -> None:
        """`source`: the address of this machine to come from."""
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=timeout, source_address=(source, 0))
        self._rest = b""

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *_: object) -> None:
        self.sock.close()

    def request(
        self, path: str = "/socket.io/?EIO=4&transport=websocket", method: str = "GET", ahead: bytes = b"", **headers: Any
    ) -> str:
        """Sends a request (a handshake unless headers say otherwise: None leaves one out); the head of the answer."""
        asked = {**HANDSHAKE, **{name.replace("_", "-"): value for name, value in headers.items()}}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in asked.items() if value is not None), "", ""]
        self.sock.sendall("\r\n".join(lines).encode() + ahead)
        while b"\r\n\r\n" not in self._rest:
            data = self.sock.recv(65_536)
            if not data:
                break
            self._rest += data
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        return head.decode()

    def body(self) -> bytes:
        """What follows the head of an answer, to the end of the connection."""
        with contextlib.suppress(ConnectionError):
            while data := self.sock.recv(65_536):
                self._rest += data
        return self._rest

    def send(self, *frames: bytes) -> None:
        """Sends bytes."""
        self.sock.sendall(b"".join(frames))

    def frame(self) -> tuple[int, bytes] | None:
        """The next frame: opcode and payload; None at the end."""
        try:
            head = self._exactly(2)
            length = head[1] & 0x7F
            if length > 125:
                length = int.from_bytes(self._exactly(2 if length == 126 else 8), "big")
            return head[0] & 0x0F, self._exactly(length)
        except (EOFError, ConnectionError):
            return None

    def _exactly(self, size: int) -> bytes:
        while len(self._rest) < size:
            data = self.sock.recv(65_536)
            if not data:
                raise EOFError
            self._rest += data
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def packet(self, *starts: str) -> str:
        """The next text that starts with one of these; heartbeats are answered."""
        while True:
            frame = self.frame()
            assert frame is not None, f"the connection ended before {starts}"
            words = frame[1].decode()
            if words == "2":
                self.send(text("3"))
            if words.startswith(starts):
                return words

    def enter(self, namespace: str = "") -> Raw:
        """Connects as a Socket.IO client does."""
        head = self.request()
        assert head.startswith("HTTP/1.1 101"), head
        assert self.packet("0")
        self.send(text(f"40{namespace}"))
        assert self.packet("40")
        return self

    def call(self, event: str, payload: Any, number: int = 1) -> Any:
        """Sends an event; its acknowledgement."""
        self.send(text(f"42{number}{json.dumps([event, payload])}"))
        return json.loads(self.packet(f"43{number}[")[2 + len(str(number)) :])[0]

    def tear(self) -> None:
        """Ends with a reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()
