"""The frame codec, rule by rule of RFC 6455. Each case is fed at once, and byte by byte."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from quiz.transport.frames import (
    BINARY,
    CLOSE,
    CONTINUATION,
    FRAGMENTS_MOST,
    PING,
    PONG,
    TEXT,
    Decoder,
    close_frame,
    frame,
)
from tests.transport.client_frames import MASK, fragments, head, masked, text

LIMIT = 1000


def at_once(data: bytes, limit: int = LIMIT) -> tuple[list[Any], int | None]:
    """What comes out of bytes that arrive together, and the code of the violation."""
    decoder = Decoder(limit)
    return decoder.feed(data), decoder.error and decoder.error.code


def split_everywhere(data: bytes, limit: int = LIMIT) -> tuple[list[Any], int | None]:
    """What comes out of bytes that arrive one by one."""
    decoder = Decoder(limit)
    return [one for byte in data for one in decoder.feed(bytes((byte,)))], decoder.error and decoder.error.code


@pytest.fixture(params=[at_once, split_everywhere])
def fed(request: pytest.FixtureRequest):
    return request.param


def test_texts_and_binaries_of_every_length_come_out_whole(fed):
    """Around each border between the three ways to write a length."""
    for length in (0, 1, 2, 3, 4, 5, 124, 125, 126, 127, 128, 999, 1000):
        assert fed(masked(TEXT, b"a" * length)) == ([(TEXT, "a" * length)], None)
        assert fed(masked(BINARY, b"\xff" * length)) == ([(BINARY, b"\xff" * length)], None)
    for length in (65_535, 65_536):
        assert at_once(masked(BINARY, b"x" * length), 70_000) == ([(BINARY, b"x" * length)], None)


def test_messages_that_arrive_together_come_out_in_order(fed):
    """Short ones, long ones and control frames."""
    data = text("one") + masked(PING, b"p") + text("two" * 60) + masked(BINARY, b"3") + masked(PONG)
    assert fed(data) == ([(TEXT, "one"), (PING, b"p"), (TEXT, "two" * 60), (BINARY, b"3"), (PONG, b"")], None)


def test_fragments_make_one_message_and_control_frames_may_come_between(fed):
    """The control frames come out first."""
    first, second, third = fragments(TEXT, b"Hel", b"", b"lo")
    assert fed(first + masked(PING, b"!") + second + masked(PONG) + third) == ([(PING, b"!"), (PONG, b""), (TEXT, "Hello")], None)
    assert fed(b"".join(fragments(BINARY, b"\x00", b"\xff"))) == ([(BINARY, b"\x00\xff")], None)


@pytest.mark.parametrize("opcode", [TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG])
def test_a_frame_that_is_not_masked_is_a_violation(fed, opcode):
    """1002, and what came before it is not lost."""
    begun = masked(TEXT, b"a", final=False) if opcode == CONTINUATION else text("good")
    found = [] if opcode == CONTINUATION else [(TEXT, "good")]
    assert fed(begun + masked(opcode, b"", mask=None)) == (found, 1002)


@pytest.mark.parametrize("reserved", [1, 2, 4, 7])
def test_reserved_bits_are_a_violation(fed, reserved):
    """No extension was agreed on."""
    assert fed(masked(TEXT, b"a", reserved=reserved)) == ([], 1002)
    assert fed(masked(PING, b"", reserved=reserved)) == ([], 1002)


@pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
def test_reserved_opcodes_are_a_violation(fed, opcode):
    """Of data and of control frames."""
    assert fed(text("good") + masked(opcode)) == ([(TEXT, "good")], 1002)


@pytest.mark.parametrize("opcode", [CLOSE, PING, PONG])
def test_control_frames_are_short_and_whole(fed, opcode):
    """At most 125 bytes, and not fragmented."""
    payload = b"\x03\xe8" + b"a" * 123
    assert fed(masked(opcode, payload)) == ([(opcode, payload)], None)
    assert fed(masked(opcode, payload + b"a")) == ([], 1002)
    assert fed(masked(opcode, b"", final=False)) == ([], 1002)


def test_a_continuation_of_nothing_is_a_violation(fed):
    """At the beginning, and after a complete message."""
    assert fed(masked(CONTINUATION, b"a")) == ([], 1002)
    assert fed(text("whole") + masked(CONTINUATION, b"a", final=False)) == ([(TEXT, "whole")], 1002)


def test_a_new_message_within_a_fragmented_one_is_a_violation(fed):
    """Fragments of two messages must not mingle."""
    for opcode in (TEXT, BINARY):
        assert fed(masked(TEXT, b"a", final=False) + masked(opcode, b"b")) == ([], 1002)


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999])
def test_a_close_frame_comes_out_with_its_code_and_ends_everything(fed, code):
    """What follows is not looked at, not even what breaks the rules."""
    payload = code.to_bytes(2, "big") + "bye €".encode()
    assert fed(text("a") + masked(CLOSE, payload) + text("b") + masked(3)) == ([(TEXT, "a"), (CLOSE, payload)], None)
    assert fed(masked(CLOSE) + text("b")) == ([(CLOSE, b"")], None)


@pytest.mark.parametrize("code", [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])
def test_close_codes_that_nobody_may_send_are_a_violation(fed, code):
    """1002."""
    assert fed(masked(CLOSE, code.to_bytes(2, "big"))) == ([], 1002)


def test_half_a_close_code_is_a_violation(fed):
    """A payload of one byte."""
    assert fed(masked(CLOSE, b"\x03")) == ([], 1002)


@pytest.mark.parametrize(
    "payload", [b"\xff", b"a\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80", b"\xe2\x82", b"\xf8\x88\x80\x80\x80"]
)
def test_text_that_is_not_utf_8_is_a_violation(fed, payload):
    """1007: whole, in fragments, and as the reason of a close; also surrogates, overlong forms and what is cut short."""
    assert fed(text("good") + masked(TEXT, payload)) == ([(TEXT, "good")], 1007)
    assert fed(b"".join(fragments(TEXT, b"ok", payload[:1], payload[1:]))) == ([], 1007)
    assert fed(masked(CLOSE, b"\x03\xe8" + payload)) == ([], 1007)


def test_characters_may_be_cut_by_fragments(fed):
    """Anywhere."""
    whole = "κόσμε €𝄞".encode()
    for cut in range(len(whole) + 1):
        assert fed(b"".join(fragments(TEXT, whole[:cut], whole[cut:]))) == ([(TEXT, whole.decode())], None)


def test_text_that_can_t_become_utf_8_is_refused_before_its_frame_is_complete():
    """At the first byte that makes it impossible."""
    decoder = Decoder(LIMIT)
    payload = b"ab\xf4\x90" + b"c" * 50
    data = masked(TEXT, payload)
    assert decoder.feed(data[: 6 + 3]) == []
    assert decoder.error is None
    decoder.feed(data[6 + 3 : 6 + 4])
    assert decoder.error is not None
    assert decoder.error.code == 1007


def test_a_length_must_be_written_in_the_shortest_way(fed):
    """1002."""
    assert fed(head(TEXT, 125, extended=2) + b"a" * 125) == ([], 1002)
    assert fed(head(TEXT, 126, extended=8) + b"a" * 126) == ([], 1002)
    assert fed(head(TEXT, 65_535, extended=8)) == ([], 1002)


def test_a_length_beyond_63_bits_is_a_violation(fed):
    """1002, and not an allocation."""
    assert fed(head(BINARY, 2**63)) == ([], 1002)


def test_a_message_that_is_too_long_is_refused_at_its_head():
    """1009, before a byte of payload has come; 20 MB and 2**62 bytes alike."""
    for length in (LIMIT + 1, 65_536, 20_000_000, 2**62):
        assert at_once(head(BINARY, length, mask=MASK)) == ([], 1009)
        assert at_once(head(TEXT, length)[:-4]) == ([], 1009)


def test_the_limit_is_over_all_fragments(fed):
    """The one that goes beyond it is refused at its head."""
    exactly = fragments(TEXT, b"a" * 600, b"a" * 400)
    assert fed(b"".join(exactly)) == ([(TEXT, "a" * 1000)], None)
    assert fed(exactly[0] + head(CONTINUATION, 401)) == ([], 1009)


def test_endless_empty_fragments_come_to_an_end():
    """They have no length that could be limited."""
    decoder = Decoder(LIMIT)
    decoder.feed(masked(TEXT, b"", final=False))
    for _ in range(FRAGMENTS_MOST):
        assert decoder.feed(masked(CONTINUATION, b"", final=False)) == []
    assert decoder.error is not None
    assert decoder.error.code == 1009


def test_nothing_is_taken_after_a_violation():
    """The error stays what it was."""
    decoder = Decoder(LIMIT)
    decoder.feed(masked(3))
    error = decoder.error
    assert decoder.feed(text("a")) == decoder.feed(masked(PING)) == []
    assert decoder.error is error


def test_an_idle_decoder_holds_nothing():
    """Ten thousand of them wait most of the time."""
    decoder = Decoder(LIMIT)
    for data in (text("a"), masked(BINARY, b"b" * 500), *fragments(TEXT, b"a", b"b"), masked(PING)):
        decoder.feed(data)
    assert (decoder._head, decoder._frame, decoder._message) == (b"", None, None)
    assert sys.getsizeof(decoder) < 100


def test_what_is_kept_of_a_slow_message_is_bounded():
    """Byte by byte, it is not kept in a thousand pieces."""
    decoder = Decoder(LIMIT)
    for byte in masked(BINARY, b"x" * 1000)[:-1]:
        decoder.feed(bytes((byte,)))
    assert decoder._message is not None
    assert len(decoder._message.pieces) <= 65


def test_frames_for_clients_are_final_and_not_masked():
    """Each of the three ways to write a length."""
    assert frame(TEXT, b"Hello") == b"\x81\x05Hello"
    assert frame(BINARY, b"") == b"\x82\x00"
    assert frame(TEXT, b"a" * 126)[:4] == b"\x81\x7e\x00\x7e"
    assert frame(TEXT, b"a" * 65_536)[:10] == b"\x81\x7f" + (65_536).to_bytes(8, "big")


def test_the_reason_of_a_close_is_cut_between_characters():
    """A control frame has room for 123 bytes of it."""
    sent = close_frame(1008, "€" * 100)
    assert sent[:4] == b"\x88\x7d\x03\xf0"[:1] + bytes((len(sent) - 2,)) + (1008).to_bytes(2, "big")
    assert sent[4:].decode() == "€" * 41
