"""Stopgap."""

from __future__ import annotations

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


class ProtocolError(Exception):
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def frame(opcode: int, payload: bytes) -> bytes:
    n = len(payload)
    if n < 126:
        return bytes((0x80 | opcode, n)) + payload
    if n < 65536:
        return bytes((0x80 | opcode, 126)) + n.to_bytes(2, "big") + payload
    return bytes((0x80 | opcode, 127)) + n.to_bytes(8, "big") + payload


def close_frame(code: int, reason: str = "") -> bytes:
    return frame(CLOSE, code.to_bytes(2, "big") + reason.encode()[:123])


def unmask(payload: bytes, mask: bytes) -> bytes:
    n = len(payload)
    if not n:
        return b""
    m = (mask * (n // 4 + 1))[:n]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(m, "big")).to_bytes(n, "big")


class Decoder:
    __slots__ = ("_buffer", "_limit", "error")

    def __init__(self, limit: int) -> None:
        self._limit, self._buffer, self.error = limit, b"", None

    def feed(self, data: bytes):
        out = []
        if self.error:
            return out
        buf = self._buffer + data if self._buffer else data
        pos = 0
        while len(buf) - pos >= 2:
            op, l = buf[pos] & 15, buf[pos + 1] & 127
            h = 2
            if l == 126:
                if len(buf) - pos < 4:
                    break
                l = int.from_bytes(buf[pos + 2 : pos + 4], "big")
                h = 4
            elif l == 127:
                if len(buf) - pos < 10:
                    break
                l = int.from_bytes(buf[pos + 2 : pos + 10], "big")
                h = 10
            if l > self._limit:
                self.error = ProtocolError(1009, "too long")
                return out
            if not buf[pos + 1] & 128:
                self.error = ProtocolError(1002, "not masked")
                return out
            if len(buf) - pos < h + 4 + l:
                break
            payload = unmask(buf[pos + h + 4 : pos + h + 4 + l], buf[pos + h : pos + h + 4])
            out.append((op, payload.decode() if op == 1 else payload))
            pos += h + 4 + l
        self._buffer = buf[pos:]
        return out
