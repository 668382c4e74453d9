"""A file as its readers see it: bytes, text, or the sheets of a workbook, each made when it is first asked for."""

from __future__ import annotations

import codecs
from functools import cached_property

from quiz.content.imports import Unreadable
from quiz.content.workbook import Progress, Sheet, sheets

_ARCHIVE = b"PK\x03\x04"
#: What is no text by its first bytes, and what it is then.
_OTHERS = {
    b"\xd0\xcf\x11\xe0": "is a workbook of Excel before 2007 (.xls) or another old document; save it as .xlsx",
    b"%PDF-": "is a PDF, out of which no questions are read",
    b"\x89PNG": "is a picture",
    b"\xff\xd8\xff": "is a picture",
}
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: What spreadsheets of the 1990s write, and a look at which tells its author what is wrong.
_LEGACY = "cp1252"


class Source:
    """The bytes of a file, and what they mean."""

    def __init__(self, data: bytes, progress: Progress | None = None) -> None:
        self.data = data
        self._progress = progress or _nobody

    @property
    def is_workbook(self) -> bool:
        """Whether this is an archive, as workbooks are."""
        return self.data.startswith(_ARCHIVE)

    @cached_property
    def text(self) -> str:
        """The text, in UTF-8 or, with a byte order mark, UTF-16; without that mark. Raises Unreadable."""
        if self.is_workbook:
            raise Unreadable("file", "is a workbook or an archive, not a text")
        for beginning, told in _OTHERS.items():
            if self.data.startswith(beginning):
                raise Unreadable("file", told)
        return decoded(self.data)

    @cached_property
    def sheets(self) -> list[Sheet]:
        """The sheets of a workbook; raises Unreadable."""
        if not self.is_workbook:
            raise Unreadable("file", "is no workbook (.xlsx)")
        return sheets(self.data, self._progress)


def _nobody(share: float) -> None:
    """Is told how far reading is."""


def decoded(data: bytes) -> str:
    """The text of a file, without its byte order mark; raises Unreadable."""
    if data.startswith(_UTF16):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise Unreadable("file", "is cut off or broken text in UTF-16; save it as UTF-8") from None
    data = data.removeprefix(codecs.BOM_UTF8)
    if (at := data.find(b"\0")) >= 0:
        raise Unreadable(_line(data, at), "holds a NUL byte, so this is no text in UTF-8")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Unreadable(_line(data, error.start), _legacy(data, error.start)) from None


def _legacy(data: bytes, at: int) -> str:
    """Says that a byte is no UTF-8, and how its word reads in the encoding that it probably is in.

    It is not read in that encoding: others are as likely in other countries, and then every word would be wrong without a word.
    """
    told = f"byte 0x{data[at]:02x} is no UTF-8"
    start = max(data.rfind(space, 0, at) for space in (b" ", b"\n", b"\r", b"\t", b",", b";", b'"')) + 1
    word = data[max(start, at - 15) : at + 10].split(b"\n")[0].decode(_LEGACY, "replace").split()
    if word and word[0].isprintable() and "\ufffd" not in word[0]:
        told += " (in Windows-1252 this would read “{}”)".format(word[0].strip(',;"'))
    return f"{told}; save the file as UTF-8, which spreadsheets call “CSV UTF-8”"


def _line(data: bytes, at: int) -> str:
    before = data[:at]
    ends = before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")
    return f"line {ends + 1}"
