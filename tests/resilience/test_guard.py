"""The guard before Redis."""

from __future__ import annotations

import pytest

from quiz.resilience.breaker import Breaker
from quiz.resilience.guard import Away, Guard


def _guard() -> tuple[Guard, list[str]]:
    failures: list[str] = []
    breaker = Breaker(2, 30, lambda: 0.0)
    return Guard(breaker, lambda error: isinstance(error, OSError), lambda error: failures.append(str(error))), failures


def _refuse() -> None:
    raise OSError("no")


def test_failures_open_the_breaker_and_then_nobody_is_asked():
    """The second failure opens; the next use does not reach Redis."""
    guard, failures = _guard()
    asked = []
    for _ in range(2):
        with pytest.raises(OSError, match="no"):
            guard.use(_refuse)
    with pytest.raises(Away):
        guard.use(asked.append, 1)
    assert (asked, failures) == ([], ["no", "no"])


def test_who_reads_the_log_is_told_once_why_redis_is_left_alone(caplog: pytest.LogCaptureFixture):
    """Those that were under way when the breaker opened add nothing."""
    guard, _ = _guard()

    def late() -> None:
        for _ in range(2):
            with pytest.raises(OSError, match="no"):
                guard.use(_refuse)
        raise OSError("too late")

    with pytest.raises(OSError, match="too late"):
        guard.use(late)
    assert [record.getMessage() for record in caplog.records] == ["Redis is away: no; scores are kept here"]
    assert guard.breaker.why == "no"


def test_the_callers_own_errors_are_no_failures():
    """A wrong command says nothing about Redis."""
    guard, failures = _guard()
    for _ in range(5):
        with pytest.raises(ValueError, match="invalid literal"):
            guard.use(int, "x")
    assert (guard.breaker.closed, failures) == (True, [])


def test_reading_does_not_hide_that_writing_fails():
    """A Redis whose disk is full reads well: the breaker opens nevertheless."""
    guard, _ = _guard()
    for _ in range(2):
        assert guard.use(int, "1", writes=False) == 1
        with pytest.raises(OSError, match="no"):
            guard.use(_refuse)
    assert not guard.breaker.closed


def test_a_write_that_succeeds_begins_the_count_anew():
    """Failures on both sides of it are not in a row."""
    guard, _ = _guard()
    for _ in range(4):
        with pytest.raises(OSError, match="no"):
            guard.use(_refuse)
        guard.use(int, "1")
    assert guard.breaker.closed
