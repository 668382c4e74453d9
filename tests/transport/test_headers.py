"""The head of a request: what it says, and what is refused because it could be read in two ways."""

from __future__ import annotations

import io
from http.client import parse_headers

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.transport.headers import LINE, MOST, Headers, read_headers

TOKEN = "!#$%&'*+-.^_`|~0123456789ABCxyz"


def read(head: bytes) -> Headers:
    return read_headers(io.BytesIO(head))


def test_fields_are_found_in_any_case_and_without_the_space_around_them():
    """Names don't care for case, and of two values the first counts, as pywsgi's own reading has it."""
    found = read(b"Host: here\r\nX-a:\t b c \t\r\nx-A: d\r\nContent-Type:text/plain\nEmpty:\r\n\r\nbody")
    assert [found.get(name) for name in ("host", "x-a", "EMPTY", "none")] == ["here", "b c", "", None]
    assert (found.typeheader, found.getheader("none", "-"), found.status) == ("text/plain", "-", "")
    del found["content-length"]
    assert found.fields[1:3] == [("x-a", "b c"), ("x-a", "d")]


@pytest.mark.parametrize(
    "head",
    [
        b"no colon\r\n\r\n",
        b": no name\r\n\r\n",
        b"Host : space\r\n\r\n",
        b" Host: folded\r\n\r\n",
        b"Host: here\r\nhost: here\r\n\r\n",
        b"A: b\r\n folded\r\n\r\n",
        b"H\xc3\xb6st: here\r\n\r\n",
        b"A: nul\x00\r\n\r\n",
        b"A: bare\rreturn\r\n\r\n",
        b"A: b\r\n",
        b"A: " + b"b" * LINE + b"\r\n\r\n",
        b"A: b\r\n" * (MOST + 1) + b"\r\n",
        b"Content-Length: 1\r\nContent-Length: 1\r\n\r\n",
        b"Content-Length: +1\r\n\r\n",
        b"Content-Length: \xb2\r\n\r\n",
        b"Content-Length: 1, 1\r\n\r\n",
        b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n\r\n",
        b"Transfer-Encoding: xchunked\r\n\r\n",
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(head: bytes):
    """Smuggled requests live on such differences; so does whoever sends without end."""
    with pytest.raises(ValueError, match="header fields"):
        read(head)


values = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20)


@given(st.dictionaries(st.text(TOKEN, min_size=1, max_size=10), values, max_size=8))
def test_sound_heads_are_read_as_the_standard_library_reads_them(fields: dict[str, str]):
    """Name for name."""
    fields = {name: value for name, value in fields.items() if name.lower() not in ("content-length", "transfer-encoding")}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode() + b"\r\n"
    theirs = parse_headers(io.BytesIO(head))
    found = read(head)
    assert {name: found.get(name) for name in fields} == {name: theirs.get(name) for name in fields}
