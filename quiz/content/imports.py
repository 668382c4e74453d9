"""What every reader of a file works with: the result of an import, the file's bound, and its text."""

from __future__ import annotations

import codecs

import msgspec

from quiz.domain.quiz import Problem, Quiz

MAX_BYTES = 16 * 1024 * 1024


class Import(msgspec.Struct, frozen=True):
    """What was read: a quiz of the sound questions, None if there is none, and what is wrong with the rest of the file.

    `places` says of each question of the quiz where it stood (`"line 4"`). `notes` are things that the quiz has no place for or
    that were read in one of several possible ways; they keep nothing from being imported. `format` is the one that was read.
    """

    quiz: Quiz | None
    problems: list[Problem]
    notes: list[Problem] = []
    places: tuple[str, ...] = ()
    format: str = ""


class Unreadable(Exception):
    """Nothing in this file can be used. `problem` says where it went wrong, and how."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.problem = Problem(place, reason)


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, without its byte order mark; raises Unreadable."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable("file", "is text in UTF-16; save it as UTF-8")
    data = data.removeprefix(codecs.BOM_UTF8)
    if (at := data.find(b"\0")) >= 0:
        raise Unreadable(_line(data, at), "holds a NUL byte, so this is no text in UTF-8")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        reason = f"byte 0x{data[error.start]:02x} is no UTF-8; save the file as UTF-8"
        raise Unreadable(_line(data, error.start), reason) from None


def _line(data: bytes, at: int) -> str:
    before = data[:at]
    ends = before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")
    return f"line {ends + 1}"
