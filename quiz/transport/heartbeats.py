"""All heartbeats of a worker: one timer asks the clients in turn, and ends those that don't answer."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Protocol

import gevent

log = logging.getLogger("quiz.transport")

#: Seconds between looks, and how many clients are asked before others get a turn.
LOOK, SLICE = 0.25, 200
#: Seconds that a client has to enter a namespace: as many as the reference server gives it, since this one may be busy.
GREETING = 45.0


class Patient(Protocol):
    """Somebody whose heart is listened to."""

    beats: int

    @property
    def closed(self) -> bool:
        """Gone for good."""

    @property
    def idle(self) -> bool:
        """In no namespace."""

    def ping(self) -> None:
        """Asks; the answer is a higher number of `beats`."""

    def expire(self, why: str) -> None:
        """Ends the connection."""


class Heartbeats:
    """Asks every client each `interval` seconds and waits `timeout` seconds for its answer. By the monotonic clock."""

    def __init__(self, interval: float, timeout: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.interval, self.timeout, self._clock = interval, timeout, clock
        # Each is in order of time by itself, since what is put in always lies equally far ahead.
        self._greeting: OrderedDict[Patient, float] = OrderedDict()
        self._due: OrderedDict[Patient, float] = OrderedDict()
        self._asked: deque[tuple[float, Patient, int]] = deque()
        #: Answers so far, and clients who were ended.
        self.received = self.expired = 0

    def start(self) -> None:
        """Begins, in a greenlet that lasts as long as the worker."""
        gevent.spawn(self._watch)

    def watch(self, patient: Patient) -> None:
        """From now on this client is asked."""
        now = self._clock()
        self._due[patient] = now + self.interval
        self._greeting[patient] = now + GREETING

    def forget(self, patient: Patient) -> None:
        """This client is gone, and should not take up memory until its time has come: in a storm there are thousands of them."""
        self._due.pop(patient, None)
        self._greeting.pop(patient, None)

    def _watch(self) -> None:
        while True:
            try:
                self.look()
            except Exception:
                log.exception("the heartbeats stumbled")
            gevent.sleep(LOOK)

    def look(self) -> None:
        """Asks whom it is time to ask, and ends those who were asked and did not answer."""
        now = self._clock()
        for number in range(len(self._due)):
            if not self._due or self._due[next(iter(self._due))] > now:
                break
            patient, _ = self._due.popitem(last=False)
            if not patient.closed:
                self._due[patient] = now + self.interval
                self._asked.append((now + self.timeout, patient, patient.beats))
                patient.ping()
            if number % SLICE == SLICE - 1:
                gevent.sleep(0)
        while self._asked and self._asked[0][0] <= now:
            _, patient, beats = self._asked.popleft()
            if patient.beats == beats and not patient.closed:
                self.expired += 1
                patient.expire("no heartbeat")
        while self._greeting and self._greeting[next(iter(self._greeting))] <= now:
            patient, _ = self._greeting.popitem(last=False)
            if patient.idle and not patient.closed:
                self.expired += 1
                patient.expire("in no namespace")
