"""The bench measures what it says; how fast anything is, no test asserts."""

from __future__ import annotations

import resource
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from bench.__main__ import run
from bench.crowd import Crowd, TooManyClients, masked, percentile
from bench.figures import Figures, head, line, plot
from bench.installation import ROOT, installed
from bench.scenarios import GROWTH, SCENARIOS
from quiz.transport.frames import TEXT, Decoder


def test_a_small_crowd_joins_answers_and_sees_boards():
    """On a server of the bench's own: nobody is dropped, every answer counts, everybody sees boards."""
    scenario = SCENARIOS["answers"].scaled(0.03)
    with installed(scenario) as server:
        found = run(scenario, "127.0.0.1", server.port, server.pins, server)
    assert (found.joined, found.dropped) == (30, 0)
    assert found.ok == found.submitted > 20
    assert found.boards > 30
    assert found.cpu_s > 0
    assert 0 < found.ack_p50_ms <= found.ack_p99_ms


def test_its_frames_are_those_of_a_client():
    """Masked texts of every length."""
    for size in (0, 1, 125, 126, 5000):
        assert Decoder(10_000).feed(masked(b"a" * size)) == [(TEXT, "a" * size)]


def test_percentiles_are_values_that_were_seen():
    """Of nothing, of one and of many."""
    assert percentile([], 0.99) == 0
    assert percentile([3.0], 0.5) == percentile([3.0], 0.99) == 3.0
    assert percentile([float(n) for n in range(100, 0, -1)], 0.5) == 51.0
    assert percentile([float(n) for n in range(100)], 0.99) == 99.0


def one(**changes: float) -> Figures:
    plain = dict.fromkeys(Figures.__dataclass_fields__, 1)
    return Figures(**{**plain, "scenario": "fanout", **changes})


def test_a_line_shows_the_median_and_the_spread_of_several_runs():
    """In the columns of the head."""
    text = line([one(cpu_s=3), one(cpu_s=1), one(cpu_s=2)])
    at = head().index("CPU s") + len("CPU s")
    median, spread = text.splitlines()
    assert median[:at].endswith(" 2")
    assert spread[:at].endswith("1-3")


def test_the_plot_is_well_formed():
    """A bar and a dot for each number of clients."""
    picture = ElementTree.fromstring(plot([one(clients=s.clients, us_per_delivery=8.5, board_p99_ms=40) for s in GROWTH]))
    kinds = [element.tag.rpartition("}")[2] for element in picture]
    assert kinds.count("circle") == len(GROWTH)
    assert kinds.count("rect") == len(GROWTH) + 1


def test_more_clients_than_open_files_is_said_at_once(monkeypatch: pytest.MonkeyPatch):
    """Before anything is opened."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (100, 100))
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    with pytest.raises(TooManyClients, match="500 clients need as many open files, and the limit is 100"):
        Crowd("127.0.0.1", 1, ["123456"], 500, 100)


@pytest.mark.parametrize(
    ("arguments", "said"), [(["fanuot"], "unknown scenario fanuot"), (["--url", "http://x"], "--url needs --pin")]
)
def test_a_wrong_call_is_said_in_one_line(arguments: list[str], said: str):
    """With the usage before it."""
    done = subprocess.run([sys.executable, "-m", "bench", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]
