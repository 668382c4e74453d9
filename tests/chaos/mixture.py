"""All faults in a random order, over and over, and what is left of them in the end."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.chaos.arena import Arena
from tests.chaos.trials import NOTHING, Outcome, copies_of_one, finish, timed_scores
from tests.harness.server import eventually


class Mixture:
    """`seed` decides the order, and how long each fault lasts: `longest` seconds at most, with `between` seconds of play."""

    def __init__(self, arena: Arena, seed: int, longest: float, between: float) -> None:
        self._arena, self._random, self._longest, self._between = arena, random.Random(seed), longest, between
        self.faults: list[Callable[[], None]] = [
            self.kill,
            self.empty,
            self.stall,
            self.fill,
            self.fail_over,
            self.kill_worker,
            self.cut,
            self.copy,
            self.ask,
        ]
        self.done: dict[str, int] = {}

    def run(self, seconds: float) -> Outcome:
        """Each fault once at least, and on until the time is over."""
        outcome = Outcome(NOTHING)
        self._arena.play(2 * self._between)
        before = self._held()
        deadline = time.monotonic() + seconds
        while True:
            self._random.shuffle(self.faults)
            for fault in self.faults:
                self._once(fault, outcome)
                if len(self.done) == len(self.faults) and time.monotonic() > deadline:
                    self._account(outcome, before)
                    return finish(self._arena, outcome)

    def _once(self, fault: Callable[[], None], outcome: Outcome) -> None:
        began = time.monotonic()
        fault()
        self.done[fault.__name__] = self.done.get(fault.__name__, 0) + 1
        outcome.note("breaker closed after a fault, s", self._arena.closed(time.monotonic()) - began, self._longest + 31)
        self._arena.play(self._between)

    def _account(self, outcome: Outcome, before: tuple[int, float]) -> None:
        self._arena.crowd.settle()

        def files_are_back() -> bool:
            return self._held()[0] <= before[0] + 10

        eventually(files_are_back, step=0.5)
        files, mebibytes = self._held()
        outcome.note("acknowledged answers unknown to whom their players came back", self._arena.crowd.unknown, 0)
        outcome.note("more open files than before", files - before[0], 10)
        outcome.note("memory of the workers, times what it was", mebibytes / before[1], 1.5)

    def _held(self) -> tuple[int, float]:
        """Open files and MiB of all workers."""
        pids = [pid for server in self._arena.servers for pid in server.workers()]
        files = sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in pids)
        pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
        return files, pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def _while(self) -> None:
        """The fault lasts; half of the players change workers meanwhile, twice; sometimes a worker dies on top of it."""
        players = self._arena.crowd.players
        for _ in range(2):
            self._arena.play(self._random.uniform(0.1, self._longest / 2))
            self._arena.crowd.tear(self._random.sample(players, len(players) // 2))
        if self._random.random() < 0.3:
            self.kill_worker()

    def kill(self) -> None:
        """Redis is killed, and comes back with its data."""
        self._arena.store.kill()
        self._while()
        self._arena.store.start()

    def empty(self) -> None:
        """Redis is killed, and comes back without."""
        self._arena.store.kill()
        self._arena.store.forget()
        self._while()
        self._arena.store.start()

    def stall(self) -> None:
        """Redis answers nothing."""
        self._arena.store.stall()
        self._while()
        self._arena.store.go_on()

    def fill(self) -> None:
        """The disk of Redis is full."""
        self._arena.store.fill()
        self._while()
        self._arena.store.make_room()

    def fail_over(self) -> None:
        """Redis is killed, its replica, which lags, comes in its place, and is soon killed too, and comes back with its data."""
        replica = self._arena.replica()
        self._arena.play(self._between)
        self._arena.store.kill()
        self._while()
        self._arena.promote(replica)
        self._arena.play(self._between)
        # One that was a replica has rewritten its file, and would spoil it on a full disk: see Store.
        self._arena.store.kill()
        self._arena.store.start()

    def kill_worker(self) -> None:
        """A worker is killed."""
        server = self._random.choice(self._arena.servers)
        (server.folder / "var" / "clock-off").unlink(missing_ok=True)  # if its clock is wrong, let its successor's be so
        before = server.workers()
        os.kill(self._random.choice(before), signal.SIGKILL)
        eventually(lambda: len(server.workers()) == len(before))

    def cut(self) -> None:
        """One instance can't reach Redis."""
        self._random.choice([self._arena.tunnel.cut, self._arena.tunnel.stall])()
        self._while()
        self._arena.tunnel.mend()

    def copy(self) -> None:
        """One answer comes many times at once."""
        too_many = copies_of_one(self._arena, 100, f"Copycat {self.done.get('copy', 0)}")
        assert too_many == 0, f"copies of one answer that counted: {too_many}"

    def ask(self) -> None:
        """A question in a live game is asked and answered on both instances; one worker's clock is wrong all the time."""
        self._arena.let_the_host_in()
        wrong = timed_scores(*self._arena.servers)
        assert wrong == 0, f"players of a live question with other than full points: {wrong}"


def mixture(arena: Arena, seconds: float = 600, longest: float = 8, between: float = 1.5, seed: int = 1) -> Outcome:
    """All faults in a random order."""
    return Mixture(arena, seed, longest, between).run(seconds)
