"""`make stack`: a real nginx, three instances, Valkey and Prometheus, and what Prometheus then knows."""

from __future__ import annotations

import contextlib
import math
import os
import random
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import yaml

from bench.installation import PORTS, CannotStart
from deploy.stack.configuration import DEPLOY, INSTANCES, Ports
from deploy.stack.figures import Prometheus, panels
from tests.harness.clients import Client
from tests.harness.server import ROOT, eventually

PLAYERS, PER_SECOND = 12, 20
START_SECONDS, STOP_SECONDS = 60, 30
#: Grafana's window for a rate may be anything from four looks; the alerts have five minutes.
WINDOW_S = 300


def free_ports() -> Ports:
    """Six in a row that nobody listens on."""
    for _ in range(100):
        ports = Ports(random.randrange(*PORTS))
        with contextlib.suppress(CannotStart):
            ports.check()
            return ports
    raise AssertionError("no ports are free")


class Running:
    """The command, as somebody started it in a terminal."""

    def __init__(self, folder: Path, workers: int) -> None:
        self.ports = free_ports()
        self._out = folder / "out"
        command = [sys.executable, "-m", "deploy.stack", "--port", str(self.ports.first), "--workers", str(workers)]
        with self._out.open("wb") as out:
            self.process = subprocess.Popen([*command, "--scrape", "1", "--every", "2"], cwd=ROOT, stdout=out, stderr=out)

    @property
    def text(self) -> str:
        """All that it has said."""
        return self._out.read_text()

    @property
    def screen(self) -> str:
        """The figures that it has shown last."""
        return self.text.rpartition("the dashboard's figures at")[2]

    def said(self, pattern: str) -> re.Match[str]:
        """What matches in that, as soon as it is there."""

        def found() -> re.Match[str] | None:
            assert self.process.poll() is None, self.text
            return re.search(pattern, self.text)

        return eventually(found, START_SECONDS, 0.1)

    def shows(self, title: str, value: str, seconds: float = 20) -> None:
        """Waits until the figure of a panel matches."""
        eventually(lambda: re.search(rf"^ *{re.escape(title)} +{value}$", self.screen, re.MULTILINE), seconds, 0.2)


@contextlib.contextmanager
def started(folder: Path, workers: int) -> Iterator[Running]:
    """It, with figures on the screen, for the time of a `with` block."""
    running = Running(folder, workers)
    try:
        running.said("the dashboard's figures at")
        yield running
    finally:
        if running.process.poll() is None:
            running.process.send_signal(signal.SIGTERM)
            running.process.wait(STOP_SECONDS)


@contextlib.contextmanager
def playing(stack: Running) -> Iterator[None]:
    """Players come by nginx and answer, as long as the block lasts: `make bench`."""
    pin = stack.said(r"game PIN: (\d{6})")[1]
    load = ["--clients", str(PLAYERS), "--answers", str(PER_SECOND), "--seconds", "90"]
    command = [sys.executable, "-m", "bench", "--url", f"http://127.0.0.1:{stack.ports.nginx}", "--pin", pin, *load]
    bench = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        yield
        assert bench.poll() is None
    finally:
        bench.terminate()
        bench.wait()


def judged() -> list[str]:
    """What the alerts look at: their expressions without the comparison, and with both sides of `unless`."""
    groups = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"]
    compared = re.compile(r" (?:==|>|<) (?:[\d.]+(?: [*^] [\d.]+)*)")
    plain = [compared.sub("", rule["expr"]).replace(" unless ", " and ") for group in groups for rule in group["rules"]]
    assert not [expression for expression in plain if re.search(r"[<>]|==", expression)]
    return plain


def known() -> list[str]:
    """The queries of the guide, as operators find them in our documents."""
    page = (ROOT / "docs" / "counterparts.md").read_text()
    found = re.findall(r"^\| `([^`]+)` \|", page[page.index("\n## Queries") : page.index("\nThe five alerts")], re.MULTILINE)
    assert len(found) > 15
    return found


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Running]:
    """As it comes."""
    with started(tmp_path, workers=1) as running:
        yield running


@pytest.fixture
def wide_stack(tmp_path: Path) -> Iterator[Running]:
    """Every instance of several workers, each of which counts for itself."""
    with started(tmp_path, workers=2) as running:
        yield running


@pytest.mark.long
def test_the_dashboard_moves_with_what_players_do_and_with_an_outage(wide_stack: Running):
    """Every query of every panel, every query of the guide, and what every alert looks at, has data.

    From all instances, whatever the number of workers.
    """
    stack = wide_stack
    prometheus = Prometheus(f"http://127.0.0.1:{stack.ports.prometheus}")
    stack.shows("Total active connections", "0")
    stack.shows("Instances that answer", str(INSTANCES))
    with playing(stack):
        stack.shows("Total active connections", str(PLAYERS))
        stack.shows("Messages per second", r"[1-9][\d.]*/s")
        stack.shows("P50, P95, P99 latency", r"P50 \d.* ms, P95 .*")
        stranger = Client(f"http://127.0.0.1:{stack.ports.nginx}")
        assert stranger.error("join", {"pin": "000000", "nickname": "Eve"}) == "game_not_found"
        stranger.close()

        os.kill(int(stack.said(r"kill -STOP (\d+)")[1]), signal.SIGKILL)
        stack.shows("Redis health", "away")
        stack.shows("Circuit breaker state", ".* open, .* open, .* open")
        stack.shows("Answers that Redis lacks", r"\S+ [1-9].*")
        stack.shows("Alerts", r".*RedisDown \(pending\).*")
        told = requests.get(f"http://127.0.0.1:{stack.ports.prometheus}/api/v1/alerts", timeout=60).json()["data"]["alerts"]
        links = {alert["labels"]["alertname"]: alert["annotations"]["runbook_url"] for alert in told}
        assert links["RedisDown"] == f"{(ROOT / 'docs' / 'runbook.md').as_uri()}#redisdown"
        assert "no data yet" not in stack.screen
    for expression in [*judged(), *known(), *(one for panel in panels() for one in panel.expressions(WINDOW_S))]:
        found = prometheus.ask(expression)
        assert [value for _, value in found if not math.isnan(value)], expression
        if "instance" in found[0][0]:
            assert len({labels["instance"] for labels, _ in found}) == INSTANCES, expression


@pytest.mark.long
def test_ctrl_c_ends_it_all(stack: Running):
    """In an outage, which Prometheus sees at all instances, and for the impatient too; no process, port or file is left."""
    stack.shows("Instances that answer", str(INSTANCES))
    os.kill(int(stack.said(r"kill -STOP (\d+)")[1]), signal.SIGKILL)
    stack.shows("Redis health", "away")
    folder = Path(stack.said(r"logs: (\S+)")[1])
    assert folder.is_dir()
    stack.process.send_signal(signal.SIGINT)
    stack.process.send_signal(signal.SIGTERM)
    assert stack.process.wait(STOP_SECONDS) == 0, stack.text
    assert "Traceback" not in stack.text
    assert not folder.exists()
    stack.ports.check()
    left = [path.parent.name for path in Path("/proc").glob("[0-9]*/environ") if _of(path, str(folder))]
    assert not left


def _of(environ: Path, folder: str) -> bool:
    with contextlib.suppress(OSError):
        return folder in environ.read_text(errors="replace")
    return False


def test_a_port_that_is_taken_is_named():
    """In one line, before anything is started."""
    ports = free_ports()
    with socket.create_server(("127.0.0.1", ports.instances[1])):
        command = [sys.executable, "-m", "deploy.stack", "--port", str(ports.first)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"stack: port {ports.first + 2}, which instance b needs: address already in use; "
        "stop what listens there, or choose other ports (--port)\n"
    )
