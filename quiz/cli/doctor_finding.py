"""What `flask doctor` finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["OK", "WARN", "FAIL"]


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is, and, unless that is fine, what to do."""

    check: str
    status: Status
    found: str
    advice: str = ""


def judged(check: str, found: str, *problems: tuple[bool, Status, str]) -> Finding:
    """OK, unless one of the problems (whether it is there, how bad it is, what to do) is there: then the first such."""
    status, advice = next(((status, advice) for there, status, advice in problems if there), ("OK", ""))
    return Finding(check, status, found, advice)
