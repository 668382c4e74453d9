"""The breaker, second by second."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from quiz.resilience.breaker import FORGET, Breaker


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def _breaker(threshold: int = 5) -> tuple[Breaker, Clock, list[str]]:
    clock, states = Clock(), []
    breaker = Breaker(threshold, 30, clock)
    breaker.watch(states.append)
    return breaker, clock, states


def _opened() -> tuple[Breaker, Clock, list[str]]:
    breaker, clock, states = _breaker()
    for _ in range(5):
        breaker.failed()
    return breaker, clock, states


def test_it_opens_with_the_fifth_failure_in_a_row():
    """Four leave it closed, the fifth opens it and is told once."""
    breaker, _, states = _breaker()
    for _ in range(4):
        breaker.failed()
    assert breaker.closed
    breaker.failed()
    breaker.failed()
    assert (breaker.state, states) == ("open", ["open"])


def test_a_success_in_between_begins_the_count_anew():
    """Failures that are not in a row open nothing."""
    breaker, _, _ = _breaker()
    for _ in range(20):
        for _ in range(4):
            breaker.failed()
        breaker.succeeded()
    assert breaker.closed


def test_failures_far_apart_are_not_in_a_row():
    """One failure every 11 seconds opens nothing, though nothing succeeded in between."""
    breaker, clock, _ = _breaker()
    for _ in range(20):
        breaker.failed()
        clock.now += FORGET + 1
    assert breaker.closed


def test_it_is_tried_again_after_thirty_seconds():
    """Not before, and with one trial at a time."""
    breaker, clock, states = _opened()
    clock.now += 29.9
    assert not breaker.trial_is_due()
    clock.now += 0.1
    assert breaker.trial_is_due()
    breaker.begin_trial()
    assert (breaker.state, breaker.closed, breaker.trial_is_due()) == ("half-open", False, False)
    breaker.trial_succeeded()
    assert (breaker.closed, states) == (True, ["open", "half-open", "closed"])


def test_after_a_failed_trial_the_wait_begins_anew():
    """Half-open goes back to open for another thirty seconds."""
    breaker, clock, _ = _opened()
    clock.now += 30
    breaker.begin_trial()
    breaker.trial_failed()
    clock.now += 29.9
    assert (breaker.state, breaker.trial_is_due()) == ("open", False)
    clock.now += 0.1
    assert breaker.trial_is_due()


def test_a_recovery_that_is_noticed_brings_the_trial_forward_but_not_in_a_frenzy():
    """Who answers pings and refuses writes is tried ever more rarely."""
    breaker, clock, _ = _opened()
    assert breaker.trial_is_due(noticed=True)
    trials = 0
    for _ in range(600):
        clock.now += 0.05
        if breaker.trial_is_due(noticed=True):
            trials += 1
            breaker.begin_trial()
            breaker.trial_failed()
    assert 4 <= trials <= 8


def test_failures_of_calls_that_were_under_way_do_not_matter_any_more():
    """What failed while it was open does not count when it is closed again."""
    breaker, clock, _ = _opened()
    clock.now += 30
    breaker.begin_trial()
    breaker.failed()
    breaker.trial_succeeded()
    for _ in range(4):
        breaker.failed()
    assert breaker.closed


def test_it_can_be_tripped_at_once():
    """A Redis that turns out to be another one is not asked five times."""
    breaker, _, states = _breaker()
    breaker.trip()
    breaker.trip()
    assert states == ["open"]


@given(st.lists(st.sampled_from(["fail", "ok", "wait", "trial ok", "trial bad", "trip"]), max_size=80))
def test_whatever_happens_it_is_closed_open_or_half_open_and_tells_each_change_once(steps: list[str]):
    """No order of events leaves it half-open for good or tells a state twice in a row."""
    breaker, clock, states = _breaker(3)
    for step in steps:
        match step:
            case "fail":
                breaker.failed()
            case "ok":
                breaker.succeeded()
            case "wait":
                clock.now += 31
            case "trip":
                breaker.trip()
            case _:
                if breaker.trial_is_due():
                    breaker.begin_trial()
                    (breaker.trial_succeeded if step == "trial ok" else breaker.trial_failed)()
        assert breaker.state in ("closed", "open")
    assert all(one != other for one, other in pairwise(states))
    assert breaker.state == (states[-1] if states else "closed")


def test_it_says_why_it_is_open_and_for_how_long():
    """The last error, of a use or of a trial; a trial that fails does not begin the outage anew."""
    breaker, clock, _ = _breaker(threshold=2)
    breaker.failed("refused")
    assert breaker.away_seconds == 0
    breaker.failed("timed out")
    clock.now += 30
    assert (breaker.why, breaker.away_seconds) == ("timed out", 30)
    breaker.begin_trial()
    breaker.trial_failed("loading")
    clock.now += 5
    assert (breaker.why, breaker.away_seconds) == ("loading", 35)
    breaker.begin_trial()
    breaker.trial_succeeded()
    assert breaker.away_seconds == 0
