"""Keeps secrets, tokens and answers out of the log: by the names under which they stand, and by how they look."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, MutableMapping, Sequence
from typing import Any

HIDDEN = "(hidden)"
#: Characters of one text that are kept, and how deep values are looked into.
LONGEST, DEEPEST = 8_000, 6

_NAMES = r"[\w-]{0,24}(?:password|passwd|secret|token|authorization|cookie|csrf|api_?key)[\w-]{0,24}|answers?|accepted|correct"
_NAME = re.compile(_NAMES, re.IGNORECASE)
_LOOKS = (
    # What we sign: content, time, signature.
    (re.compile(r"(?<![\w-])[\w-]{4,}\.[\w-]{4,8}\.[\w-]{27}(?![\w-])", re.ASCII), HIDDEN),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"\$argon2\w*\$[\w$,=+/]+"), HIDDEN),
    (re.compile(r"(?<=://)[^\s/@'\"]{0,256}:[^\s@'\"]{0,256}@"), f"{HIDDEN}@"),
    # A value beside its name, as in a dictionary, a structure or an address: quoted, a list, or up to the next comma.
    (
        re.compile(
            rf"""((?:(['"])(?:{_NAMES})\2\s*:|\b(?:{_NAMES})=)\s*)"""
            r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[[^\]]{0,2000}\]|[^\s,;&)\]}]+)""",
            re.IGNORECASE,
        ),
        rf"\1{HIDDEN}",
    ),
)
# Controls, what breaks lines in some programs, what turns the direction of writing, and halves of characters.
_FORGERS = {
    code: f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}"
    for code in (*range(32), *range(0x7F, 0xA0), 0x2028, 0x2029, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
_FORGERS |= {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}
_HALVES = re.compile("[\ud800-\udfff]")


def escaped(text: str) -> str:
    """The text on one line, with every character shown that a terminal would act on."""
    return _HALVES.sub(lambda half: f"\\u{ord(half[0]):04x}", text.translate(_FORGERS))


class Redaction:
    """Hides values; `known` are secrets that must not come out wherever they stand."""

    def __init__(self, known: Sequence[str] = ()) -> None:
        self._known = [secret for secret in known if len(secret) >= 8]

    def of(self, event: Mapping[str, Any], ours: Container[str] = ()) -> MutableMapping[str, Any]:
        """The fields of a record, with nothing in them that must not be seen, and only what JSON can hold.

        `ours`: names of fields into which nothing strange can get. Looking for secrets is most of what a record costs.
        """
        return {
            str(key): value if key in ours else HIDDEN if _NAME.fullmatch(str(key)) else self._value(value, 0)
            for key, value in event.items()
        }

    def text(self, text: str) -> str:
        """A text without them; a long one is cut."""
        if len(text) > LONGEST:
            text = f"{text[:LONGEST]}… ({len(text) - LONGEST} characters more)"
        for secret in self._known:
            text = text.replace(secret, HIDDEN)
        for look, instead in _LOOKS:
            text = look.sub(instead, text)
        return text

    def _value(self, value: Any, depth: int) -> Any:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, str):
            return self.text(value)
        if depth < DEEPEST and isinstance(value, Mapping):
            pairs = list(value.items())
            return {str(k): HIDDEN if _NAME.fullmatch(str(k)) else self._value(v, depth + 1) for k, v in pairs}
        if depth < DEEPEST and isinstance(value, list | tuple | set | frozenset):
            return [self._value(each, depth + 1) for each in value]
        return self.text(repr(value))
