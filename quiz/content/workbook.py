"""XLSX as rows of texts, read by openpyxl within bounds that are checked before it sees the file (docs/decisions/0022)."""

from __future__ import annotations

import io
import re
import reprlib
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, time, timedelta
from typing import Any, NamedTuple

from quiz.content.imports import Unreadable
from quiz.domain.errors import ContentError
from quiz.domain.quiz import MAX_QUESTIONS

#: Of the archive: entries, bytes of all of them unpacked, and unpacked bytes that a packed one may become.
MAX_ENTRIES, MAX_UNPACKED, MAX_RATIO = 500, 64 * 1024 * 1024, 200
#: Of the documents in it: elements of each name that a cell is made of (10,000 questions have 200,000 cells), and all others.
#: Each costs the library 5 to 30 µs and up to 1 KB.
MAX_OF_CELLS, MAX_OTHERS = 400_000, 200_000
#: An archive this small may be as repetitive as it likes.
SMALL = 1024 * 1024
#: Of what is read: sheets, rows that aren't empty, columns, characters of a cell.
MAX_SHEETS, MAX_ROWS, MAX_COLUMNS, MAX_CELL = 20, MAX_QUESTIONS + 1000, 64, 100_000
#: No further down is looked for a row: a sheet may claim to have millions.
LAST_ROW = 100_000

_CHUNK = 1 << 20
_PART = re.compile(r"\.(xml|rels|vml)$", re.IGNORECASE)
_ELEMENT = re.compile(rb"<(?:[\w.-]+:)?(\w+)")
_OF_CELLS = (b"row", b"c", b"v", b"is", b"si", b"t", b"f")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
#: How XML writes characters that it can't hold (ECMA-376, ST_Xstring), and the text that looks like it. No others are read: the
#: library takes the escape off a text that looks like one.
_ESCAPED = re.compile(r"_x(00[01][0-9A-F]|005F|FFF[EF])_", re.IGNORECASE)
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")

#: What else comes as an archive, by an entry that it has.
_OTHERS = {
    "content.xml": "is a file of LibreOffice or OpenOffice; save a table as .xlsx",
    "word/document.xml": "is a document of Word (.docx), not a workbook (.xlsx)",
    "ppt/presentation.xml": "is a presentation (.pptx), not a workbook (.xlsx)",
}

Cell = str | ContentError
#: Is told what share of a file has been read.
Progress = Callable[[float], None]


class Row(NamedTuple):
    """A row with its number, counted from 1; a cell that can't be used holds why."""

    number: int
    cells: list[Cell]

    def text(self, column: int) -> str:
        """The text of a cell, columns counted from 0, without spaces around it; raises ContentError if there is no telling."""
        cell = self.cells[column] if column < len(self.cells) else ""
        if isinstance(cell, ContentError):
            raise cell
        return cell.strip()

    def peek(self, column: int) -> str:
        """As `text`, but empty where there is no telling."""
        cell = self.cells[column] if column < len(self.cells) else ""
        return "" if isinstance(cell, ContentError) else cell.strip()

    @property
    def empty(self) -> bool:
        """Whether nothing but spaces is in it."""
        return not any(isinstance(cell, ContentError) or cell.strip() for cell in self.cells)


class Sheet(NamedTuple):
    """A sheet: its name and its rows that aren't empty."""

    name: str
    rows: list[Row]


def sheets(data: bytes, progress: Progress) -> list[Sheet]:
    """The sheets of a workbook; raises Unreadable if it is broken, or larger or stranger than a quiz can be."""
    has_formulas = _checked(data)
    # Importing it takes a quarter of a second, which only those who read or write workbooks should pay.
    import openpyxl

    def opened(values: bool) -> Any:
        return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values, keep_links=False)

    # Not for a while only: several threads may be reading. What the library warns of is lost anyway, such as drawings.
    warnings.filterwarnings("ignore", module="openpyxl")
    try:
        values = opened(True)
        formulas = opened(False) if has_formulas else None
        left = MAX_ROWS
        found: list[Sheet] = []
        for name in values.sheetnames[:MAX_SHEETS]:
            if not hasattr(values[name], "iter_rows"):
                continue  # a chart
            rows = _rows(values[name], formulas[name] if formulas else None, left, progress)
            left -= len(rows)
            found.append(Sheet(name, rows))
        return found
    except Unreadable:
        raise
    except Exception as error:
        # The library meets a stranger's bytes here, and says in twenty kinds of exceptions that they are no workbook.
        raise Unreadable("file", f"is no workbook that can be read: {_words(error)}") from None


def _words(error: Exception) -> str:
    told = f"{type(error).__name__}: {' '.join(str(error).split())}"
    return told if len(told) <= 200 else told[:200] + "…"


def _checked(data: bytes) -> bool:
    """Looks through the archive without building anything of it; whether any cell may hold a formula. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise Unreadable("file", f"is an archive of {len(entries)} files, {MAX_ENTRIES} are allowed")
            # No entry unpacks to more than it declares: zipfile stops there.
            unpacked = sum(entry.file_size for entry in entries)
            if unpacked > MAX_UNPACKED:
                raise Unreadable("file", f"unpacks to {unpacked} bytes, {MAX_UNPACKED} are allowed")
            if unpacked > max(SMALL, MAX_RATIO * len(data)):
                raise Unreadable("file", f"unpacks to {unpacked // len(data)} times its size, {MAX_RATIO} times are allowed")
            names = {entry.filename for entry in entries}
            if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
                others = [told for name, told in _OTHERS.items() if name in names]
                raise Unreadable("file", others[0] if others else "is an archive, but no workbook (.xlsx)")
            return _looked_through(archive, [entry for entry in entries if _PART.search(entry.filename)])
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("file", f"is a cut off or broken archive: {_words(error)}") from None


def _looked_through(archive: zipfile.ZipFile, entries: Iterable[zipfile.ZipInfo]) -> bool:
    counted: Counter[bytes] = Counter()
    has_formulas = False
    for entry in entries:
        with archive.open(entry) as part:
            tail = b""
            while chunk := part.read(_CHUNK):
                # Documents in UTF-16 are looked through as well: a zero byte stands beside each letter.
                chunk = chunk.replace(b"\0", b"")
                counted.update(_ELEMENT.findall(chunk))
                if max(map(counted.__getitem__, _OF_CELLS)) > MAX_OF_CELLS:
                    raise Unreadable("file", f"holds more than {MAX_OF_CELLS} cells, which no quiz has")
                if counted.total() - sum(map(counted.__getitem__, _OF_CELLS)) > MAX_OTHERS:
                    raise Unreadable("file", f"holds more than {MAX_OTHERS} elements beside its cells; save the texts alone")
                seen = tail + chunk
                if b"<!" in seen and (b"<!DOCTYPE" in seen or b"<!ENTITY" in seen):
                    raise Unreadable("file", f"{reprlib.repr(entry.filename)} declares a document type or entities of its own")
                has_formulas = has_formulas or _FORMULA.search(seen) is not None
                tail = chunk[-32:]
    return has_formulas


def _rows(values: Any, formulas: Any, most: int, progress: Progress) -> list[Row]:
    from openpyxl.cell.read_only import EMPTY_CELL

    # A sheet that says how large it is may be wrong, which does no harm to those who only watch.
    claimed = values.max_row or LAST_ROW
    values.reset_dimensions()
    behind: Iterator[Any] = iter(())
    if formulas is not None:
        formulas.reset_dimensions()
        behind = formulas.iter_rows(max_row=LAST_ROW, max_col=MAX_COLUMNS)
    found: list[Row] = []
    for number, cells in enumerate(values.iter_rows(max_row=LAST_ROW, max_col=MAX_COLUMNS), 1):
        written = next(behind, ())
        if number % 100 == 0:
            progress(min(1, number / claimed))
        # Of a cell that is not in the file there is one object for all.
        if all(cell is EMPTY_CELL for cell in cells):
            continue
        if len(found) >= most:
            raise Unreadable(f"line {number}", f"there are more than {MAX_ROWS} rows with something in them")
        row = Row(number, [_cell(cell, column, written) for column, cell in enumerate(cells)])
        while row.cells and row.cells[-1] == "":
            row.cells.pop()
        if not row.empty:
            found.append(row)
    return found


def _cell(cell: Any, column: int, written: Sequence[Any]) -> Cell:
    value = cell.value
    if value is None:
        is_formula = column < len(written) and written[column].data_type == "f"
        return ContentError(f"{_name(column)}: is a formula whose result is not in the file") if is_formula else ""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return plain(value)
        case date() | time() | timedelta():
            return ContentError(f"{_name(column)}: is a date or a time; format the cell as text and type it again")
    text = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), str(value))
    if len(text) > MAX_CELL:
        return ContentError(f"{_name(column)}: has {len(text)} characters, {MAX_CELL} are allowed in a cell")
    if cell.data_type == "e":
        return ContentError(f"{_name(column)}: is the error {text[:50]}")
    return text


def _name(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(65 + place) + letters
    return f"column {letters}"


def plain(number: float) -> str:
    """A number as people write it: `3`, not `3.0`."""
    return str(int(number)) if abs(number) < 1e16 and number == int(number) else repr(number)


def workbook(title: str, rows: Iterable[Sequence[str | float | None]], widths: Sequence[int]) -> bytes:
    """A workbook of one sheet; texts are cells of text whatever they begin with, `widths` are the columns' in characters."""
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook(write_only=True)
    sheet: Any = book.create_sheet(title)
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row in rows:
        cells: list[Any] = []
        for value in row:
            if isinstance(value, str):
                cell = WriteOnlyCell(sheet, _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", value))
                # The library takes what begins with = for a formula and "#N/A" for an error.
                cell.data_type = "s"
                cells.append(cell)
            else:
                cells.append(value)
        sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
