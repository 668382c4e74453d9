"""Instances of our own to measure: Valkey, gunicorn, games, and what they cost by /proc."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import redis

from bench.figures import Spent
from bench.scenarios import Scenario
from quiz.ops.valkey import binary
from quiz.realtime.wire import CHANNEL

ROOT = Path(__file__).parent.parent
START_S = 30
#: Below the range that the kernel takes for outgoing connections.
PORTS = (15_000, 32_000)
#: Tenths of a second without work after which all have started.
_STILL = 5
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


class CannotStart(Exception):
    """Valkey or the server does not come up."""


def free_port() -> int:
    """A port that nobody listens on, and that no outgoing connection gets by chance.

    Among those that the kernel deals out, whoever tries to reach a server that is down may in the end reach themselves, and the
    server finds its port taken.
    """
    for _ in range(1000):
        port = random.randrange(*PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise CannotStart("no port is free")


class Installation:
    """Running instances with the games of a scenario. `servers` and `store` are process ids, `ports` those of the instances."""

    def __init__(self, ports: list[int], pins: list[str], servers: list[int], store: int, store_port: int) -> None:
        self.ports, self.pins, self._servers, self._store = ports, pins, servers, store
        self._store_port = store_port

    def settle(self) -> None:
        """Waits until it serves and all its workers have started: until they stand still."""
        until = time.monotonic() + START_S
        still, before = 0, -1.0
        while still < _STILL and time.monotonic() < until:
            time.sleep(0.1)
            spent = self.cpu_s()
            still = still + 1 if spent - before <= _TICK_S and self._serves() else 0
            before = spent

    def _serves(self) -> bool:
        return all(map(_is_ready, self.ports))

    def cpu_s(self) -> float:
        """CPU seconds of the servers' processes so far."""
        return sum(map(_cpu_s, self._tree()))

    def _tree(self) -> list[int]:
        return [pid for server in self._servers for pid in _tree(server)]

    def spent(self) -> Spent:
        """All so far; commands of Valkey are those within scripts too."""
        with redis.Redis(port=self._store_port) as client:
            stats = client.info("commandstats")
            listeners = dict(client.pubsub_numsub(CHANNEL)).get(CHANNEL.encode(), 0)
        told = stats.get("cmdstat_publish", {"calls": 0})["calls"]
        commands = sum(one["calls"] for one in stats.values())
        return Spent(self.cpu_s(), _cpu_s(self._store), commands, told * listeners)

    def memory_kb(self) -> int:
        """Memory of the servers' processes, their proportional share, without files: another server on the same machine maps
        the same libraries, and the share of these changes when it comes or goes."""
        return sum(map(_pss_kb, self._tree()))


def _is_ready(port: int) -> bool:
    with contextlib.suppress(OSError, http.client.HTTPException):
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        asked.request("GET", "/actuator/health/readiness")
        with contextlib.closing(asked):
            return asked.getresponse().status == 200
    return False


def _tree(pid: int) -> list[int]:
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        with contextlib.suppress(OSError):
            todo += [int(child) for child in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
    return found


def _cpu_s(pid: int) -> float:
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * _TICK_S
    return 0.0


def _pss_kb(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss_Anon:"):
                return int(line.split()[1])
    return 0


@contextlib.contextmanager
def process(command: list[str], log: Path, **options: object) -> Iterator[subprocess.Popen[bytes]]:
    """A command for the time of a `with` block; what it prints goes to `log`. Ended by SIGTERM, after 15 s by SIGKILL."""
    with log.open("wb") as out:
        running = subprocess.Popen(command, stdout=out, stderr=out, cwd=ROOT, start_new_session=True, **options)  # type: ignore[call-overload]
    try:
        yield running
    finally:
        running.send_signal(signal.SIGTERM)
        try:
            running.wait(15)
        except (subprocess.TimeoutExpired, KeyboardInterrupt, SystemExit):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
            running.wait()


def wait(port: int, running: subprocess.Popen[bytes], log: Path) -> None:
    """Until it listens on `port`; raises CannotStart with the end of its log."""
    deadline = time.monotonic() + START_S
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if running.poll() is not None or time.monotonic() > deadline:
            raise CannotStart(
                f"what is to listen on port {port} does not start: {log.read_text(errors='replace').strip()[-500:]}"
            )
        time.sleep(0.05)


@contextlib.contextmanager
def installed(scenario: Scenario) -> Iterator[Installation]:
    """Instances for one scenario; ended, by their process ids, with the block."""
    with tempfile.TemporaryDirectory(prefix="quiz-bench-") as folder, contextlib.ExitStack() as servers:
        at, store_port = Path(folder), free_port()
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("QUIZ_", "REDIS_URL", "FLASK_", "GUNICORN_"))}
        environ = {
            **plain,
            "QUIZ_ENV": "staging",
            "HOST": "127.0.0.1",
            "WEB_CONCURRENCY": str(scenario.workers),
            "REDIS_URL": f"redis://127.0.0.1:{store_port}/0",
            "SECRET_KEY": "a-key-for-benchmarks-that-nobody-else-would-use",
            "QUIZ_LIMITS__PER_ADDRESS": "false",
        }
        valkey = [str(binary()), "--port", str(store_port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        with process(valkey, at / "valkey.log") as store:
            wait(store_port, store, at / "valkey.log")
            pins = create_games(scenario.games, {**environ, "QUIZ_VAR_DIR": str(at / "var-0")}, at)
            _lengthen(scenario, pins, store_port)
            ports, pids = [free_port() for _ in range(scenario.instances)], []
            for number, port in enumerate(ports):
                own = {"PORT": str(port), "QUIZ_VAR_DIR": str(at / f"var-{number}"), "QUIZ_INSTANCE_ID": f"bench-{number}"}
                log = at / f"server-{number}.log"
                command = [sys.executable, "-m", "gunicorn", "app:app"]
                server = servers.enter_context(process(command, log, env={**environ, **own}))
                wait(port, server, log)
                pids.append(server.pid)
            ours = Installation(ports, pins, pids, store.pid, store_port)
            ours.settle()
            yield ours
            servers.close()


def create_games(count: int, environ: dict[str, str], at: Path) -> list[str]:
    """The PINs of `count` new self-paced games of a thousand questions; `at` is a folder for the quiz's file."""
    quiz = at / "bench.csv"
    rows = "".join(f"Question {n},single,right,wrong,1,20,10\n" for n in range(1, 1001))
    quiz.write_text("question,type,choice_1,choice_2,correct,time_limit,points\n" + rows)
    pins = [str(900_000 + n) for n in range(count)]
    named = [argument for pin in pins for argument in ("--pin", pin)]
    for command in (["quiz", "import", str(quiz)], ["game", "create", "bench", "--mode", "self-paced", *named]):
        done = subprocess.run([sys.executable, "-m", "flask", *command], cwd=ROOT, env=environ, capture_output=True, text=True)
        if done.returncode:
            raise CannotStart(f"flask {command[0]} {command[1]}: {done.stderr.strip()}")
    return pins


def _lengthen(scenario: Scenario, pins: list[str], store_port: int) -> None:
    """Puts players without points on the boards, as quiz.store.keys has them."""
    if not scenario.board:
        return
    with redis.Redis(port=store_port) as client:
        for pin in pins:
            for begin in range(0, scenario.board, 10_000):
                players = [f"p{n}" for n in range(begin, min(begin + 10_000, scenario.board))]
                client.zadd(f"quiz:{{{pin}}}:leaderboard", {player: 0.5 - n / 2**32 for n, player in enumerate(players, begin)})
                client.hset(f"quiz:{{{pin}}}:names", mapping={player: player for player in players})
