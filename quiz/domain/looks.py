"""What a text looks like: letters of other alphabets that read as the same one are the same here.

The data are those of Unicode's confusables, from the library confusable_homoglyphs. What a plain keyboard has is told apart by
reading closely (I and l, 0 and O, rn and m), and stays apart.
"""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from importlib.resources import files


@cache
def _table() -> dict[int, str]:
    """Of every character that looks like others, which one stands for all of them. Takes 60 ms, once."""
    listed = json.loads(files("confusable_homoglyphs").joinpath("confusables.json").read_text())
    # Some are framed in marks of direction; those that look like two characters are left alone.
    alike = {one: {other["c"].strip("\u200e") for other in others} for one, others in listed.items()}
    single = {one: {other for other in others if len(other) == 1} for one, others in alike.items() if len(one) == 1}
    table: dict[int, str] = {}
    for first in single:
        if ord(first) in table or first.isascii():
            continue
        found, waiting = {first}, [first]
        while waiting:
            for other in single.get(waiting.pop(), ()):
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        plain = sorted(filter(str.isascii, found))
        for one in found:
            if not one.isascii():
                table[ord(one)] = _stands_for(one, plain) or min(found)
    return table


def _stands_for(one: str, plain: list[str]) -> str | None:
    """Of the characters of a keyboard that it looks like, the one of its kind: small, capital, or a digit."""
    for of_kind in (str.islower, str.isupper, str.isdecimal):
        if of_kind(one):
            return next(filter(of_kind, plain), plain[0] if plain else None)
    return plain[0] if plain else None


def learn() -> None:
    """Reads the data, so that nobody waits for it later."""
    _table()


def looks(text: str) -> str:
    """A form in which texts are the same that a reader takes for the same, whatever alphabets they are of."""
    if text.isascii():
        return text.casefold()
    shown = unicodedata.normalize("NFD", text).translate(_table())
    return unicodedata.normalize("NFKC", shown.casefold())
