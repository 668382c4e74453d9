"""Games whose time has come are moved on, whatever is with the others."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from quiz.domain.errors import ServerBusy, StoreAway
from quiz.realtime import clocks
from quiz.realtime.clocks import Clocks


class Due:
    """Alarms that are always due, and rounds in which some can't be moved on."""

    def __init__(self, stuck: dict[str, Exception]) -> None:
        self.stuck, self.tried = stuck, []

    def overdue(self, most: int) -> list[str]:
        self.most = most
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
    clock = Clocks(due, None, due, None, None, "w")
    clock.look()
    assert due.tried == ["111111", "222222", "333333"]
    if isinstance(why, ServerBusy):
        assert due.most == 100
        clock.look()
        assert due.tried.count("111111") == 1
        assert due.most == 101, "what is left alone takes no other's place"
        time[0] += clocks.PAUSE + 0.1
        clock.look()
        assert due.tried.count("111111") == 2


class Presence:
    """Two games with somebody in each, and a Redis that may be away."""

    def __init__(self) -> None:
        self.away: set[str] = set()
        self.here: list[str] = []

    def beat(self, worker: str) -> bool:
        if "all" in self.away:
            raise StoreAway()
        return False

    def bury(self, silent_ms: int) -> list[str]:
        return []

    def games(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(id="one"), SimpleNamespace(id="two")]

    def players(self, game_id: str) -> list[str]:
        return ["ada"]

    def present_here(self, game: SimpleNamespace, worker: str, players: list[str]) -> None:
        if game.id in self.away:
            raise ServerBusy("Redis refuses it")
        self.here.append(game.id)


@pytest.mark.parametrize("away", ["all", "one"])
def test_who_is_here_is_said_again_after_an_outage_also_if_redis_goes_once_more(away: str):
    """What fails then is said with a later sign of life, and once it is said no more."""
    presence = Presence()
    clock = Clocks(None, presence, None, None, presence, "w")
    presence.away = {away}
    clock.recovered()
    assert "one" not in presence.here
    presence.away, presence.here = set(), []
    clock.beat()
    clock.beat()
    assert presence.here == ["one", "two"]


def test_each_beat_buries_who_was_on_a_dead_worker_and_all_who_wait_for_them_are_told():
    """The board and the host's list lose them, and a question looks whether it still waits for anybody."""
    told: list[tuple[str, str]] = []
    presence = Presence()
    presence.bury = lambda silent_ms: ["one", "two"] if silent_ms == clocks.SILENT_MS else []
    announcer = SimpleNamespace(
        board_changed=lambda game: told.append(("board", game)), roster_changed=lambda game: told.append(("roster", game))
    )
    rounds = SimpleNamespace(look=lambda game: told.append(("round", game)))
    Clocks(None, presence, rounds, announcer, presence, "w").beat()
    assert sorted(told) == [(what, game) for what in ("board", "roster", "round") for game in ("one", "two")]
