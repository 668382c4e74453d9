"""The lines of journals: a checksum, a space, and a record (`records`). What a crash tore off has no end."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

import gevent

#: Lines that are read before others get a turn.
STRIDE = 200
_CHECKSUM = 9
#: How the record of a seat begins.
SEAT = b'["join",'
#: A record of nothing, as long as an answer's: to see whether the disk takes records again.
PROBE = b'["probe","",0,"' + b"." * 300 + b'"]'


def line_of(record: bytes) -> bytes:
    """A record as a line."""
    return b"%08x %s\n" % (zlib.crc32(record), record)


def record_of(line: bytes) -> bytes | None:
    """The record of a line; None if the line is torn or damaged."""
    record = line[_CHECKSUM:-1]
    sound = (
        line[-1:] == b"\n" and line[_CHECKSUM - 1 : _CHECKSUM] == b" " and line[: _CHECKSUM - 1] == b"%08x" % zlib.crc32(record)
    )
    return record if sound else None


def sound(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The records of lines, but those that are torn or damaged. Gives way to others now and then."""
    for number, line in enumerate(lines, 1):
        record = record_of(line)
        if record is not None:
            yield record
        if number % STRIDE == 0:
            gevent.sleep(0)
