"""Heartbeats by a clock in the test's hand."""

from __future__ import annotations

import weakref

import pytest

from quiz.transport.heartbeats import GREETING, Heartbeats


class Client:
    """Somebody who answers, or does not."""

    def __init__(self, answers: bool = True, idle: bool = False) -> None:
        self.answers, self.idle, self.closed, self.beats = answers, idle, False, 0
        self.asked: list[float] = []
        self.expired: str | None = None

    def ping(self) -> None:
        self.asked.append(NOW[0])
        if self.answers:
            self.beats += 1

    def expire(self, why: str) -> None:
        self.expired, self.closed = why, True


NOW = [0.0]


@pytest.fixture
def run():
    """`run(heartbeats, seconds)` lets time pass."""
    NOW[0] = 1000.0

    def run(heartbeats: Heartbeats, seconds: float) -> None:
        until = NOW[0] + seconds
        while NOW[0] < until:
            NOW[0] += 0.25
            heartbeats.look()

    return run


def beating(interval: float, timeout: float) -> Heartbeats:
    return Heartbeats(interval, timeout, lambda: NOW[0])


@pytest.mark.parametrize("multiplier", [1.5, 2, 3, 5])
def test_a_client_is_asked_every_interval_and_stays_while_it_answers(run, multiplier):
    """Whenever it came."""
    heartbeats, clients = beating(10, 10 * (multiplier - 1)), []
    for _ in range(8):
        clients.append(Client())
        heartbeats.watch(clients[-1])
        run(heartbeats, 1.5)
    run(heartbeats, 100)
    for client in clients:
        gaps = {round(b - a, 2) for a, b in zip(client.asked, client.asked[1:], strict=False)}
        assert gaps == {10.0}
        assert client.expired is None


@pytest.mark.parametrize("multiplier", [1.5, 2, 3, 5])
def test_a_client_that_falls_silent_is_ended_in_time(run, multiplier):
    """Within interval x (multiplier + 1), and not before interval x (multiplier - 1), wherever in its round it is."""
    heartbeats = beating(10, 10 * (multiplier - 1))
    for offset in (0, 3, 7, 9.75):
        client = Client()
        heartbeats.watch(client)
        run(heartbeats, 20 + offset)
        client.answers, silent = False, NOW[0]
        while client.expired is None:
            run(heartbeats, 0.25)
            assert NOW[0] - silent <= 10 * (multiplier + 1)
        assert NOW[0] - silent >= 10 * (multiplier - 1)
        assert client.expired == "no heartbeat"
    assert heartbeats.expired == 4


def test_a_client_that_has_gone_is_forgotten(run):
    """It is neither asked nor ended."""
    heartbeats, client = beating(10, 10), Client()
    heartbeats.watch(client)
    run(heartbeats, 11)
    client.closed = True
    run(heartbeats, 50)
    assert len(client.asked) == 1
    assert client.expired is None
    assert not heartbeats._due
    assert not heartbeats._asked


def test_who_enters_no_namespace_is_sent_away(run):
    """A connection alone is of no use to anybody."""
    heartbeats, idle, busy = beating(30, 30), Client(idle=True), Client(idle=True)
    heartbeats.watch(idle)
    heartbeats.watch(busy)
    run(heartbeats, GREETING - 1)
    busy.idle = False
    run(heartbeats, 2)
    assert idle.expired == "in no namespace"
    assert busy.expired is None


def test_a_client_that_is_gone_takes_up_no_memory_until_its_time(run):
    """In a storm of connections there would be thousands."""
    heartbeats, gone, stays = beating(10, 10), Client(), Client()
    for client in (gone, stays):
        heartbeats.watch(client)
    reference = weakref.ref(gone)
    heartbeats.forget(gone)
    del gone, client
    assert reference() is None
    run(heartbeats, 25)
    assert len(stays.asked) == 2
