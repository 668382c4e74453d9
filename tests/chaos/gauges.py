"""What an instance shows of itself, looked at all the time: its breaker, its deafness, and whether its event loop turns."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import requests

from quiz.transport.frames import PING, PONG
from tests.harness.server import Server
from tests.transport.client_frames import masked
from tests.transport.raw import Raw

#: Seconds between looks at the metrics, and between two pings to an event loop.
LOOK, PING_EVERY = 0.1, 0.02
_GAUGE = r"^{}(?:\{{[^}}]*\}})? (\S+)$"
STATE, DEAF, ERRORS = "quiz_redis_circuit_breaker_state", "quiz_bus_deaf", "quiz_redis_operation_errors_total"


@dataclass(frozen=True)
class Look:
    """What was seen at a time (monotonic seconds): of the worst worker, and of all together."""

    at: float
    state: float
    deaf: bool
    errors: float


class Gauges:
    """Looks at an instance until `close`."""

    def __init__(self, server: Server) -> None:
        self._url = f"{server.url}/metrics"
        self.looks: list[Look] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Looks no more."""
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        with requests.Session() as session:
            while not self._stop.wait(LOOK):
                at = time.monotonic()
                with contextlib.suppress(requests.RequestException):
                    text = session.get(self._url, timeout=5).text
                    self.looks.append(Look(at, _sum(text, STATE), _sum(text, DEAF) > 0, _sum(text, ERRORS)))

    def wait(self, matching: Callable[[Look], bool], since: float, seconds: float) -> float:
        """When it first looked like that, waiting for it; fails after `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            for look in self.looks:
                if look.at >= since and matching(look):
                    return look.at
            assert time.monotonic() < deadline, f"not within {seconds} s; last seen: {self.looks[-1:]}"
            time.sleep(LOOK / 2)

    def opened(self, since: float, seconds: float = 10) -> float:
        """When the breaker was first seen open."""
        return self.wait(lambda look: look.state > 0, since, seconds)

    def closed(self, since: float, seconds: float = 60) -> float:
        """When all breakers were first seen closed."""
        return self.wait(lambda look: look.state == 0, since, seconds)

    def deaf_s(self, since: float, until: float = float("inf")) -> float:
        """The longest time for which some worker was seen deaf."""
        longest = began = 0.0
        for look in self.looks:
            if not since <= look.at < until:
                continue
            if look.deaf:
                began = began or look.at
                longest = max(longest, look.at - began)
            else:
                began = 0.0
        return longest


def _sum(text: str, name: str) -> float:
    return sum(float(value) for value in re.findall(_GAUGE.format(name), text, re.MULTILINE))


class Pulse:
    """Pings event loops over WebSockets, which are answered by the loop itself, and remembers how long that took."""

    def __init__(self, port: int, connections: int = 4) -> None:
        self.took: list[tuple[float, float]] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._beat, args=(Raw(port).enter(),), daemon=True) for _ in range(connections)]
        for thread in self._threads:
            thread.start()

    def _beat(self, line: Raw) -> None:
        with line, contextlib.suppress(OSError):
            while not self._stop.wait(PING_EVERY * len(self._threads)):
                began = time.monotonic()
                line.send(masked(PING))
                while (frame := line.frame()) is not None and frame[0] != PONG:
                    if frame[1] == b"2":
                        line.send(masked(1, b"3"))
                if frame is None:
                    return
                self.took.append((began, time.monotonic() - began))

    def close(self) -> None:
        """Pings no more."""
        self._stop.set()
        for thread in self._threads:
            thread.join(5)

    def longest_s(self, since: float = 0.0) -> float:
        """The longest answer of all that were asked since then."""
        return max((took for at, took in self.took if at >= since), default=0.0)
