"""Frames as clients send them: masked, and wrong in any way that a test asks for."""

from __future__ import annotations

from quiz.transport.frames import BINARY, CONTINUATION, TEXT, unmask

MASK = b"\x12\x9a\x3c\x77"


def masked(opcode: int, payload: bytes = b"", *, final: bool = True, reserved: int = 0, mask: bytes | None = MASK) -> bytes:
    """A frame; `mask` None leaves it unmasked."""
    return head(opcode, len(payload), final=final, reserved=reserved, mask=mask) + (
        payload if mask is None else unmask(payload, mask)
    )


def head(
    opcode: int, length: int, *, final: bool = True, reserved: int = 0, mask: bytes | None = MASK, extended: int | None = None
) -> bytes:
    """The head of a frame. `extended`: bytes for the length, the fewest that do unless given."""
    if extended is None:
        extended = 0 if length < 126 else 2 if length < 0x10000 else 8
    short = {0: length, 2: 126, 8: 127}[extended]
    first = (0x80 if final else 0) | reserved << 4 | opcode
    return (
        bytes((first, (0 if mask is None else 0x80) | short))
        + (length.to_bytes(extended, "big") if extended else b"")
        + (mask or b"")
    )


def text(words: str) -> bytes:
    """A text message."""
    return masked(TEXT, words.encode())


def fragments(opcode: int, *payloads: bytes) -> list[bytes]:
    """One message in several frames."""
    last = len(payloads) - 1
    return [masked(opcode if n == 0 else CONTINUATION, payload, final=n == last) for n, payload in enumerate(payloads)]


__all__ = ["BINARY", "CONTINUATION", "MASK", "TEXT", "fragments", "head", "masked", "text"]
