"""Well-behaved players of the same server: a class that answers on, while somebody attacks."""

from __future__ import annotations

import itertools
import statistics
import threading
import time
from collections.abc import Callable

from tests.transport.raw import Raw

#: Players, and seconds between two answers of one: within the real rate limit.
PLAYERS, PACE = 10, 0.25

#: What each answers, over and over: a repeat is looked up as the first was.
ANSWERS = (("q1", 1), ("q2", [1, 3]), ("q3", True), ("q4", "Paris"))


class Bystanders:
    """Players of a self-paced game who answer in turn, and note how long each acknowledgement takes."""

    def __init__(self, port: int, pin: str, name: str = "pupil", put_first: Callable[[int], None] | None = None) -> None:
        """`put_first` is called in their thread, with 0."""
        self._put_first = put_first
        self.quiet: list[float] = []
        self.attacked: list[float] = []
        #: What did not come, or came otherwise.
        self.wrong: list[str] = []
        self._now = self.quiet
        self._over = threading.Event()
        self._players = [Raw(port).enter() for _ in range(PLAYERS)]
        for number, player in enumerate(self._players):
            told = player.call("join", {"pin": pin, "nickname": f"{name} {number}"})
            assert told["ok"], told
        self._thread = threading.Thread(target=self._play)

    def __enter__(self) -> Bystanders:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        for player in self._players:
            player.sock.close()

    def note(self, delays: list[float]) -> None:
        """Where delays go from now on: to `quiet`, to `attacked`, or nowhere."""
        self._now = delays

    def _play(self) -> None:
        due = time.perf_counter()
        if self._put_first:
            self._put_first(0)
        for number in itertools.count():
            due = max(due + PACE / PLAYERS, time.perf_counter() - PACE)
            if self._over.wait(max(0.0, due - time.perf_counter())):
                return
            began = time.perf_counter()
            told = None
            try:
                question, answer = ANSWERS[number // PLAYERS % len(ANSWERS)]
                told = self._players[number % PLAYERS].call("submit_answer", {"question": question, "answer": answer}, number)
            except (AssertionError, OSError) as error:
                self.wrong.append(f"{type(error).__name__}: {error}")
                return
            if not told["ok"] and not self.wrong:
                self.wrong.append(str(told))
            self._now.append(time.perf_counter() - began)


def percentile(seconds: list[float], hundredth: int) -> float:
    """Of some delays, in milliseconds."""
    return statistics.quantiles(seconds, n=100)[hundredth - 1] * 1000 if len(seconds) > 1 else float("nan")
