"""What came of a game, as files for others: a table with a row for each player (contract §8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from quiz.ops.imports import in_slices
from quiz.reports import csv_report, json_report
from quiz.reports.rows import Report, Show

__all__ = ["FORMATS", "Format", "Report", "write"]


class Format(NamedTuple):
    """A kind of file."""

    content_type: str
    write: Callable[[Report, Show, Callable[[], None]], bytes]


def _xlsx(report: Report, show: Show, breathe: Callable[[], None]) -> bytes:
    with in_slices("openpyxl", breathe):  # few ask for it, and it takes long
        from quiz.reports import xlsx_report
    return xlsx_report.write(report, show, breathe)


#: What a report may be asked for as, by the ending of its file.
FORMATS: Mapping[str, Format] = {
    "json": Format("application/json", json_report.write),
    "csv": Format("text/csv; charset=utf-8", csv_report.write),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
}


def write(report: Report, format: str, show: Show, breathe: Callable[[], None]) -> bytes:
    """The file. `breathe` is called with every row, and lets others have their turn."""
    return FORMATS[format].write(report, show, breathe)
