"""What a crowd has seen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Seen:
    """What a crowd has seen. Times in seconds; `scored` answers are those that a board must show, `why` what went wrong."""

    joined: int = 0
    join_s: float = 0.0
    dead: int = 0
    submitted: int = 0
    acks: int = 0
    ok: int = 0
    scored: int = 0
    boards: int = 0
    ack_s: list[float] = field(default_factory=list)
    board_s: list[float] = field(default_factory=list)
    why: Counter[str] = field(default_factory=Counter)


def percentile(values: list[float], part: float) -> float:
    """The value below which this part (0 to 1) of all lies; 0 of none."""
    ordered = sorted(values)
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def said(words: bytes) -> str:
    """The code of an error that the server tells, or what else it says."""
    code = words.partition(b'"code":"')[2].partition(b'"')[0]
    return (code or words[:80]).decode(errors="replace")
