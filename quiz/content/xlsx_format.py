"""XLSX (contract §8): the columns of `table` in the first sheet that has them; a question's place is its row of the sheet."""

from __future__ import annotations

from functools import partial

from quiz.content import table
from quiz.content.imports import Draft, Import, Unreadable
from quiz.content.source import Source
from quiz.content.workbook import Row, Sheet, workbook
from quiz.domain.quiz import Problem, Quiz

#: The widths of the columns that hold texts, in characters.
_WIDTHS = {"question": 50, "explanation": 40, "image": 30, **dict.fromkeys(table.CHOICES, 20)}


def recognises(source: Source) -> bool:
    """Whether the first row of a sheet names the columns that are needed."""
    return source.is_workbook and any(_has_header(sheet) for sheet in source.sheets)


def read(source: Source, fallback_title: str) -> Import:
    """The quiz in a workbook; raises Unreadable if it is none or no sheet's header has the required columns."""
    filled = [sheet for sheet in source.sheets if sheet.rows]
    sheet = next((sheet for sheet in filled if _has_header(sheet)), filled[0] if filled else Sheet("", []))
    header, rows = (sheet.rows[0], sheet.rows[1:]) if sheet.rows else (Row(1, []), [])
    names = table.names(_peeked(header))
    if missing := [name for name in table.REQUIRED if name not in names]:
        raise Unreadable(f"line {header.number}", f"there is no column {' and no column '.join(missing)}")
    draft = Draft()
    table.check_header(draft, f"line {header.number}", names)
    note_other_sheets(draft, source, sheet)
    for row in rows:
        draft.add(f"line {row.number}", partial(_question, names, row))
        if draft.full:
            break
    return draft.imported(fallback_title)


def write(quiz: Quiz) -> bytes:
    """The quiz as a workbook; its title goes into no cell, so name the file by it."""
    rows = list(table.rows(quiz))
    return workbook("Questions", rows, [_WIDTHS.get(name, 12) for name in rows[0]])


def left_out(quiz: Quiz) -> list[Problem]:
    """What of a quiz its workbook doesn't hold."""
    return table.left_out(quiz)


def note_other_sheets(draft: Draft, source: Source, read: Sheet) -> None:
    """Tells which sheets are not read though something is in them."""
    for sheet in source.sheets:
        if sheet is not read and sheet.rows:
            draft.note("file", f"the sheet {sheet.name!r} was not read, only {read.name!r}")


def _question(names: list[str], row: Row) -> dict[str, object]:
    return table.question(names, [row.text(column) for column in range(len(row.cells))])


def _peeked(row: Row) -> list[str]:
    return [row.peek(column) for column in range(len(row.cells))]


def _has_header(sheet: Sheet) -> bool:
    return bool(sheet.rows) and table.is_header(_peeked(sheet.rows[0]))
