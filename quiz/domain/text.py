"""How texts of people are compared and cleaned: NFKC, case folding, spaces collapsed."""

from __future__ import annotations

import re
import unicodedata

import regex

#: Joiners that words and emoji of many scripts need, though Unicode files them under "format".
_JOINERS = {"\u200c", "\u200d"}
#: Marks on one letter: Tibetan and pointed Hebrew need four. More are a heap that covers the lines above and below.
MARKS = 4
_HEAP = regex.compile(rf"[\p{{Mn}}\p{{Me}}--\p{{Default_Ignorable_Code_Point}}]{{{MARKS + 1}}}", regex.V1)
#: The flags of England, Scotland and Wales: a black flag, then a region in characters that are otherwise a way to hide text.
_FLAGS = regex.compile(
    "\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074"
    "|\U000e0077\U000e006c\U000e0073)\U000e007f"
)


def tidy(text: str) -> str:
    """`text` in NFKC, without spaces at the ends and with single ones inside."""
    return " ".join((text if text.isascii() else unicodedata.normalize("NFKC", text)).split())


def fold(text: str) -> str:
    """The form in which two texts are the same to a reader: tidied and without case."""
    tidied = tidy(text)
    return tidied.lower() if tidied.isascii() else unicodedata.normalize("NFKC", tidied.casefold())


def caseless(text: str) -> str:
    """`fold` but for spaces, which stay as they are: what words are looked for in. A long text takes a tenth of the time."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def has_control(text: str) -> bool:
    """Whether `text` holds what no one can see or what turns others' text about: controls, marks of direction, surrogates."""
    if text.isascii():
        return not text.isprintable()
    return any(
        unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or (unicodedata.category(c) == "Cf" and c not in _JOINERS)
        for c in _FLAGS.sub("", text)
    )


def has_heap(text: str) -> bool:
    """Whether more marks stand on one letter than any script needs."""
    return not text.isascii() and _HEAP.search(text) is not None


def slug(text: str) -> str:
    """A name for addresses and the command line, from a title: `"Café, part 2"` → `"cafe-part-2"`; empty if nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].rstrip("-")
