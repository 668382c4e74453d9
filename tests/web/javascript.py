"""The literals of a script: strings, and templates with what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

#: Stands in a template's text for an expression.
HOLE = "\0"
#: In place of a call, for the name of a property.
KEY = ":"

_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'')
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_PATTERN = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_WORD = re.compile(r"[\w$]+")
#: Behind these a slash begins a pattern and does not divide.
_BEFORE_PATTERN = ("", *"(,=:[!&|?{};+-*<>~^%")
_CALL = re.compile(r"(\.|(?<![\w$]))(\w+)(?:\?\.)?\(\s*$")
_ATTRIBUTE = re.compile(r"""([\w:-]+)=["']?[^"'\s<>]*$""")


class Literal(NamedTuple):
    """`tag` is what stands before a template; `call` the function, or the method with its dot, whose argument it is, next to
    literals alone; `attribute` the one of a template that its expression is for."""

    text: str
    line: int
    tag: str | None = None
    call: str = ""
    attribute: str = ""


def literals(source: str) -> Iterator[Literal]:
    """All of a script, those in templates' expressions too."""
    yield from _Scanner(source).code(0)


class _Scanner:
    def __init__(self, source: str) -> None:
        self.source = source
        self.end = 0

    def code(self, at: int, attribute: str = "") -> Iterator[Literal]:
        """Until the brace that closes an expression, or the end; leaves where that is in `end`."""
        source, last, depth, call, call_end = self.source, "", 0, "", -1
        while at < len(source):
            character = source[at]
            if found := _COMMENT.match(source, at):
                at = found.end()
                continue
            if found := _STRING.match(source, at):
                if begun := _CALL.search(source, 0, at):
                    call = begun[1] + begun[2]
                elif source[call_end:at].strip() != "," or call_end < 0:
                    call = ""
                if last in ("{", ",") and source[found.end() :].lstrip().startswith(":"):
                    call = KEY
                call_end = found.end()
                yield Literal(found[0][1:-1], source.count("\n", 0, at) + 1, None, call, attribute)
                at, last = found.end(), '"'
            elif character == "`":
                yield from self._template(at + 1, last if _WORD.fullmatch(last) else "", attribute)
                at, last = self.end, "`"
            elif character == "/" and (last in _BEFORE_PATTERN or last == "return") and (found := _PATTERN.match(source, at)):
                at, last = found.end(), "/x/"
            elif found := _WORD.match(source, at):
                at, last = found.end(), found[0]
            else:
                depth += {"{": 1, "}": -1}.get(character, 0)
                if depth < 0:
                    break
                at, last = at + 1, last if character.isspace() else character
        self.end = at

    def _template(self, at: int, tag: str, attribute: str) -> Iterator[Literal]:
        line, text = self.source.count("\n", 0, at) + 1, ""
        while self.source[at] != "`":
            if self.source.startswith("${", at):
                begun = _ATTRIBUTE.search(text) if tag else None
                yield from self.code(at + 2, begun[1] if begun else "" if tag else attribute)
                at, text = self.end + 1, text + HOLE
            else:
                step = 2 if self.source[at] == "\\" else 1
                at, text = at + step, text + self.source[at : at + step]
        self.end = at + 1
        yield Literal(text, line, tag, "", attribute)
