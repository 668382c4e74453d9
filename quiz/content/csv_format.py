"""CSV (contract §8): the columns of `table`; a question's place is the line on which its row begins."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import partial

from quiz.content import table
from quiz.content.imports import Draft, Import, Unreadable
from quiz.content.source import Source
from quiz.content.spreadsheet import guarded, unguarded
from quiz.domain.errors import ContentError
from quiz.domain.quiz import Problem, Quiz

DELIMITERS = ",;\t"
#: Below csv's own limit of 131,072, which belongs to the whole process and so is left alone.
MAX_CELL = 100_000
MAX_COLUMNS = 200


def recognises(source: Source) -> bool:
    """Whether the first row names the columns that are needed."""
    return not source.is_workbook and table.is_header(_header(source.text, _delimiter(source.text))[1])


def read(source: Source, fallback_title: str) -> Import:
    """The quiz in a CSV file; raises Unreadable if it is no text or its header lacks a required column."""
    rows = _rows(source.text, _delimiter(source.text))
    line, header = next(rows, (1, []))
    if isinstance(header, ContentError):
        raise Unreadable(f"line {line}", str(header))
    if len(header) > MAX_COLUMNS:
        raise Unreadable(f"line {line}", f"has {len(header)} columns, {MAX_COLUMNS} are allowed")
    names = table.names(header)
    if missing := [name for name in table.REQUIRED if name not in names]:
        raise Unreadable(f"line {line}", f"there is no column {' and no column '.join(missing)}")
    draft = Draft()
    table.check_header(draft, f"line {line}", names)
    for place, row in rows:
        draft.add(f"line {place}", row if isinstance(row, ContentError) else partial(_question, names, row))
        if draft.full:
            break
    return draft.imported(fallback_title)


def write(quiz: Quiz) -> bytes:
    """The quiz as a CSV file; its title goes into no cell, so name the file by it."""
    # Lines end as RFC 4180 has it; with "\n" the csv module would leave a text's own "\r" without quotation marks.
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerows([guarded(cell) for cell in row] for row in table.rows(quiz))
    return file.getvalue().encode()


def left_out(quiz: Quiz) -> list[Problem]:
    """What of a quiz its CSV file doesn't hold."""
    return table.left_out(quiz)


def _question(names: list[str], cells: list[str]) -> dict[str, object]:
    if any(len(cell) > MAX_CELL for cell in cells):
        raise ContentError(f"a cell has more than {MAX_CELL} characters")
    return table.question(names, cells, unguarded)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | ContentError]]:
    """Each row that isn't empty with its first line; after a row that can't be parsed there is nothing to hold on to."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, ContentError(_words(str(error)))
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _words(error: str) -> str:
    if "unexpected end" in error:
        return 'a quotation mark (") is opened and never closed; the rest of the file was not read'
    if "field limit" in error:
        return f"a cell has more than {MAX_CELL} characters; is a quotation mark never closed? The rest of the file was not read"
    return f"is no CSV: {error}; the rest of the file was not read"


def _header(text: str, delimiter: str) -> tuple[int, list[str]]:
    line, header = next(_rows(text, delimiter), (1, []))
    return line, [] if isinstance(header, ContentError) else header[:MAX_COLUMNS]


def _delimiter(text: str) -> str:
    """The one that finds the most columns in the header."""

    def found(delimiter: str) -> int:
        return sum(name in table.COLUMNS for name in table.names(_header(text, delimiter)[1]))

    return max(DELIMITERS, key=found)
