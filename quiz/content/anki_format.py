"""Anki's notes as plain text: a list of words and meanings becomes a quiz whose wrong answers are the other words' meanings.

A question's place is the line on which its note begins.
"""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from quiz.content.choosing import mixed
from quiz.content.imports import Draft, Import, Unreadable
from quiz.content.markup import has_tags, text_of
from quiz.content.source import Source
from quiz.domain.errors import ContentError
from quiz.domain.question import MAX_CHOICE
from quiz.domain.text import fold

#: Wrong answers beside the right one.
WRONG = 3
MAX_CELL = 100_000

_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " ", "pipe": "|", "colon": ":"}
_HEADER = re.compile(r"#([a-z ]+):(.*)", re.IGNORECASE)
_KNOWN = frozenset(
    {"separator", "html", "tags", "columns", "notetype", "deck", "notetype column", "deck column", "tags column", "guid column"}
    | {"if matches", "match scope"}
)
#: Columns that hold no text of the note.
_ASIDE = ("notetype column", "deck column", "tags column", "guid column")
_SOUND = re.compile(r"\[sound:[^\]]{0,200}\]")
_CLOZE = re.compile(r"\{\{c\d+::")
_BREAKS = re.compile(r"\r\n|\r|\n")
#: Lines that are looked at where no header says what the file is.
_LOOK = 20


class _Note(NamedTuple):
    line: int
    front: str
    back: str
    flaw: str = ""


def recognises(source: Source) -> bool:
    """Whether it begins with a header of Anki's, or each line has two texts with a tab between them."""
    if source.is_workbook:
        return False
    lines = [line for line in _BREAKS.split(source.text[:50_000])[:-1] or [source.text] if line.strip()][:_LOOK]
    if not lines:
        return False
    header = _HEADER.match(lines[0])
    return bool(header and header[1].lower() in _KNOWN) or all(line.strip("\t").count("\t") >= 1 for line in lines)


def read(source: Source, fallback_title: str) -> Import:
    """The quiz in such a file; raises Unreadable if its header can't be followed."""
    headers, body, first = _headers(source.text)
    draft = Draft()
    as_html = headers["html"].lower() == "true" if "html" in headers else has_tags(source.text)
    notes = list(_notes(headers, body, first, as_html, draft))
    meanings = list({fold(note.back): note.back for note in notes if not note.flaw and len(note.back) <= MAX_CHOICE}.values())
    same: dict[str, set[str]] = {}
    for note in notes:
        same.setdefault(fold(note.front), set()).add(fold(note.back))
    for note in notes:
        draft.add(f"line {note.line}", partial(_question, note, meanings, same[fold(note.front)]))
        if draft.full:
            break
    return draft.imported(fallback_title, title=headers.get("deck", "").rpartition("::")[2])


def _headers(text: str) -> tuple[dict[str, str], str, int]:
    """The headers by their names, what follows them, and the number of its first line."""
    headers: dict[str, str] = {}
    number, at = 1, 0
    for end in _BREAKS.finditer(text + "\n"):
        if not (header := _HEADER.fullmatch(text[at : end.start()])):
            break
        headers[header[1].strip().lower()] = header[2] if header[1].lower() == "separator" else header[2].strip()
        number, at = number + 1, end.end()
    return headers, text[at:], number


def _delimiter(headers: dict[str, str], body: str) -> str:
    told = headers.get("separator", "")
    if not told.strip(" ") and told != " ":
        return "\t" if "\t" in body[:10_000] else next((one for one in ";,|" if one in body[:10_000]), "\t")
    found = _SEPARATORS.get(told.strip().lower(), told if len(told) == 1 else told.strip(" "))
    if len(found) != 1 or found in '"\r\n':
        raise Unreadable("line 1", f"the separator {told[:20]!r} is none of {', '.join(_SEPARATORS)}, nor a single character")
    return found


def _column(headers: dict[str, str], name: str) -> int | None:
    if name not in headers:
        return None
    if not re.fullmatch(r"[1-9]\d?", headers[name]):
        raise Unreadable("file", f"#{name}:{headers[name][:20]} is not the number of a column")
    return int(headers[name]) - 1


def _notes(headers: dict[str, str], body: str, first: int, as_html: bool, draft: Draft) -> Iterator[_Note]:
    delimiter = _delimiter(headers, body)
    aside = {column for name in _ASIDE if (column := _column(headers, name)) is not None}
    tagged = _column(headers, "tags column")
    for tag in headers.get("tags", "").split():
        draft.tag("file", tag)
    lines = _BREAKS.split(body)
    told: set[str] = set()

    def note(line: int, reason: str) -> None:
        if reason not in told:
            told.add(reason)
            draft.note(f"line {line}", reason)

    for at, row in _rows(body, delimiter):
        line = first + at
        if isinstance(row, ContentError):
            yield _Note(line, "", "", str(row))
            return
        if lines[at].startswith("#"):
            continue
        fields = [_field(cell, as_html, partial(note, line)) for column, cell in enumerate(row) if column not in aside]
        for tag in row[tagged].split() if tagged is not None and tagged < len(row) else ():
            draft.tag(f"line {line}", tag)
        if any(fields[2:]):
            note(line, "has more than two fields; the third and those behind it are not read")
        front, back = [*fields, "", ""][:2]
        yield _Note(line, front, back, _flaw(front, back, row))


def _rows(body: str, delimiter: str) -> Iterator[tuple[int, list[str] | ContentError]]:
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter)
    while True:
        at = reader.line_num
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield at, ContentError(f"is no row of texts: {error}; the rest of the file was not read")
            return
        if any(cell.strip() for cell in row):
            yield at, row


def _field(cell: str, as_html: bool, note: Any) -> str:
    if len(cell) > MAX_CELL:
        return cell
    text, images = text_of(cell) if as_html else (cell.strip(), [])
    if images:
        note("holds a picture, which is in Anki's collection and not in the file; it is left out")
    if _SOUND.search(text):
        note("holds a sound, which is in Anki's collection and not in the file; it is left out")
    return _SOUND.sub("", text).strip()


def _flaw(front: str, back: str, row: list[str]) -> str:
    if any(len(cell) > MAX_CELL for cell in row):
        return f"a field has more than {MAX_CELL} characters"
    if _CLOZE.search(front):
        return "is a text with gaps (cloze), which has no counterpart"
    if not front:
        return "the first field is missing: the word"
    if not back:
        return "the second field is missing: the meaning"
    return ""


def _question(note: _Note, meanings: list[str], own: set[str]) -> dict[str, Any]:
    if note.flaw:
        raise ContentError(note.flaw)
    rng = random.Random(note.front)
    wrong: list[str] = []
    # Of a long list a few are drawn, which is enough to find some that this word doesn't mean.
    for other in rng.sample(meanings, min(len(meanings), WRONG + len(own))):
        if fold(other) not in own and len(wrong) < WRONG:
            wrong.append(other)
    if not wrong:
        # A list of one: nothing to choose from.
        return {"type": "text", "text": note.front, "correct": [note.back]}
    choices, correct = mixed(note.back, wrong, note.front)
    return {"type": "single", "text": note.front, "choices": choices, "correct": [correct]}
