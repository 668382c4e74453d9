"""The frame codec under streams that nobody would think of."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.transport.frames import BINARY, CLOSE, PING, PONG, TEXT, Decoder, unmask
from tests.transport.client_frames import fragments, masked

LIMIT = 400

control = st.tuples(st.sampled_from([PING, PONG]), st.binary(max_size=125))
data_message = st.one_of(
    st.tuples(st.just(TEXT), st.text(max_size=60).map(str.encode)), st.tuples(st.just(BINARY), st.binary(max_size=200))
)


@st.composite
def streams(draw: st.DrawFn) -> tuple[bytes, list[tuple[int, Any]]]:
    """The bytes of some messages, in fragments and with control frames between, and what must come out."""
    frames, expected = [], []
    for opcode, payload in draw(st.lists(data_message, max_size=5)):
        cuts = sorted(draw(st.lists(st.integers(0, len(payload)), max_size=4)))
        pieces = [payload[a:b] for a, b in zip([0, *cuts], [*cuts, len(payload)], strict=True)]
        for number, fragment in enumerate(fragments(opcode, *pieces)):
            if number:
                between = draw(st.lists(control, max_size=1))
                frames += [masked(*one) for one in between]
                expected += between
            frames.append(fragment)
        expected.append((opcode, payload.decode() if opcode == TEXT else payload))
    return b"".join(frames), expected


def fed(data: bytes, sizes: list[int]) -> tuple[list[Any], int | None, bool]:
    """What comes out of bytes that arrive in pieces of these sizes, over and over."""
    decoder, found, at, turn = Decoder(LIMIT), [], 0, 0
    while at < len(data):
        size = sizes[turn % len(sizes)]
        found += decoder.feed(data[at : at + size])
        at, turn = at + size, turn + 1
        assert kept(decoder) <= LIMIT + 140
        if decoder.error:
            assert kept(decoder) == 0
    return found, decoder.error and decoder.error.code, decoder.closed


def kept(decoder: Decoder) -> int:
    """Bytes and characters that a decoder holds."""
    pieces = [*(decoder._message.pieces if decoder._message else ()), *(decoder._frame.pieces if decoder._frame else ())]
    return len(decoder._head) + sum(map(len, pieces))


sizes = st.lists(st.integers(1, 300), min_size=1, max_size=6)


@given(streams(), sizes)
@settings(max_examples=80, deadline=None)
def test_messages_come_out_however_they_are_cut(stream, sizes):
    """Cut into fragments by the sender and into pieces by the network."""
    data, expected = stream
    assert fed(data, sizes) == (expected, None, False)


@given(st.binary(max_size=300), sizes)
@settings(max_examples=80, deadline=None)
def test_noise_does_no_harm_and_means_the_same_however_it_is_cut(data, sizes):
    """Nothing is raised, little is kept, an error stays one."""
    assert fed(data, sizes) == fed(data, [1]) == fed(data, [len(data) or 1])


@given(streams(), st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=3), sizes)
@settings(max_examples=80, deadline=None)
def test_a_damaged_stream_means_the_same_however_it_is_cut(stream, damage, sizes):
    """Valid frames with some bytes replaced reach deeper than noise."""
    data = bytearray(stream[0])
    for place, byte in damage:
        if data:
            data[place % len(data)] = byte
    assert fed(bytes(data), sizes) == fed(bytes(data), [1]) == fed(bytes(data), [len(data) or 1])


@given(st.binary(max_size=500), st.binary(min_size=4, max_size=4))
@settings(max_examples=60, deadline=None)
def test_unmasking_is_the_exclusive_or_of_every_byte(payload, mask):
    """As RFC 6455 §5.3 writes it down."""
    assert unmask(payload, mask) == bytes(byte ^ mask[n % 4] for n, byte in enumerate(payload))


def test_a_close_ends_a_stream_wherever_it_is_cut():
    """And nothing after it is an error."""
    assert fed(masked(CLOSE) + b"\xff" * 20, [3]) == ([(CLOSE, b"")], None, True)
