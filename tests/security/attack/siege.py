"""An attack on a running server, and what became of the server, its log and everybody else."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.harness.clients import Client
from tests.harness.server import ROOT, Server, eventually
from tests.security.attack.bystanders import Bystanders, percentile
from tests.security.attack.hostile import Known

#: The server's settings: real limits; clients that are gone or slow are given up soon, so that it ends soon.
SETTINGS = {
    "QUIZ_RATE_LIMIT__CAPACITY": "10",
    "QUIZ_WEBSOCKET__HEARTBEAT__INTERVAL_SECONDS": "1",
    "QUIZ_HTTP__PATIENCE_SECONDS": "1",
    # Attackers come from this machine, but are not to be taken for its operators.
    "QUIZ_ACTUATOR__NETWORKS": "203.0.113.0/24",
}
#: Seconds that somebody slow is put up with at most, under these settings: with a multiplier of 2, three intervals.
SLOW_MOST = {"silence in no namespace": 4.0, "silence in a namespace": 4.0, "a WebSocket's message": 4.0}
HTTP_MOST = 2.5
#: Megabytes and descriptors that may be left over. What was allocated in between is not all given back by Python's allocator.
MEMORY_MOST, DESCRIPTORS_MOST = 12.0, 5
#: Milliseconds below which nobody counts; else twice as long as without an attack.
UNNOTICED, TWICE = 5.0, 2.0
#: Seconds until all that attackers left is cleared away.
SETTLED = 60.0


@dataclass
class Report:
    """What came of it."""

    messages: dict[str, int]
    seconds: float
    quiet_p50: float
    quiet_p99: float
    attacked_p50: float
    attacked_p99: float
    memory: tuple[float, float]
    descriptors: tuple[int, int]
    longest: dict[str, float]
    broken: list[str] = field(default_factory=list)

    @property
    def late(self) -> list[str]:
        """What took longer than it may: others' acknowledgements, or to give the slow ones up."""
        most = max(TWICE * self.quiet_p99, UNNOTICED)
        noticed = [f"others' p99 is {self.attacked_p99:.1f} ms > {most:.1f} ms"] if self.attacked_p99 > most else []
        return noticed + [
            f"{kind} was put up with for {seconds:.1f} s"
            for kind, seconds in self.longest.items()
            if seconds > SLOW_MOST.get(kind, HTTP_MOST)
        ]

    def text(self) -> str:
        """For people."""
        total = sum(self.messages.values())
        lines = [f"{total:,} hostile messages in {self.seconds:.0f} s, {total / self.seconds:,.0f} a second"]
        lines += [f"  {count:>7,}  {kind}" for kind, count in sorted(self.messages.items(), key=lambda one: -one[1])]
        lines += [
            f"others' acknowledgements   p50 {self.quiet_p50:.1f} → {self.attacked_p50:.1f} ms, "
            f"p99 {self.quiet_p99:.1f} → {self.attacked_p99:.1f} ms",
            f"the worker's memory        {self.memory[0]:.1f} → {self.memory[1]:.1f} MB",
            f"its open files             {self.descriptors[0]} → {self.descriptors[1]}",
            "the slowest were put up with for (s)",
            *(f"  {seconds:7.1f}  {kind}" for kind, seconds in self.longest.items()),
        ]
        return "\n".join(lines)


@dataclass
class Stage:
    """A server with a game in it that somebody plays, and an attacker who has joined."""

    server: Server
    known: Known
    kinds: Sequence[str] = ()

    @classmethod
    def of(cls, server: Server, kinds: Sequence[str] = ()) -> Stage:
        """Makes the game, and a host who attacks; the server has the quiz `all-types` and the host `teacher`.

        `kinds`: of attacks, all of them unless given.
        """
        if "mallory" not in server.flask("host", "list"):
            server.flask("host", "add", "mallory", "--password", "another password")
        token, his = server.sign_in("teacher", "a good password"), server.sign_in("mallory", "another password")
        with contextlib.ExitStack() as stack:
            host = Client(server.url, "/host", {"token": token})
            stack.callback(host.close)
            pin = host.ok("create_game", {"quiz": "all-types", "mode": "self-paced"})["pin"]
            eve = Client(server.url)
            stack.callback(eve.close)
            seat = eve.ok("join", {"pin": pin, "nickname": "Eve"})
        return cls(server, Known(pin, seat["token"], seat["player"]["id"], "all-types", his), kinds)

    def besiege(
        self,
        messages: int,
        *,
        seed: int,
        quiet_s: float,
        loiterers: int = 3,
        rounds: int = 1,
        warm_up: int = 0,
        first: bool = False,
    ) -> Report:
        """Attacks, in rounds with `quiet_s` seconds before each: what else the machine does is then in both.

        `warm_up`: messages before anything is measured. `first`: server and bystanders get the processors before attackers do, in
        quiet and under attack: attackers come from other machines, and are on this one only for want of them.
        """
        server = self.server
        before = server.workers()
        (worker,) = before
        if first:
            put_first(worker, int((server.folder / "var" / "valkey" / "valkey.pid").read_text()))
        if warm_up:
            self._attack(warm_up, seed + 1000, loiterers)
        done: Counter[str] = Counter()
        seconds, longest, wrong = 0.0, dict[str, float](), list[str]()
        with Bystanders(server.port, self.known.pin, f"pupil {seed}", put_first if first else None) as others:
            time.sleep(0.1)  # the server has its first words with them before it is measured
            memory, files = resident_mb(worker), min(descriptors(worker) for _ in range(5))
            for number in range(rounds):
                others.note([])
                eventually_least(worker, files + DESCRIPTORS_MOST)
                others.note(others.quiet)
                time.sleep(quiet_s)  # what they hear in this time is what is compared with
                others.note(others.attacked)
                told = self._attack(messages // rounds, seed + number, loiterers)
                done.update(told["done"])
                seconds += told["seconds"]
                longest = {kind: max(age, longest.get(kind, 0.0)) for kind, age in told["longest"].items()}
                wrong += told["wrong"]
            others.note([])
            left = eventually_least(worker, files + DESCRIPTORS_MOST)
        report = Report(
            done,
            seconds,
            *(percentile(delays, hundredth) for delays in (others.quiet, others.attacked) for hundredth in (50, 99)),
            (memory, resident_mb(worker)),
            (files, left),
            longest,
        )
        report.broken += [*wrong, *others.wrong, *self._damage(before, report)]
        return report

    def _attack(self, messages: int, seed: int, loiterers: int) -> dict:
        task = {
            "port": self.server.port,
            "known": asdict(self.known),
            "messages": messages,
            "seed": seed,
            "kinds": list(self.kinds),
        }
        task["loiterers"] = loiterers
        command = [sys.executable, "-m", "tests.security.attack.assailants"]
        done = subprocess.run(command, cwd=ROOT, input=json.dumps(task) + "\n", capture_output=True, text=True, timeout=900)
        assert done.returncode == 0, done.stderr
        return {**json.loads(done.stdout), **({"wrong": [done.stderr]} if done.stderr else {})}

    def _damage(self, workers: list[int], report: Report) -> list[str]:
        broken = []
        if self.server.workers() != workers:
            broken.append("a worker ended")
        log = self.server.log
        if "Traceback" in log:
            broken.append(f"a traceback in the log: …{log[log.index('Traceback') :][:2000]}")
        broken += [f"a line of the log is none of ours: {line}" for line in log.splitlines() if not line.startswith("{")]
        if report.descriptors[1] > report.descriptors[0] + DESCRIPTORS_MOST:
            broken.append(f"open files: {report.descriptors}")
        if report.memory[1] > report.memory[0] + MEMORY_MOST:
            broken.append(f"memory: {report.memory}")
        return broken


def may_put_first() -> bool:
    """Whether `put_first` is allowed here: to root alone, and in many containers not to root either."""
    try:
        put_first(0)
    except OSError:
        return False
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    return True


def put_first(*threads: int) -> None:
    """Has threads (0 is the caller's) run whenever they can, in front of all processes that nobody put first.

    Raises PermissionError: see `may_put_first`.
    """
    for thread in threads:
        os.sched_setscheduler(thread, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))


def descriptors(pid: int) -> int:
    """Open files of a process."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def resident_mb(pid: int) -> float:
    """What a process has of the memory."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def eventually_least(pid: int, most: int) -> int:
    """Its open files when they have come down to `most`, or what they are after `SETTLED` seconds."""
    with contextlib.suppress(AssertionError):
        eventually(lambda: descriptors(pid) <= most, SETTLED, 0.1)
    return descriptors(pid)
