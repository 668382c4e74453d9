"""Moodle's Aiken: a question, its answers as `A.` or `A)`, and `ANSWER: B`; a question's place is its first line."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from quiz.content.imports import Draft, Import
from quiz.content.source import Source
from quiz.domain.errors import ContentError

#: Of lines without spaces around them.
_CHOICE = re.compile(r"([A-Za-z])[.)]\s+(\S.*)")
_ANSWER = re.compile(r"ANSWER\s*:(.*)", re.IGNORECASE)
_BREAKS = re.compile(r"\r\n|\r|\n")


def recognises(source: Source) -> bool:
    """Whether a line says what the answer is, and one before it begins with a letter."""
    if source.is_workbook:
        return False
    lines = _lines(source)
    first = next((at for at, line in enumerate(lines) if _ANSWER.fullmatch(line)), None)
    return first is not None and any(_CHOICE.fullmatch(line) for line in lines[:first])


def read(source: Source, fallback_title: str) -> Import:
    """The quiz in an Aiken file."""
    draft = Draft()
    begun: list[tuple[int, str]] = []
    for number, line in enumerate(_lines(source), 1):
        if not line:
            # An empty line ends a question that lacks its answer, unless its choices are still to come.
            if begun and any(_CHOICE.fullmatch(text) for _, text in begun):
                draft.add(f"line {begun[0][0]}", ContentError("correct: there is no line “ANSWER:” below the choices"))
                begun = []
        elif answer := _ANSWER.fullmatch(line):
            place = begun[0][0] if begun else number
            draft.add(f"line {place}", partial(_question, [text for _, text in begun], answer[1].strip()))
            begun = []
        else:
            begun.append((number, line))
        if draft.full:
            break
    if begun:
        draft.add(f"line {begun[0][0]}", ContentError("correct: there is no line “ANSWER:” below it"))
    return draft.imported(fallback_title)


def _lines(source: Source) -> list[str]:
    return [line.strip() for line in _BREAKS.split(source.text)]


def _question(lines: list[str], answer: str) -> dict[str, Any]:
    text: list[str] = []
    choices: dict[str, str] = {}
    for line in lines:
        # "A. Lincoln was …" begins a question as long as nothing stands before it.
        if (choice := _CHOICE.fullmatch(line)) and text:
            letter = choice[1].upper()
            if letter in choices:
                raise ContentError(f"choices: there are two with the letter {letter}")
            choices[letter] = choice[2]
        elif choices:
            raise ContentError("choices: a line between them begins with no letter, as in “B. ”")
        else:
            text.append(line)
    letter = answer.rstrip(".)").upper()
    if not answer:
        raise ContentError("correct: is missing")
    if letter not in choices:
        raise ContentError(f"correct: there is no choice {letter[:20]!r}; there are {', '.join(choices) or 'none'}")
    return {"type": "single", "text": " ".join(text), "choices": list(choices.values()), "correct": [list(choices).index(letter)]}
