"""ClassQuiz's workbook: title in C5, description in C6, from row 14 on questions in columns B to H, placed by their row."""

from __future__ import annotations

from functools import partial

from quiz.content import answer_rows
from quiz.content.imports import Draft, Import, Unreadable
from quiz.content.source import Source
from quiz.content.workbook import Sheet
from quiz.content.xlsx_format import note_other_sheets

TITLE_ROW, DESCRIPTION_ROW, HEADER_ROW = 5, 6, 13
#: The column of title and description, counted from 0.
_VALUES = 2


def recognises(source: Source) -> bool:
    """Whether a sheet has ClassQuiz's titles, or a text where its title stands and questions where its questions are."""
    return source.is_workbook and _fitting(source) is not None


def read(source: Source, fallback_title: str) -> Import:
    """The quiz in a workbook; raises Unreadable if it is none, or nothing is where ClassQuiz has its questions."""
    sheet = _fitting(source) or next((sheet for sheet in source.sheets if sheet.rows), None)
    rows = [row for row in sheet.rows if row.number > HEADER_ROW] if sheet else []
    if sheet is None or not any(answer_rows.is_question(row, answer_rows.TEMPLATE) for row in rows):
        raise Unreadable(f"line {HEADER_ROW + 1}", "there is no question; ClassQuiz has them from here on in columns B to H")
    draft = Draft()
    note_other_sheets(draft, source, sheet)
    for row in rows:
        if answer_rows.is_question(row, answer_rows.TEMPLATE):
            draft.add(f"line {row.number}", partial(answer_rows.question, row, answer_rows.TEMPLATE))
            if draft.full:
                break
    title, description = _cell(sheet, TITLE_ROW, _VALUES), _cell(sheet, DESCRIPTION_ROW, _VALUES)
    return draft.imported(fallback_title, title=title, description=description)


def _fitting(source: Source) -> Sheet | None:
    return next((sheet for sheet in source.sheets if _fits(sheet)), None)


def _fits(sheet: Sheet) -> bool:
    header = answer_rows.found(sheet)
    if header is not None:
        # Kahoot's files have the same titles higher up.
        return header[0].number == HEADER_ROW
    first = next((row for row in sheet.rows if row.number > HEADER_ROW), None)
    return first is not None and bool(_cell(sheet, TITLE_ROW, _VALUES) and first.peek(1) and first.peek(2) and first.peek(7))


def _cell(sheet: Sheet, number: int, column: int) -> str:
    return next((row.peek(column) for row in sheet.rows if row.number == number), "")
