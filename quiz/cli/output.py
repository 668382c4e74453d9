"""What commands print: tables, JSON, texts of strangers made safe for a terminal; and the question before a loss."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from quiz.domain.text import has_control

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
yes_option = click.option("--yes", is_flag=True, help="Don't ask.")


def printable(text: str) -> str:
    """`text` on one line, without anything that could move the cursor or turn the text about."""
    return "".join("\ufffd" if has_control(c) else c for c in " ".join(text.split()))


def table(names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Prints rows below their names; numbers stand at the right of their column."""
    typed = [list(row) for row in rows]
    cells = [list(names), *([printable(str(cell)) for cell in row] for row in typed)]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    right = [bool(typed) and isinstance(cell, int) for cell in (typed[0] if typed else names)]
    for row in cells:
        padded = []
        for cell, width, to_right in zip(row, widths, right, strict=True):
            space = " " * (width - _width(cell))
            padded.append(space + cell if to_right else cell + space)
        click.echo("  ".join(padded).rstrip())


def _width(text: str) -> int:
    """The columns that a terminal needs for it: two for a Chinese character, none for a combining one."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else unicodedata.category(c) not in ("Mn", "Me", "Cf") for c in text)


def print_json(data: Any) -> None:
    """Prints JSON in ASCII, which every terminal and pipe can take."""
    click.echo(json.dumps(data, indent=2))


def date(milliseconds: int) -> str:
    """A time of the store as people read it, in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


def moment(milliseconds: int) -> str:
    """As `date`, to the second."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def confirm(question: str, yes: bool) -> None:
    """Asks whether to go on, if somebody is there to answer."""
    if not yes and sys.stdin is not None and sys.stdin.isatty():
        click.confirm(question, abort=True, err=True)
