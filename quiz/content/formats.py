"""The formats of quiz files: which there are, which one a file is in, and reading and writing them."""

from __future__ import annotations

from codecs import BOM_UTF8
from pathlib import PurePosixPath
from typing import Protocol

import msgspec

from quiz.content import (
    aiken_format,
    anki_format,
    classquiz_format,
    csv_format,
    gift_format,
    json_format,
    kahoot_format,
    opentdb_format,
    xlsx_format,
)
from quiz.content.imports import MAX_BYTES, Import, Unreadable
from quiz.content.source import Source
from quiz.content.workbook import Progress
from quiz.domain.errors import ContentError
from quiz.domain.quiz import Problem, Quiz


class Reader(Protocol):
    """Reads one format. A module is one by having these functions."""

    def recognises(self, source: Source) -> bool:
        """Whether this looks like a file of the format; raises Unreadable if it looks like nothing at all."""

    def read(self, source: Source, fallback_title: str) -> Import:
        """The quiz in a file of at most `MAX_BYTES`, called `fallback_title` if the file has no title.

        Any bytes at all give an Import or Unreadable, nothing else. A question's problem names the place by which the
        author finds it.
        """


class Writer(Protocol):
    """Writes one format. What it writes, the reader of the format reads as the same questions, but for what is left out."""

    def write(self, quiz: Quiz) -> bytes:
        """The quiz as a file."""

    def left_out(self, quiz: Quiz) -> list[Problem]:
        """What of the quiz the file doesn't hold, or holds in another way: where (`"quiz"`, `"question q2"`) and why."""


#: In the order in which they are asked whether a file is theirs.
READERS: dict[str, Reader] = {
    "opentdb": opentdb_format,
    "json": json_format,
    "csv": csv_format,
    "anki": anki_format,
    "gift": gift_format,
    "aiken": aiken_format,
    "xlsx": xlsx_format,
    "classquiz": classquiz_format,
    "kahoot": kahoot_format,
}
WRITERS: dict[str, Writer] = {
    "json": json_format,
    "csv": csv_format,
    "xlsx": xlsx_format,
    "gift": gift_format,
    "kahoot": kahoot_format,
}

IMPORT_FORMATS = ("csv", "xlsx", "json", "gift", "aiken", "opentdb", "kahoot", "classquiz", "anki")
EXPORT_FORMATS = tuple(WRITERS)


def read(data: bytes, filename: str, format: str = "auto", progress: Progress | None = None) -> Import:
    """The quiz in a file; `auto` finds the format out from the content, and the name is only used where a title is missing.

    `progress` is called with the share that was read, 0 to 1, now and then where reading takes long. Whatever the bytes are,
    what is wrong with them is told in the import's problems. Raises ContentError for a format that does not exist.
    """
    if format != "auto":
        _check(format, IMPORT_FORMATS)
    if len(data) > MAX_BYTES:
        return Import(None, [Problem("file", f"has {len(data)} bytes, {MAX_BYTES} are allowed")])
    if not data.removeprefix(BOM_UTF8).strip():
        return Import(None, [Problem("file", "is empty")])
    source = Source(data, progress)
    # Either system's paths, wherever this runs: the name may have come from somebody's browser.
    title = PurePosixPath(filename.replace("\\", "/")).stem
    name = format
    try:
        if format == "auto":
            name = _found(source)
        return msgspec.structs.replace(READERS[name].read(source, title), format=name)
    except Unreadable as error:
        return Import(None, [error.problem], format="" if name == "auto" else name)


def write(quiz: Quiz, format: str) -> bytes:
    """The quiz as a file; raises ContentError for a format that does not exist."""
    _check(format, EXPORT_FORMATS)
    return WRITERS[format].write(quiz)


def left_out(quiz: Quiz, format: str) -> list[Problem]:
    """What of the quiz `write` leaves out or changes; raises ContentError for a format that does not exist."""
    _check(format, EXPORT_FORMATS)
    return WRITERS[format].left_out(quiz)


def _found(source: Source) -> str:
    for name, reader in READERS.items():
        if reader.recognises(source):
            return name
    # The formats that authors fill in by hand: their readers say what is missing.
    return "xlsx" if source.is_workbook else "csv"


def _check(format: str, known: tuple[str, ...]) -> None:
    if format not in known:
        raise ContentError(f"format: {format!r} is none of {', '.join(known)}")
