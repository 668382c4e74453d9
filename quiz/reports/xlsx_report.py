"""A report as a workbook: numbers are numbers, dates dates (UTC), and texts never formulas."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from quiz.content.spreadsheet import guarded
from quiz.reports.rows import Report, Show, header, in_words, rows

#: Sheets that have a cell for each player and question, of which the one that is asked for comes first.
SHEETS: dict[Show, str] = {"points": "Players", "answers": "Answers", "times": "Seconds", "right": "Right"}
#: Columns that are wide, and how wide.
_WIDE = 28
#: Bytes that are packed at a time.
_CHUNK = 32 * 1024
_BOLD = Font(bold=True)
_DATE, _PERCENT = "yyyy-mm-dd hh:mm:ss", "0%"


class _Archive(ZipFile):
    """What openpyxl puts the sheets in; large ones piece by piece."""

    def __init__(self, file: io.BytesIO, breathe: Callable[[], None]) -> None:
        super().__init__(file, "w", ZIP_DEFLATED)
        self._breathe = breathe

    def write(
        self, filename: Any, arcname: Any = None, compress_type: int | None = None, compresslevel: int | None = None
    ) -> None:
        about = ZipInfo.from_file(filename, arcname)
        about.compress_type = ZIP_DEFLATED
        with open(filename, "rb") as source, self.open(about, "w") as packed:
            while piece := source.read(_CHUNK):
                packed.write(piece)
                self._breathe()


def write(report: Report, show: Show, breathe: Callable[[], None]) -> bytes:
    """The file: the table that is asked for, the other tables, all totals, the questions, and the game."""
    book = Workbook(write_only=True)
    shown: list[Show] = [show, "answers"] if show != "answers" else ["answers"]  # each takes a second for 500 players
    tables: dict[str, Any] = {SHEETS[one]: (header(report), rows(report, one)) for one in shown}
    if report.result.teams:
        tables["Teams"] = _teams(report)
    tables |= {"Totals": _totals(report), "Questions": _questions(report), "Game": _game(report)}
    for title, (names, lines) in tables.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "D2" if names[:3] == ["rank", "nickname", "score"] else "A2"
        for column, name in enumerate(names, 1):
            if len(name) > 12 or name in ("nickname", "team", "value"):
                sheet.column_dimensions[get_column_letter(column)].width = _WIDE
        sheet.append([_cell(sheet, name, bold=True) for name in names])
        for line in lines:
            sheet.append([_cell(sheet, value) for value in line])
            breathe()
    file = io.BytesIO()
    ExcelWriter(book, _Archive(file, breathe)).save()
    return file.getvalue()


class _Share(float):
    """A number from 0 to 1 that is shown as a percentage."""


def _totals(report: Report) -> tuple[list[str], Iterator[list[Any]]]:
    names = ["rank", "nickname", "score", "answered", "right", "seconds", "longest streak"]
    lines = (
        [one.rank, one.nickname, one.score, one.answered, one.right, one.time_ms / 1000, one.streak]
        for one in report.result.players
    )
    return names, lines


def _teams(report: Report) -> tuple[list[str], Iterator[list[Any]]]:
    return ["rank", "team", "score", "players"], ([one.rank, one.team, one.score, one.players] for one in report.result.teams)


def _questions(report: Report) -> tuple[list[str], Iterator[list[Any]]]:
    names = ["number", "id", "type", "question (text)", "right answer", "answered", "right", "share", "mean seconds"]

    def lines() -> Iterator[list[Any]]:
        for question, one in zip(report.record.game.questions, report.result.questions, strict=True):
            share = None if one.right is None or not one.answered else _Share(one.right / one.answered)
            seconds = None if one.time_ms is None else one.time_ms / 1000
            right = in_words(question, question.correct)
            yield [one.index + 1, one.id, one.type, one.text, right, one.answered, one.right, share, seconds]

    return names, lines()


def _game(report: Report) -> tuple[list[str], Iterable[list[Any]]]:
    game = report.result.game
    about = {
        "title": game.title,
        "quiz": game.quiz,
        "mode": game.mode,
        "PIN": game.pin,
        "id": game.id,
        "host": game.host,
        "created (UTC)": _moment(game.created_at),
        "finished (UTC)": _moment(game.finished_at),
        "players": game.players,
        "questions": game.question_count,
        "players removed": report.result.removed,
    }
    return ["what", "value"], [[name, value] for name, value in about.items()]


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds // 1000, UTC).replace(tzinfo=None)


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    """What a row of openpyxl's takes; for a text always a cell that says that it is one."""
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", value))
        cell.data_type = "s"  # "=1+2" and "#N/A" too
        cell.quotePrefix = guarded(value) != value  # so that it stays a text when somebody edits it
        if bold:
            cell.font = _BOLD
        return cell
    if isinstance(value, datetime | _Share):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = _DATE if isinstance(value, datetime) else _PERCENT
        return cell
    return value
