"""However many requests come at once, the network is looked at between them."""

from __future__ import annotations

import gevent
import pytest
from gevent.event import Event

from quiz.transport.gate import Gate


class Door:
    """A gate, and who went through it in which turn of the event loop."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.turn = 0
        self.through: list[tuple[str, int]] = []
        self._watcher = gevent.get_hub().loop.check()
        self._watcher.start(self._next)

    def _next(self) -> None:
        self.turn += 1

    def go(self, name: str) -> gevent.Greenlet:
        """Somebody comes."""

        def enter() -> None:
            self.gate.enter()
            self.through.append((name, self.turn))

        return gevent.spawn(enter)

    def close(self) -> None:
        """No turns are counted any more."""
        self._watcher.stop()
        self._watcher.close()


@pytest.fixture
def door():
    made = Door()
    yield made
    made.close()


def test_one_after_the_other_each_in_a_turn_of_its_own_where_each_takes_long(door: Door, monkeypatch: pytest.MonkeyPatch):
    """In the order in which they came."""
    monkeypatch.setattr("quiz.transport.gate.SHORT", 0.0)
    gevent.joinall([door.go(name) for name in "abcd"], timeout=60)
    assert [name for name, _ in door.through] == list("abcd")
    turns = [turn for _, turn in door.through]
    assert turns == sorted(set(turns))
    gevent.joinall([door.go("e")], timeout=60)
    assert door.through[-1][0] == "e"


def test_several_in_one_turn_where_each_is_short(door: Door, monkeypatch: pytest.MonkeyPatch):
    """A storm of connections costs no turn for each."""
    monkeypatch.setattr("quiz.transport.gate.SHORT", 60.0)
    monkeypatch.setattr("quiz.transport.gate.LONG", 60.0)
    gevent.joinall([door.go(name) for name in "abcd"], timeout=60)
    assert len({turn for _, turn in door.through}) == 1


def test_who_is_ended_while_waiting_is_not_called_where_it_waits_next(door: Door, monkeypatch: pytest.MonkeyPatch):
    """Nor does it keep anybody waiting."""
    monkeypatch.setattr("quiz.transport.gate.SHORT", 0.0)
    over = Event()

    def end() -> None:
        door.gate.enter()
        gevent.spawn(waiting.kill, block=False)

    def wait() -> None:
        try:
            door.gate.enter()
        except gevent.GreenletExit:
            over.wait()
            door.through.append(("cleared up", door.turn))

    first, waiting, last = gevent.spawn(end), gevent.spawn(wait), door.go("last")
    gevent.joinall([first, last], timeout=60)
    gevent.joinall([door.go("later")], timeout=60)
    over.set()
    gevent.joinall([waiting], timeout=60)
    assert waiting.successful()
    assert [name for name, _ in door.through] == ["last", "later", "cleared up"]
