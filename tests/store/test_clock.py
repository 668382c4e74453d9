"""Redis's clock as a worker knows it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from redis.exceptions import ConnectionError

from quiz.resilience.guard import Away
from quiz.store.clock import DRIFT_MS, HOLDS, StoreClock

HOUR_MS = 3_600_000


class Machines:
    """Two clocks: this machine's, which counts from anywhere, and Redis's. Time goes on only when a test says so."""

    def __init__(self) -> None:
        self.seconds, self.redis_ms = 50.0, 1_000_000_000.0
        self.there, self.back = 0.0, 0.0
        self.asked = 0
        self.error: Exception | None = None

    def pass_by(self, seconds: float, drift_ms: float = 0.0) -> None:
        self.seconds += seconds
        self.redis_ms += seconds * 1000 + drift_ms

    def ask(self) -> tuple[int, int]:
        self.asked += 1
        self.pass_by(self.there)
        if self.error:
            raise self.error
        micros = round(self.redis_ms * 1000)
        self.pass_by(self.back)
        return divmod(micros, 1_000_000)


@pytest.fixture
def machines() -> Machines:
    return Machines()


@pytest.fixture
def clock(machines: Machines) -> StoreClock:
    return StoreClock(machines.ask, lambda: machines.seconds)


@pytest.mark.parametrize("hours", [-1, 1, 400_000])
def test_a_machine_whose_clock_is_wrong_has_the_right_time(monkeypatch: pytest.MonkeyPatch, machines: Machines, hours: int):
    """Redis's clock counts, also when this machine's is put right or wrong afterwards, and while Redis is away."""
    monkeypatch.setattr("time.time", lambda: machines.redis_ms / 1000 + hours * 3600)
    clock = StoreClock(machines.ask, lambda: machines.seconds)
    assert clock.now() == machines.redis_ms
    monkeypatch.setattr("time.time", lambda: 0.0)
    machines.error = ConnectionError("away")
    for _ in range(10):
        machines.pass_by(60)
        assert clock.now() == machines.redis_ms


def test_without_any_redis_the_machines_clock_has_to_do(monkeypatch: pytest.MonkeyPatch, machines: Machines):
    """A worker that begins in an outage has a time nevertheless, and the right one as soon as Redis is there."""
    machines.error = ConnectionError("away")
    monkeypatch.setattr("time.time", lambda: 7.0)
    clock = StoreClock(machines.ask, lambda: machines.seconds)
    assert clock.now() == 7000
    machines.error = None
    machines.pass_by(HOLDS + 1)
    assert clock.now() == machines.redis_ms


@pytest.mark.parametrize("error", [ConnectionError("away"), Away("left alone")])
def test_a_redis_that_is_away_is_asked_once_in_a_while(clock: StoreClock, machines: Machines, error: Exception):
    """Who wants the time does not wait for it again and again."""
    machines.error = error
    for _ in range(20):
        clock.now()
    assert machines.asked == 1


def test_it_is_measured_again_when_that_is_due(clock: StoreClock, machines: Machines):
    """Two clocks that drift apart stay together; between two measurements Redis is not asked."""
    for second in range(100):
        machines.pass_by(1, drift_ms=DRIFT_MS * 0.9)
        assert abs(clock.now() - machines.redis_ms) <= 1.5, second
    assert 15 <= machines.asked <= 21


def test_half_of_the_way_there_and_back_is_taken_off(clock: StoreClock, machines: Machines):
    """The time is that of the reply, not that of the question."""
    machines.there = machines.back = 0.02
    assert clock.now() == pytest.approx(machines.redis_ms, abs=1)


def test_a_reply_that_was_held_up_moves_nothing(clock: StoreClock, machines: Machines):
    """A stalled Redis or a busy process gives no worse time than was known."""
    clock.measure()
    machines.back = 0.4
    for _ in range(5):
        machines.pass_by(HOLDS + 1)
        assert clock.now() == pytest.approx(machines.redis_ms, abs=1)


def test_the_first_reply_counts_however_long_it_took(clock: StoreClock, machines: Machines):
    """And a better one takes its place."""
    machines.back = 0.4
    clock.measure()
    assert clock.now() == pytest.approx(machines.redis_ms, abs=200)
    machines.back = 0.0
    clock.measure()
    assert clock.now() == machines.redis_ms


@pytest.mark.parametrize("jump_ms", [-HOUR_MS, -100, 100, HOUR_MS])
def test_another_redis_with_another_clock_is_followed(clock: StoreClock, machines: Machines, jump_ms: int):
    """After a failover the new master's clock decides, even if its reply takes a little longer."""
    clock.measure()
    machines.redis_ms += jump_ms
    machines.there = machines.back = 0.01
    clock.measure()
    assert clock.now() == pytest.approx(machines.redis_ms, abs=1)


def test_the_keepers_own_way_to_redis_will_do(clock: StoreClock, machines: Machines):
    """What was measured there is not asked for again."""
    other: Callable[[], tuple[int, int]] = machines.ask
    clock.measure_by(other)
    clock.now()
    assert machines.asked == 1
