"""The text level of GIFT: what a backslash escapes, where a text ends, and how its format is named."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quiz.content.markup import text_of

FORMATS = ("html", "moodle", "plain", "markdown")

_FORMAT = re.compile(rf"\[({'|'.join(FORMATS)})\]", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([~=#{}:\\n])")
_SPECIAL = re.compile(r"[~=#{}:\\]")
_BREAK = re.compile(r"\r\n|\r|\n")
#: What would mean something at the beginning of a text, so that it is told to be plain first.
_MEANS = re.compile(r"\[|//|\$|%|\ufeff")


def _unescaped(text: str, sought: str, start: int) -> Iterator[int]:
    pattern = re.compile(rf"\\.|[{re.escape(sought)}]", re.DOTALL)
    return (found.start() for found in pattern.finditer(text, start) if found[0][0] != "\\")


def find(text: str, sought: str, start: int = 0) -> int:
    """Where one of the characters `sought` stands without a backslash before it; -1 if nowhere."""
    return next(_unescaped(text, sought, start), -1)


def parted(text: str, separators: str) -> Iterator[tuple[str, str]]:
    """The texts between separators that no backslash escapes, each with the one before it; `""` before the first."""
    before, start = "", 0
    for at in _unescaped(text, separators, 0):
        yield before, text[start:at]
        before, start = text[at], at + 1
    yield before, text[start:]


def format_of(text: str) -> tuple[str, str]:
    """The format that a text names at its beginning, `""` if it names none, and the text behind that."""
    text = text.strip()
    named = _FORMAT.match(text)
    return (named[1].lower(), text[named.end() :]) if named else ("", text)


def plain(text: str, default: str = "") -> tuple[str, list[str]]:
    """The text that a reader would see, and the addresses of images in it; `default` is the format of one that names none."""
    named, rest = format_of(text)
    unescaped = _ESCAPE.sub(lambda one: "\n" if one[1] == "n" else one[1], rest).strip()
    return text_of(unescaped) if (named or default) == "html" else (unescaped, [])


def written(text: str) -> str:
    """`text` so that it is read as it is, on one line."""
    escaped = _SPECIAL.sub(r"\\\g<0>", text)
    return ("[plain]" if _MEANS.match(text) else "") + _BREAK.sub(r"\\n", escaped)
