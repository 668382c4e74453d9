"""How often what changes all the time is told in games of many, without a server."""

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
    """A game with so many players, and when boards were sent to them, and hosts told of progress.

    It is its own bus, leaderboard and games.
    """

    def __init__(self, people: int) -> None:
        self.game = Table("single").game
        self.sent: list[float] = []
        self.told: list[int] = []
        self.asked, self.free_at = 0, 0.0
        self.fanout = SimpleNamespace(stretch=1.0, waits=lambda topic: False)
        seats = SimpleNamespace(count=lambda game_id: people)
        shadow = SimpleNamespace(learn_board=lambda *_: None)
        self.broadcaster = Broadcaster(
            self,  # type: ignore[arg-type]
            SimpleNamespace(answers=self, presence=self, news=self),  # type: ignore[arg-type]
            self,  # type: ignore[arg-type]
            seats,
            shadow,
            top_n=10,
            window_ms=WINDOW_MS,
            delays=lambda seconds: None,  # type: ignore[arg-type]
        )

    def claim(self, game: Any, what: Any, *more: Any) -> Any:
        """As a leaderboard, and as news, of which nobody else claims anything."""
        if what != "progress":
            self.sent.append(time.monotonic())
            return Board(1, len(self.sent), 0, ())
        self.asked += 1
        now = time.monotonic()
        if now < self.free_at:
            return round((self.free_at - now) * 1000) + 1
        self.free_at = now + 10 * WINDOW_MS / 1000
        return -1

    def listen(self, *_: Any) -> None:
        """As the bus."""

    def answer_count(self, game: Any, index: int) -> int:
        """As answers: one more each time, and while Redis is asked others answer."""
        gevent.sleep(WINDOW_MS / 2000)
        return self.asked

    def present(self, game: Any) -> set[str]:
        """As presence."""
        return set()

    def tell(self, event: str, data: Any, rooms: Any, topic: str = "", told: Any = None, **about: Any) -> str:
        """As the bus."""
        if event == "progress":
            self.told.append(data["answered"])
        else:
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


def test_who_waits_for_a_window_does_not_ask_all_the_time():
    """Progress of 4,000 is told every five windows, and Redis is asked when it may be told, and not all the time before."""
    hall = Hall(4000)
    lobby = SimpleNamespace(progress=lambda *_: {"answered": hall.asked})
    hall.broadcaster.start(lobby, SimpleNamespace(close_if_all_answered=lambda *_: None), *[lambda *_: None] * 3)  # type: ignore[arg-type]
    with gevent.Timeout(20):
        while len(hall.told) < 4:
            hall.broadcaster.progress_changed(hall.game, 0)
            gevent.sleep(WINDOW_MS / 4000)
    assert hall.asked <= 4 * len(hall.told)
