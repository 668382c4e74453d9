"""Catalogues of translations: gettext's .po files, read as they are, and what of them a page's scripts are given.

What they hold is English sentences as keys; `scripts/texts` writes them, and `js/text.js` and `languages.py` look them up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "translations"

_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_LINE = re.compile(r"(msgid|msgid_plural|msgstr)(?:\[\d\])? (\".*\")")
_ESCAPED = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t"}
_PLURAL = re.compile(r"^Plural-Forms:.*plural=(.*?);?$", re.MULTILINE)
#: Scripts that only hosts' pages load.
_HOSTS = ("quiz/web/static/js/host/", "quiz/web/static/js/authoring/")


@dataclass
class Message:
    """One text: the English one, its translation, or the forms of a plural, and the files that it is in."""

    text: str = ""
    plural: bool = False
    forms: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Catalogue:
    """A language's translations. `plural` chooses the place of a form by `n`, as C and JavaScript write it."""

    plural: str
    messages: tuple[Message, ...]

    def texts(self) -> dict[str, str]:
        """Translations that have no plural."""
        return {one.text: one.forms[0] for one in self.messages if not one.plural}

    def script(self, hosts: bool) -> str:
        """What `js/text.js` looks things up in: all that is in the scripts of hosts' pages, or of players' alone."""
        shown = [one for one in self.messages if hosts or not all(place.startswith(_HOSTS) for place in one.places)]
        texts = {one.text: one.forms if one.plural else one.forms[0] for one in shown}
        told = json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
        return f"globalThis.quizTexts={{plural:n=>Number({self.plural}),texts:{told}}};\n"


def revision(language: str) -> str:
    """Stands for what the language's file holds: 12 hexadecimal digits."""
    return sha256(_path(language).read_bytes()).hexdigest()[:12]


def read(language: str) -> Catalogue:
    """The language's catalogue; takes a few milliseconds. What has no translation is left out, and so stays English."""
    head, *messages = _messages(_path(language).read_text(encoding="utf-8"))
    plural = _PLURAL.search(head.forms[0])
    assert plural, f"{_path(language)} says nothing of plurals"
    return Catalogue(plural[1], tuple(one for one in messages if all(one.forms)))


def _path(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def _messages(text: str) -> Iterator[Message]:
    """Those of a file, the first of which is its head."""
    for paragraph in text.split("\n\n"):
        message, kind = Message(), ""
        for line in paragraph.splitlines():
            if line.startswith("#:"):
                message.places += line[2:].split()
            elif begun := _LINE.fullmatch(line):
                kind = begun[1]
                if kind == "msgstr":
                    message.forms.append("")
                _add(message, kind, begun[2])
            elif line.startswith('"'):
                _add(message, kind, line)
        if kind:
            yield message


def _add(message: Message, kind: str, quoted: str) -> None:
    found = _STRING.fullmatch(quoted)
    assert found, quoted
    text = _ESCAPED.sub(lambda escaped: _ESCAPES.get(escaped[1], escaped[1]), found[1])
    if kind == "msgid":
        message.text += text
    elif kind == "msgid_plural":
        message.plural = True
    else:
        message.forms[-1] += text
