from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.scoring import PROFILES, Scoring, points, streak_after, streak_bonus, worth

FULL = st.integers(0, 10_000)
LIMIT = st.integers(1000, 3_600_000)


def by_the_rule(full: int, elapsed_ms: int, limit_ms: int) -> int:
    """The contract's formula in exact fractions: round(points · (1 − (t/T)/2)), halves up, full within 0.5 s, t within [0, T]."""
    t = Fraction(min(max(elapsed_ms, 0), limit_ms), 1000)
    exact = Fraction(full) if t <= Fraction(1, 2) else full * (1 - t / Fraction(limit_ms, 1000) / 2)
    return math.floor(exact + Fraction(1, 2))


@given(FULL, st.integers(-5000, 4_000_000), LIMIT)
def test_kahoot_points_are_those_of_the_exact_formula(full: int, elapsed: int, limit: int) -> None:
    """For any points, time and limit the result equals the contract's formula computed in fractions."""
    assert points("kahoot", full, True, elapsed, limit) == by_the_rule(full, elapsed, limit)


@pytest.mark.parametrize(
    ("full", "elapsed", "limit", "expected"),
    [
        (1000, 0, 20_000, 1000),
        (1000, 500, 20_000, 1000),
        (1000, 501, 20_000, 987),
        (1000, 10_000, 20_000, 750),
        (1000, 20_000, 20_000, 500),
        (1000, 20_250, 20_000, 500),
        (1000, -40, 20_000, 1000),
        (2000, 20_000, 20_000, 1000),
        (0, 5000, 20_000, 0),
        (1000, 1000, 1000, 500),
    ],
)
def test_kahoot_points_at_the_edges(full: int, elapsed: int, limit: int, expected: int) -> None:
    """Up to and with half a second all points are won, at the limit and in the grace after it half of them."""
    assert points("kahoot", full, True, elapsed, limit) == expected


def test_halves_round_up() -> None:
    """A result of exactly one half goes up, whether the whole number below it is even or odd."""
    assert points("kahoot", 1, True, 2000, 2000) == 1  # 0.5
    assert points("kahoot", 3, True, 2000, 2000) == 2  # 1.5
    assert points("kahoot", 5, True, 2000, 2000) == 3  # 2.5


@given(st.sampled_from(PROFILES), FULL, st.integers(0, 4_000_000), LIMIT, st.sampled_from([False, None]))
def test_only_right_answers_win_points(profile: Scoring, full: int, elapsed: int, limit: int, right: bool | None) -> None:
    """A wrong answer, and any answer to a poll, is worth 0 in every profile."""
    assert points(profile, full, right, elapsed, limit) == 0


@given(st.sampled_from(["flat", "progressive"]), FULL, st.integers(0, 4_000_000), LIMIT)
def test_time_counts_in_the_kahoot_profile_only(profile: Scoring, full: int, elapsed: int, limit: int) -> None:
    """Flat and progressive scoring give the full points at any speed."""
    assert points(profile, full, True, elapsed, limit) == full


@given(FULL, st.integers(0, 4_000_000), st.integers(0, 4_000_000), LIMIT)
def test_who_is_faster_never_gets_less(full: int, one: int, other: int, limit: int) -> None:
    """Points never grow with time."""
    fast, slow = sorted((one, other))
    assert points("kahoot", full, True, fast, limit) >= points("kahoot", full, True, slow, limit)


@pytest.mark.parametrize(
    ("profile", "said", "mode", "expected"),
    [
        ("kahoot", None, "live", 1000),
        ("flat", None, "self-paced", 10),
        ("kahoot", None, "self-paced", 10),
        ("flat", None, "live", 1000),
        ("kahoot", 2000, "live", 2000),
        ("flat", 0, "self-paced", 0),
        ("progressive", None, "live", 7),
        ("progressive", 2000, "self-paced", 7),
    ],
)
def test_full_points_of_a_question(profile: Scoring, said: int | None, mode: str, expected: int) -> None:
    """The author's points count, else the mode's default; in progressive scoring it is the question's number."""
    assert worth(profile, said, mode, 7) == expected


def test_a_streak_grows_with_right_answers_and_ends_with_a_wrong_one() -> None:
    """Right answers lengthen a streak, a wrong one ends it, a poll leaves it alone."""
    streak, seen = 0, []
    for right in (True, True, None, True, False, None, True):
        streak = streak_after(streak, right)
        seen.append(streak)
    assert seen == [1, 2, 2, 3, 0, 0, 1]


def test_the_bonus_grows_by_100_a_step_up_to_500() -> None:
    """A streak of n brings 100 · (n − 1), at most 500, and nothing without a right answer."""
    assert [streak_bonus(streak, True) for streak in range(9)] == [0, 0, 100, 200, 300, 400, 500, 500, 500]
    assert streak_bonus(4, False) == streak_bonus(4, None) == 0
