"""A report as a workbook: numbers are numbers, dates dates (UTC), and texts never formulas."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
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
#: What no XML holds; and what Excel would read as a character written by its number.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NUMBERED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_END_OF_ROWS = b"</sheetData>"
_serial: Callable[[datetime], float] = to_excel


class _Archive(ZipFile):
    """What openpyxl puts the sheets in, of which it has written no more than the header. Here the rows come in, which takes a
    fifth of the time that openpyxl needs for its cells.
    """

    def __init__(self, file: io.BytesIO, rows: Iterable[Iterable[bytes]], breathe: Callable[[], None]) -> None:
        """`rows`: those of each sheet, in the order of the sheets."""
        super().__init__(file, "w", ZIP_DEFLATED)
        self._rows, self._breathe = iter(rows), breathe

    def write(
        self, filename: Any, arcname: Any = None, compress_type: int | None = None, compresslevel: int | None = None
    ) -> None:
        about = ZipInfo.from_file(filename, arcname)
        about.compress_type = ZIP_DEFLATED
        with open(filename, "rb") as source:
            before, end, after = source.read().rpartition(_END_OF_ROWS)
        with self.open(about, "w") as packed:
            gathered = [before]
            for row in next(self._rows):
                gathered.append(row)
                if len(row) * len(gathered) > _CHUNK:
                    packed.write(b"".join(gathered))
                    gathered = []
                self._breathe()
            packed.write(b"".join([*gathered, end, after]))
            self._breathe()


def write(report: Report, show: Show, breathe: Callable[[], None]) -> bytes:
    """The file: the table that is asked for, the other tables, all totals, the questions, and the game."""
    book = Workbook(write_only=True)
    shown: list[Show] = [show, "answers"] if show != "answers" else ["answers"]  # each takes a while for 500 players
    tables: dict[str, Any] = {SHEETS[one]: (header(report), rows(report, one)) for one in shown}
    if report.result.teams:
        tables["Teams"] = _teams(report)
    tables |= {"Totals": _totals(report), "Questions": _questions(report), "Game": _game(report)}
    made = []
    for title, (names, lines) in tables.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "D2" if names[:3] == ["rank", "nickname", "score"] else "A2"
        for column, name in enumerate(names, 1):
            if len(name) > 12 or name in ("nickname", "team", "value"):
                sheet.column_dimensions[get_column_letter(column)].width = _WIDE
        sheet.append([_heading(sheet, name) for name in names])
        made.append(_Cells(sheet, len(names)).rows(lines))
    file = io.BytesIO()
    ExcelWriter(book, _Archive(file, made, breathe)).save()
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


def _heading(sheet: Any, name: str) -> Any:
    cell = WriteOnlyCell(sheet, _text(name))
    cell.data_type, cell.quotePrefix, cell.font = "s", guarded(name) != name, _BOLD  # "=1+2" and "#N/A" are texts too
    return cell


def _text(value: str) -> str:
    return _NUMBERED.sub("_x005F_", _IMPOSSIBLE.sub("\ufffd", value))


class _Cells:
    """The rows of a sheet below its header, as XML (ECMA-376, 18.3.1); for a text always a cell that says that it is one."""

    def __init__(self, sheet: Any, columns: int) -> None:
        self._letters = [get_column_letter(column) for column in range(1, columns + 1)]
        self._quoted = _style(sheet, quotePrefix=True)  # so that it stays a text when somebody edits it
        self._date, self._percent = _style(sheet, number_format=_DATE), _style(sheet, number_format=_PERCENT)

    def rows(self, lines: Iterable[list[Any]]) -> Iterator[bytes]:
        """Each as it stands in the file."""
        for number, line in enumerate(lines, 2):
            cells = [
                self._cell(f"{letter}{number}", value)
                for letter, value in zip(self._letters, line, strict=True)
                if value is not None
            ]
            yield f'<row r="{number}">{"".join(cells)}</row>'.encode()

    def _cell(self, place: str, value: Any) -> str:
        match value:
            case bool():
                return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
            case str():
                style = self._quoted if guarded(value) != value else ""
                text = escape(_text(value), quote=False).replace("\r", "&#13;")
                return f'<c r="{place}"{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
            case datetime():
                return f'<c r="{place}"{self._date}><v>{_serial(value)!r}</v></c>'
            case _Share():
                return f'<c r="{place}"{self._percent}><v>{float(value)!r}</v></c>'
        return f'<c r="{place}"><v>{value!r}</v></c>'


def _style(sheet: Any, **looks: Any) -> str:
    """The attribute of cells that look so."""
    cell = WriteOnlyCell(sheet)
    for name, look in looks.items():
        setattr(cell, name, look)
    return f' s="{cell.style_id}"'
