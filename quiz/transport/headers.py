"""The head of an HTTP request, read strictly: what a proxy before us might read in another way is refused."""

from __future__ import annotations

import re
from typing import Protocol

#: Bytes of a line, and how many lines there may be.
LINE, MOST = 16_384, 100

_field = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)\r?\n").fullmatch


class Headers:
    """The fields of a request, as pywsgi asks for them. Names are found in whatever case they came."""

    status = ""  # pywsgi's: what is wrong with them; here that is raised

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        """`fields`: names, in small letters, and values."""
        self.fields = fields
        self._first = dict(reversed(fields))

    def get(self, name: str, default: str | None = None) -> str | None:
        """The first value under a name."""
        return self._first.get(name.lower(), default)

    getheader = get

    def __delitem__(self, name: str) -> None:
        """pywsgi drops the length of a body in chunks; here nobody has said one."""

    @property
    def typeheader(self) -> str | None:
        """The type of the content."""
        return self.get("content-type")


class Lines(Protocol):
    """Where lines come from."""

    def readline(self, most: int, /) -> bytes:
        """The next line with its line feed, or as much of it; nothing at the end."""


def read_headers(file: Lines) -> Headers:
    """Reads up to the empty line.

    Raises ValueError for what is malformed, too long, or says two things of the host or of a body's length.
    """
    fields: list[tuple[str, str]] = []
    lengths = hosts = 0
    while (line := file.readline(LINE + 1)) not in (b"\r\n", b"\n"):
        found = _field(line)
        if found is None or len(line) > LINE or len(fields) >= MOST:
            raise ValueError("malformed or too long header fields")
        name, value = found[1].lower().decode(), found[2].decode("latin-1").rstrip(" \t")
        if name in ("content-length", "transfer-encoding"):
            lengths += 1
            if lengths > 1 or not (value.isascii() and value.isdecimal() if len(name) == 14 else value.lower() == "chunked"):
                raise ValueError("header fields that don't say how long the body is")
        hosts += name == "host"
        if hosts > 1:
            raise ValueError("header fields that name two hosts")
        fields.append((name, value))
    return Headers(fields)
