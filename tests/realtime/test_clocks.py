"""Games whose time has come are moved on, whatever is with the others."""

from __future__ import annotations

import pytest

from quiz.domain.errors import ServerBusy, StoreAway
from quiz.realtime import clocks
from quiz.realtime.clocks import Clocks


class Due:
    """Games that are always due, and rounds in which some can't be moved on."""

    def __init__(self, stuck: dict[str, Exception]) -> None:
        self.stuck, self.tried = stuck, []

    def overdue(self) -> list[str]:
        return ["111111", "222222", "333333"]

    def tick(self, pin: str) -> None:
        self.tried.append(pin)
        if pin in self.stuck:
            raise self.stuck[pin]


@pytest.mark.parametrize("why", [ServerBusy("Redis refuses it"), StoreAway(), KeyError("?")])
def test_a_game_that_can_not_be_moved_on_holds_up_no_other(why: Exception, monkeypatch: pytest.MonkeyPatch):
    """Its node is away, say, or somebody has spoilt its keys; it is tried again a second later, not with every look."""
    time = [100.0]
    monkeypatch.setattr(clocks.time, "monotonic", lambda: time[0])
    due = Due({"111111": why})
    clock = Clocks(due, due, None, None, "w")
    clock.look()
    assert due.tried == ["111111", "222222", "333333"]
    if isinstance(why, ServerBusy):
        clock.look()
        assert due.tried.count("111111") == 1
        time[0] += clocks.PAUSE + 0.1
        clock.look()
        assert due.tried.count("111111") == 2
