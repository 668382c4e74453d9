"""WebSocket frames as RFC 6455 has them, from the server's side. Pure: bytes in, messages out."""

from __future__ import annotations

import codecs
from typing import Any

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA

#: Close codes of violations: of the protocol, of UTF-8, of the length.
PROTOCOL, NOT_UTF8, TOO_BIG = 1002, 1007, 1009
#: Payload of a control frame, at most.
CONTROL_MOST = 125
#: Fragments of a message, at most, whatever their length: empty ones would otherwise never end.
FRAGMENTS_MOST = 16_384
#: Pieces that a message is kept in.
PIECES_MOST = 64

#: Close codes that a client may send (RFC 6455 §7.4 and IANA's registry); 3000 to 4999 are its own.
_CODES = frozenset((1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014))
_DATA = (CONTINUATION, TEXT, BINARY)
_CONTROL = (CLOSE, PING, PONG)
_utf8 = codecs.getincrementaldecoder("utf-8")

Message = tuple[int, Any]


class ProtocolError(Exception):
    """The client broke a rule; `code` closes the connection."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def frame(opcode: int, payload: bytes) -> bytes:
    """A whole frame for a client: final and not masked."""
    length = len(payload)
    if length < 126:
        return bytes((0x80 | opcode, length)) + payload
    if length < 0x10000:
        return bytes((0x80 | opcode, 126)) + length.to_bytes(2, "big") + payload
    return bytes((0x80 | opcode, 127)) + length.to_bytes(8, "big") + payload


def close_frame(code: int, reason: str = "") -> bytes:
    """A close frame; of the reason, as many whole characters as fit."""
    words = reason.encode()[: CONTROL_MOST - 2].decode(errors="ignore").encode()
    return frame(CLOSE, code.to_bytes(2, "big") + words)


def unmask(payload: bytes, mask: bytes) -> bytes:
    """What a masked payload says. `mask` has four bytes."""
    length = len(payload)
    key = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(payload, "little") ^ int.from_bytes(key, "little")).to_bytes(length, "little")


class Decoder:
    """Takes the bytes of one client as they come. `limit` bounds the bytes of a message, over all its fragments.

    After a violation `error` says which, and nothing is taken any more; nor is anything after a close frame.
    """

    __slots__ = ("_frame", "_head", "_limit", "_message", "closed", "error")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._head = b""  # the beginning of a frame's head
        self._frame: _Frame | None = None  # the frame that is coming in
        self._message: _Fragments | None = None  # the message that is coming in fragments
        self.error: ProtocolError | None = None
        self.closed = False

    def feed(self, data: bytes) -> list[Message]:
        """The messages and control frames that are complete now, in order: (TEXT, str), (BINARY, bytes), (PING, bytes) ...

        A CLOSE comes with its payload: nothing, or a valid code and reason.
        """
        # Nearly always a client sends one short text, which arrives alone and whole.
        size = len(data)
        if (
            size > 6
            and data[0] == 0x81
            and size == (data[1] & 0x7F) + 6
            and 0x80 < data[1] < 0xFE
            and size - 6 <= self._limit
            and self._frame is None
            and self._message is None
            and not (self._head or self.error or self.closed)
        ):
            try:
                return [(TEXT, unmask(data[6:], data[2:6]).decode())]
            except UnicodeDecodeError:
                self.error = ProtocolError(NOT_UTF8, "text that is not UTF-8")
                return []
        found: list[Message] = []
        try:
            self._take(data, found)
        except ProtocolError as error:
            self.error = error.with_traceback(None)  # which holds this very frame, and so would have to be searched for
        except UnicodeDecodeError:
            self.error = ProtocolError(NOT_UTF8, "text that is not UTF-8")
        if self.error or self.closed:
            self._head, self._frame, self._message = b"", None, None
        return found

    def _take(self, data: bytes, found: list[Message]) -> None:
        at = 0
        if self._head:
            data, self._head = self._head + data, b""
        while not (self.error or self.closed):
            if self._frame is None:
                begun = self._begin(data, at)
                if not begun:
                    self._head = data[at:]
                    return
                at += begun
            frame = self._frame
            assert frame is not None
            piece = data[at : at + frame.missing]
            at += len(piece)
            self._add(frame, piece)
            if frame.missing:
                return
            self._frame = None
            self._end(frame, found)

    def _begin(self, data: bytes, at: int) -> int:
        """Reads the head of a frame at `at`: its length in bytes, or 0 if it is not all there. What is wrong is found at once."""
        there = len(data) - at
        if there < 1:
            return 0
        final, opcode = data[at] & 0x80, data[at] & 0x0F
        if data[at] & 0x70:
            raise ProtocolError(PROTOCOL, "reserved bits are set")
        control = opcode in _CONTROL
        if not control and opcode not in _DATA:
            raise ProtocolError(PROTOCOL, "an unknown opcode")
        if control and not final:
            raise ProtocolError(PROTOCOL, "a fragmented control frame")
        if opcode == CONTINUATION and self._message is None:
            raise ProtocolError(PROTOCOL, "a continuation of nothing")
        if opcode in (TEXT, BINARY) and self._message is not None:
            raise ProtocolError(PROTOCOL, "a new message within a fragmented one")
        if there < 2:
            return 0
        if not data[at + 1] & 0x80:
            raise ProtocolError(PROTOCOL, "a frame that is not masked")
        length, extended = data[at + 1] & 0x7F, 0
        if length > CONTROL_MOST:
            if control:
                raise ProtocolError(PROTOCOL, "a control frame that is too long")
            extended = 2 if length == 126 else 8
            if there < 2 + extended:
                return 0
            length = int.from_bytes(data[at + 2 : at + 2 + extended], "big")
            if length < 126 or (extended == 8 and length < 0x10000):
                raise ProtocolError(PROTOCOL, "a length that is not written in the shortest way")
            if length >> 63:
                raise ProtocolError(PROTOCOL, "a length beyond 63 bits")
        if not control:
            self._admit(length)
        if there < 6 + extended:
            return 0
        mask = data[at + 2 + extended : at + 6 + extended]
        self._frame = _Frame(opcode, bool(final), mask, length)
        if not control and self._message is None:
            self._message = _Fragments(opcode)
        return 6 + extended

    def _admit(self, length: int) -> None:
        """Before anything of a frame's payload is kept: may the message grow by so much?"""
        size, number = (self._message.size, self._message.number) if self._message else (0, 0)
        if size + length > self._limit:
            raise ProtocolError(TOO_BIG, f"a message of more than {self._limit} bytes")
        if number >= FRAGMENTS_MOST:
            raise ProtocolError(TOO_BIG, f"a message of more than {FRAGMENTS_MOST} fragments")

    def _add(self, frame: _Frame, piece: bytes) -> None:
        """Takes in a piece of a payload. Text is looked at right away, so that what is no UTF-8 is refused without delay."""
        if piece:
            plain = unmask(piece, frame.mask)
            turn = len(piece) % 4
            frame.mask = frame.mask[turn:] + frame.mask[:turn]
            frame.missing -= len(piece)
            if frame.opcode in _CONTROL:
                frame.pieces.append(plain)
            else:
                assert self._message is not None
                self._message.add(plain)

    def _end(self, frame: _Frame, found: list[Message]) -> None:
        """A frame is complete."""
        if frame.opcode in _CONTROL:
            payload = b"".join(frame.pieces)
            if frame.opcode == CLOSE:
                _check_close(payload)
                self.closed = True
            found.append((frame.opcode, payload))
            return
        message = self._message
        assert message is not None
        message.number += 1
        if frame.final:
            self._message = None
            found.append((message.opcode, message.whole()))


class _Frame:
    """A frame that is coming in."""

    __slots__ = ("final", "mask", "missing", "opcode", "pieces")

    def __init__(self, opcode: int, final: bool, mask: bytes, missing: int) -> None:
        self.opcode, self.final, self.mask, self.missing = opcode, final, mask, missing
        self.pieces: list[bytes] = []


class _Fragments:
    """A message that is coming in. Text is kept decoded."""

    __slots__ = ("_decode", "number", "opcode", "pieces", "size")

    def __init__(self, opcode: int) -> None:
        self.opcode, self.size, self.number = opcode, 0, 0
        self.pieces: list[Any] = []
        self._decode = _utf8() if opcode == TEXT else None

    def add(self, piece: bytes) -> None:
        """Keeps a piece; raises UnicodeDecodeError as soon as a text can't become one."""
        self.size += len(piece)
        self.pieces.append(self._decode.decode(piece) if self._decode else piece)
        if len(self.pieces) > PIECES_MOST:  # of a client that sends byte by byte
            self.pieces = [("" if self._decode else b"").join(self.pieces)]

    def whole(self) -> str | bytes:
        """All of it."""
        if self._decode is None:
            return b"".join(self.pieces)
        self._decode.decode(b"", True)
        return "".join(self.pieces)


def _check_close(payload: bytes) -> None:
    if not payload:
        return
    code = int.from_bytes(payload[:2], "big")
    if len(payload) == 1 or not (code in _CODES or 3000 <= code <= 4999):
        raise ProtocolError(PROTOCOL, "a close code that there is not")
    payload[2:].decode()
