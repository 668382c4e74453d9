"""How texts of people are compared and cleaned: NFKC, case folding, spaces collapsed."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
#: Joiners that words and emoji of many scripts need, though Unicode files them under "format".
_JOINERS = {"\u200c", "\u200d"}


def tidy(text: str) -> str:
    """`text` in NFKC, without spaces at the ends and with single ones inside."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def fold(text: str) -> str:
    """The form in which two texts are the same to a reader: tidied and without case."""
    return unicodedata.normalize("NFKC", tidy(text).casefold())


def has_control(text: str) -> bool:
    """Whether `text` holds what no one can see or what turns others' text about: controls, marks of direction, surrogates."""
    return any(
        unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or (unicodedata.category(c) == "Cf" and c not in _JOINERS)
        for c in text
    )


def slug(text: str) -> str:
    """A name for addresses and the command line, from a title: `"Café, part 2"` → `"cafe-part-2"`; empty if nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].rstrip("-")
