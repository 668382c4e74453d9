"""Brings what a worker counts in plain numbers to Prometheus, four times a second: there each number lies in a file.

So an answer costs a few additions and appends, where counting and observing at once would cost thirty times as much.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping

import gevent
from prometheus_client import Counter, Gauge

from quiz.ops.metrics import LOOP_LAG, LOOP_TURNED, Delays

log = logging.getLogger("quiz.ops")

#: Seconds between two looks; what is `rarely` looked at, and for how long a peak is shown, in looks.
EVERY, RARELY, PEAK = 0.25, 20, 60

Observe = Callable[[float], None]


class _Change:
    """A number that is written where it has changed."""

    __slots__ = ("read", "value", "write")

    def __init__(self, read: Callable[[], float], write: Callable[[float], None], value: float | None) -> None:
        self.read, self.write, self.value = read, write, value

    def bring(self) -> None:
        value = self.read()
        if value != self.value:
            self.write(value)
            self.value = value


class Labelled(dict[str, Observe]):
    """Where seconds go, by the one label of a histogram. A label that is asked for is made."""

    def __init__(self, make: Callable[[str], Observe]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, label: str) -> Observe:
        made = self[label] = self._make(label)
        return made


def nowhere() -> Labelled:
    """For a process that nobody asks: what is measured is forgotten."""
    return Labelled(lambda label: lambda seconds: None)


class Sampler:
    """One for each worker. Told once what there is to look at; `flush` looks at everything."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._often: list[_Change] = []
        self._rarely: list[_Change] = []
        self._peaks: list[tuple[Callable[[], float], deque[float], Gauge]] = []
        self._gathered: list[tuple[list[float], Delays, Counter | None]] = []
        self._looks = 0
        self._lag = self.observes(LOOP_LAG)

    def counts(self, counter: Counter, read: Callable[[], float]) -> None:
        """`read` is a number that only grows, from 0."""
        seen = 0.0

        def write(value: float) -> None:
            nonlocal seen
            counter.inc(value - seen)
            seen = value

        self._often.append(_Change(read, write, 0.0))

    def counts_each(self, counter: Counter, read: Callable[[], Mapping[str, int]]) -> None:
        """As `counts`, by the one label of the counter."""
        seen: dict[str, int] = {}

        def write(_: float) -> None:
            for label, value in read().items():
                counter.labels(label).inc(value - seen.get(label, 0))
                seen[label] = value

        self._often.append(_Change(lambda: sum(read().values()), write, 0.0))

    def shows(self, gauge: Gauge, read: Callable[[], float], *, rarely: bool = False) -> None:
        """`read` is how it stands; what costs more to find out is read `rarely`: every 5 s, and when somebody asks."""
        (self._rarely if rarely else self._often).append(_Change(read, gauge.set, None))

    def peaks(self, gauge: Gauge, read: Callable[[], float]) -> None:
        """`read` is the highest since it was read last; the gauge shows the highest of 15 s, so that no scrape misses it."""
        self._peaks.append((read, deque([0.0], PEAK), gauge))

    def observes(self, delays: Delays, counter: Counter | None = None) -> Observe:
        """Where to put seconds; `counter` counts how many."""
        return self._gather(delays, counter).append

    def observes_all(self, delays: Delays) -> Callable[[Iterable[float]], None]:
        """Where to put many."""
        return self._gather(delays, None).extend

    def _gather(self, delays: Delays, counter: Counter | None) -> list[float]:
        gathered: list[float] = []
        self._gathered.append((gathered, delays, counter))
        return gathered

    def labelled(self, delays: Delays, counters: Mapping[str, Counter] | None = None) -> Labelled:
        """As `observes`, by label; some labels have counters besides."""
        return Labelled(lambda label: self.observes(delays.labels(label), (counters or {}).get(label)))

    def flush(self) -> None:
        """Brings everything."""
        self._bring()
        for each in self._rarely:
            each.bring()

    def _bring(self) -> None:
        for gathered, delays, counter in self._gathered:
            if gathered:
                delays.observe_all(gathered)
                if counter is not None:
                    counter.inc(len(gathered))
                gathered.clear()
        for each in self._often:
            each.bring()

    def look(self, late: float) -> None:
        """What is done four times a second; `late` by so many seconds."""
        self._lag(late)
        for read, highest, gauge in self._peaks:
            highest.append(read())
            gauge.set(max(highest))
        self._looks += 1
        if self._looks % RARELY:
            self._bring()
        else:
            self.flush()
        LOOP_TURNED.set(time.time())

    def keep(self) -> None:
        """Looks as long as the greenlet lives."""
        while True:
            due = self._clock() + EVERY
            gevent.sleep(EVERY)
            try:
                self.look(max(0.0, self._clock() - due))
            except Exception:
                log.exception("what was measured could not be written down")
