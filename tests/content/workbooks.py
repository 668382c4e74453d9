"""Workbooks as the tools of others make them, and as nobody should."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import openpyxl

KAHOOT = (
    "Question - max 120 characters",
    "Answer 1 - max 75 characters",
    "Answer 2 - max 75 characters",
    "Answer 3 - max 75 characters",
    "Answer 4 - max 75 characters",
    "Time limit (sec) – 5, 10, 20, 30, 60, 90, 120, or 240 secs",
    "Correct answer(s) - choose at least one",
)
CLASSQUIZ = ("Question", "1st Answer", "2nd Answer", "3rd Answer", "4th Answer", "Time Limit (max. 120)", "Correct Answers")


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def sheet(*rows: Sequence[Any]) -> bytes:
    """A workbook of one sheet that begins with these rows."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def kahoot(*rows: Sequence[Any], header: Sequence[str] = KAHOOT, numbered: int = 30) -> bytes:
    """As Kahoot's template is when it is filled in: numbers in column A for more rows than are filled, questions from row 9."""
    book = openpyxl.Workbook()
    page = book.active
    page["B2"] = "Quiz template"
    page["B3"] = (
        "Add questions, at least two answer alternatives, time limit and choose correct answers (at least one). Have fun!"
    )
    page["B5"] = "Remember: questions have a limit of 120 characters and answers can have 75 characters max."
    page.merge_cells("B2:D2")
    for column, title in enumerate(header, 2):
        page.cell(8, column, title)
    for number in range(numbered):
        page.cell(9 + number, 1, number + 1)
    for at, row in enumerate(rows):
        for column, value in enumerate(row, 2):
            page.cell(9 + at, column, value)
    return saved(book)


def classquiz(title: str | None, description: str | None, *rows: Sequence[Any], header: Sequence[str] = CLASSQUIZ) -> bytes:
    """As ClassQuiz exports a quiz: title and description in C5 and C6, a header on row 13, numbers in column A."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Main"
    page["B5"], page["C5"], page["B6"], page["C6"] = "Title", title, "Description", description
    for column, name in enumerate(header, 2):
        page.cell(13, column, name)
    for at, row in enumerate(rows):
        for column, value in enumerate((at + 1, *row), 1):
            page.cell(14 + at, column, value)
    return saved(book)


def changed(
    data: bytes, parts: Mapping[str, bytes], left_out: Iterable[str] = (), compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A workbook with some of its parts in place of others, or in addition."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(file, "w", compression) as after:
        held = {name: before.read(name) for name in before.namelist() if name not in left_out}
        for name, part in {**held, **parts}.items():
            after.writestr(name, part)
    return file.getvalue()


NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = "xl/worksheets/sheet1.xml"


def raw_sheet(rows: str, before: str = "", encoding: str = "utf-8") -> bytes:
    """A workbook whose sheet's XML is this."""
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{before}<worksheet {NAMESPACE}><sheetData>{rows}</sheetData></worksheet>'
    return changed(sheet(["question", "correct"]), {SHEET: xml.encode(encoding)}, compression=zipfile.ZIP_STORED)
