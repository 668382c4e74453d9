"""Texts in the cells of a spreadsheet: kept from being run as formulas, and several in one cell."""

from __future__ import annotations

import re

#: What a spreadsheet would run, in Asian editions by its wide form too, behind any number of apostrophes that are the text's own.
_RUNS = re.compile(r"'*[=+\-@＝＋－＠]")
#: Only from the first of several backslashes: from each of many it would take the square of their number.
_BACKSLASHES_AND_BAR = re.compile(r"(?<!\\)(\\*)\|")
_LAST_BACKSLASHES = re.compile(r"(\\+)$")


def guarded(cell: str) -> str:
    """`cell` behind a `'` if a spreadsheet would run it, or if `unguarded` would take a `'` of its own off."""
    return "'" + cell if _RUNS.match(cell) else cell


def unguarded(cell: str) -> str:
    """`cell` without the `'` that keeps a spreadsheet from running it."""
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell) else cell


def joined(texts: list[str]) -> str:
    """Texts with `|` between them.

    A text's own `|` becomes `\\|`, and the backslashes right before any `|` are doubled; no other backslash means anything.
    """
    escaped = [_BACKSLASHES_AND_BAR.sub(lambda bar: bar[1] * 2 + r"\|", text) for text in texts]
    return "|".join([*(_LAST_BACKSLASHES.sub(lambda last: last[1] * 2, text) for text in escaped[:-1]), *escaped[-1:]])


def parted(cell: str) -> list[str]:
    """The texts that `joined` put into a cell, without spaces around them; empty ones are left out."""
    texts, start = [""], 0
    for bar in _BACKSLASHES_AND_BAR.finditer(cell):
        half, own = divmod(len(bar[1]), 2)
        texts[-1] += cell[start : bar.start()] + "\\" * half + "|" * own
        if not own:
            texts.append("")
        start = bar.end()
    texts[-1] += cell[start:]
    return [text.strip() for text in texts if text.strip()]
