"""Boards for those who come to a game, without a server: how often they are sent to all who are there."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import gevent
import pytest

from quiz.domain.ranking import Board
from quiz.realtime.broadcast import Broadcaster
from tests.play.fakes import Table

WINDOW_MS = 20


class Hall:
    """A game with so many players, and when boards were sent to them."""

    def __init__(self, people: int) -> None:
        self.game = Table("single").game
        self.sent: list[float] = []
        self.fanout = SimpleNamespace(stretch=1.0, waits=lambda topic: False)
        seats = SimpleNamespace(count=lambda game_id: people)
        shadow = SimpleNamespace(learn_board=lambda *_: None)
        self.broadcaster = Broadcaster(
            self,
            None,
            self,
            seats,
            shadow,
            top_n=10,
            window_ms=WINDOW_MS,
            delays=lambda seconds: None,  # type: ignore[arg-type]
        )

    def claim(self, game: Any, most: int, window_ms: int) -> Board:
        """As a leaderboard."""
        self.sent.append(time.monotonic())
        return Board(1, len(self.sent), 0, ())

    def tell(self, event: str, data: Any, rooms: Any, topic: str, told: Any, **about: Any) -> str:
        """As the bus."""
        told()
        return ""


@pytest.mark.parametrize(("people", "windows"), [(0, 1), (10, 2), (1000, 10)])
def test_the_more_there_are_the_less_often_newcomers_are_shown(people: int, windows: int):
    """The first one's board leaves at once; then one for all who came in so many windows, the last one's too."""
    hall, last = Hall(people), 0.0
    for _ in range(30):
        last = time.monotonic()
        hall.broadcaster.newcomer(hall.game)
        gevent.sleep(WINDOW_MS / 2000)
    with gevent.Timeout(20):
        while hall.sent[-1] < last:
            gevent.sleep(WINDOW_MS / 1000)
    gaps = [after - before for before, after in zip(hall.sent, hall.sent[1:], strict=False)]
    assert min(gaps) >= windows * WINDOW_MS / 1000
