"""What an answer is worth. Points are whole numbers; times are in milliseconds; halves round up."""

from __future__ import annotations

from typing import Literal, get_args

Scoring = Literal["kahoot", "flat", "progressive"]
PROFILES: tuple[str, ...] = get_args(Scoring)

#: Answers given within this time are worth the full points.
FULL_POINTS_MS = 500
STREAK_STEP, STREAK_MOST = 100, 500
DEFAULT_POINTS = {"live": 1000, "self-paced": 10}


def worth(scoring: Scoring, points: int | None, mode: str, number: int) -> int:
    """The full points of the `number`-th question (counted from 1), of which its author said `points`."""
    if scoring == "progressive":
        return number
    return DEFAULT_POINTS[mode] if points is None else points


def points(scoring: Scoring, full: int, right: bool | None, elapsed_ms: int, limit_ms: int) -> int:
    """Points of an answer given `elapsed_ms` after its question opened, which is open for `limit_ms`."""
    if not right:
        return 0
    elapsed = min(max(elapsed_ms, 0), limit_ms)
    if scoring != "kahoot" or elapsed <= FULL_POINTS_MS:
        return full
    # round(full * (1 - elapsed / limit / 2)) with halves up, in integers: floats would round some halves down.
    return (full * (2 * limit_ms - elapsed) * 2 + 2 * limit_ms) // (4 * limit_ms)


def streak_after(streak: int, right: bool | None) -> int:
    """The streak after an answer; a poll leaves it as it is."""
    return streak if right is None else streak + 1 if right else 0


def streak_bonus(streak: int, right: bool | None) -> int:
    """The extra points of a right answer that makes the streak `streak` long."""
    return min(STREAK_STEP * (streak - 1), STREAK_MOST) if right and streak > 1 else 0
