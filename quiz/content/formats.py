"""The formats of quiz files: which there are, which one a file is in, and reading and writing them."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Protocol

from quiz.content import csv_format, json_format
from quiz.content.imports import MAX_BYTES, Import, Unreadable
from quiz.domain.errors import ContentError
from quiz.domain.quiz import Problem, Quiz


class Reader(Protocol):
    """Reads one format. A module is one by having these functions."""

    def recognises(self, data: bytes) -> bool:
        """Whether this looks like a file of the format: a cheap look at its beginning."""

    def read(self, data: bytes, fallback_title: str) -> Import:
        """The quiz in a file of at most `MAX_BYTES`, called `fallback_title` if the file has no title.

        Any bytes at all give an Import or Unreadable, nothing else. A question's problem names the place by which the
        author finds it.
        """


class Writer(Protocol):
    """Writes one format. What it writes, the reader of the format reads as the same questions."""

    def write(self, quiz: Quiz) -> bytes:
        """The quiz as a file."""


#: In the order in which they are asked whether a file is theirs; CSV is any text and so comes last.
READERS: dict[str, Reader] = {"json": json_format, "csv": csv_format}
WRITERS: dict[str, Writer] = {"json": json_format, "csv": csv_format}

IMPORT_FORMATS = ("csv", "xlsx", "json", "gift", "aiken", "opentdb", "kahoot", "classquiz", "anki")
EXPORT_FORMATS = ("json", "csv", "xlsx", "gift", "kahoot")

_ZIP = b"PK\x03\x04"


def read(data: bytes, filename: str, format: str = "auto") -> Import:
    """The quiz in a file; `auto` finds the format out from the content, and the name is only used where a title is missing.

    Whatever the bytes are, what is wrong with them is told in the import's problems. Raises ContentError for a format that
    does not exist or can't be read yet.
    """
    if format != "auto":
        _check(format, IMPORT_FORMATS, READERS)
    if len(data) > MAX_BYTES:
        return Import(None, [Problem("file", f"has {len(data)} bytes, {MAX_BYTES} are allowed")])
    if data.startswith(_ZIP):
        return Import(None, [Problem("file", "is a workbook or an archive; only JSON and CSV are supported yet")])
    name = format if format != "auto" else next(name for name, reader in READERS.items() if reader.recognises(data))
    # Either system's paths, wherever this runs: the name may have come from somebody's browser.
    title = PurePosixPath(filename.replace("\\", "/")).stem
    try:
        return READERS[name].read(data, title)
    except Unreadable as error:
        return Import(None, [error.problem])


def write(quiz: Quiz, format: str) -> bytes:
    """The quiz as a file; raises ContentError for a format that does not exist or can't be written yet."""
    _check(format, EXPORT_FORMATS, WRITERS)
    return WRITERS[format].write(quiz)


def _check(format: str, known: tuple[str, ...], supported: dict[str, Reader] | dict[str, Writer]) -> None:
    if format not in known:
        raise ContentError(f"format: {format!r} is none of {', '.join(known)}")
    if format not in supported:
        raise ContentError(f"format: {format} is not supported yet; {' and '.join(supported)} are")
