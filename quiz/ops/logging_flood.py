"""Bounds how much is logged: of each message some a second, and of all together some more."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

#: How many times as many records of all messages together are written as of one.
TOGETHER = 20
#: Messages of which it is said, one by one, how many were left out; of the others together.
NAMED = 10


class Flood:
    """Counts anew every `seconds`. A message is what a logger says before anything is filled in."""

    def __init__(self, clock: Callable[[], float], each: int, seconds: float = 1.0) -> None:
        """`clock` tells seconds and never goes back; of a message `each` records are written in `seconds`."""
        self._clock, self._each, self._most, self.seconds = clock, each, TOGETHER * each, seconds
        self._until = float("-inf")
        self._written = self._others = 0
        self._of: dict[tuple[str, str], _Of] = {}

    def admits(self, record: logging.LogRecord) -> bool:
        """Whether a record is to be written; it is counted. Ask `left_out` before."""
        key = (record.name, _message(record))
        of = self._of.get(key)
        full = self._written >= self._most
        if of is None:
            if full:
                self._others += 1
                return False
            of = self._of[key] = _Of(record.levelno)
        if full or of.written >= self._each:
            of.left_out += 1
            return False
        of.written += 1
        self._written += 1
        return True

    def left_out(self, *, over: bool = False) -> list[logging.LogRecord]:
        """When a second is over, or is said to be, how many records were left out in it, as records. Another one begins."""
        now = self._clock()
        if now < self._until and not over:
            return []
        lacking = sorted((item for item in self._of.items() if item[1].left_out), key=lambda item: -item[1].left_out)
        notes = [_note(name, of.level, "%d more left out: %s", of.left_out, said) for (name, said), of in lacking[:NAMED]]
        others = self._others + sum(of.left_out for _, of in lacking[NAMED:])
        if others:
            notes.append(_note("quiz.logging", logging.WARNING, "%d other records left out", others))
        self._until = now + self.seconds
        self._written = self._others = 0
        self._of = {}
        return notes


class _Of:
    """One message, in the second that runs."""

    __slots__ = ("left_out", "level", "written")

    def __init__(self, level: int) -> None:
        self.level, self.written, self.left_out = level, 0, 0


def _message(record: logging.LogRecord) -> str:
    said: Any = record.msg
    return str(said.get("event", "") if isinstance(said, dict) else said)


def _note(name: str, level: int, message: str, *args: Any) -> logging.LogRecord:
    return logging.LogRecord(name, level, __file__, 0, message, args, None)
