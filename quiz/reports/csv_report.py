"""A report as CSV (contract §8): what a spreadsheet would run stands behind a `'`."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from quiz.content.spreadsheet import guarded
from quiz.reports.rows import Report, Show, header, rows


def write(report: Report, show: Show, breathe: Callable[[], None]) -> bytes:
    """The file, in UTF-8."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(map(_cell, header(report)))
    for row in rows(report, show):
        writer.writerow(map(_cell, row))
        breathe()
    return file.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return guarded(value) if isinstance(value, str) else value
