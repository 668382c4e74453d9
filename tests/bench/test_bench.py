"""The bench measures what it says; how fast anything is, no test asserts."""

from __future__ import annotations

import resource
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from bench.__main__ import NobodyJoined, main, run
from bench.boards import Boards, Waiting, version_of
from bench.crowd import Crowd, TooManyClients, masked
from bench.figures import Figures, head, line, remarks
from bench.installation import free_port, installed
from bench.plot import plot
from bench.scenarios import GROWTH, GROWTH_ANSWERS, SCENARIOS, Scenario
from bench.seen import percentile
from quiz.transport.frames import TEXT, Decoder


def test_a_small_crowd_joins_answers_and_sees_boards():
    """On a server of the bench's own: nobody is dropped, every answer counts, everybody sees boards."""
    scenario = replace(SCENARIOS["answers"].scaled(0.05), load_s=1)
    with installed(scenario) as server:
        found = run(scenario, "127.0.0.1", server.ports, server.pins, server)
    assert (found.joined, found.dropped) == (50, 0)
    assert found.ok == found.submitted > 20
    assert found.boards > 30
    assert found.shown == found.scored == found.ok
    assert found.why == {}
    assert found.cpu_s > 0
    assert 0 < found.ack_p50_ms <= found.ack_p95_ms <= found.ack_p99_ms <= found.ack_max_ms


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


def test_remarks_tell_what_a_reader_must_know():
    """Of all runs together; of good ones there are none."""
    fine = one(scored=5, shown=5, client_busy=0.3, why={})
    assert remarks([fine]) == []
    worse = one(scored=5, shown=3, client_busy=0.93, why={"rate_limited": 2})
    lost, missing, busy = remarks([fine, worse, worse])
    assert lost == "4 × rate_limited"
    assert missing.startswith("4 answers were on no board")
    assert "93% of a core" in busy


def board(version: int) -> bytes:
    return b'42["leaderboard",{"pin":"900001","epoch":1,"version":%d,"players":2,"top":[]}]' % version


def test_an_answers_latency_ends_with_the_board_that_shows_it():
    """Not with one that was on its way when the answer was given."""
    assert [version_of(board(41)), version_of(b'42["leaderboard",{}]'), version_of(b'{"version":}')] == [41, 0, 0]
    boards, player, other = Boards(), Waiting(), Waiting()
    boards.newest["900001"] = board(40)
    boards.begin()
    player.asked.append(1.0)
    assert boards.scored(other, "900001", 0.9) is None  # the other's answer makes it 41
    player.asked.pop(0)
    assert boards.scored(player, "900001", 1.0) is None  # 42
    assert boards.came(player, board(41), 1.25) == []
    assert boards.came(player, board(43), 1.5) == [0.5]
    assert boards.came(player, board(44), 1.75) == []


def test_a_board_may_come_before_the_acknowledgement():
    """Then it counts from when it came."""
    boards, player = Boards(), Waiting()
    boards.newest["900001"] = board(40)
    boards.begin()
    player.asked.append(1.0)
    assert boards.came(player, board(41), 1.25) == []
    assert boards.scored(player, "900001", player.asked.pop(0)) == 0.25


def test_the_plot_is_well_formed():
    """For each series a bar and two dots for each number of clients."""
    points = [one(clients=s.clients, us_per_delivery=8.5, board_p99_ms=40) for s in GROWTH]
    picture = ElementTree.fromstring(plot(points, [one(clients=s.clients, us_per_answer=0) for s in GROWTH_ANSWERS]))
    kinds = [element.tag.rpartition("}")[2] for element in picture]
    assert kinds.count("circle") == 4 * len(GROWTH)
    assert kinds.count("rect") == 2 * len(GROWTH) + 1


def test_where_nobody_can_join_it_says_why():
    """Instead of measuring nothing."""
    with pytest.raises(NobodyJoined, match=r"nobody could join at http://127\.0\.0\.1:\d+: Connection refused"):
        run(Scenario("theirs", "", 3), "127.0.0.1", [free_port()], ["123456"])


def test_more_clients_than_open_files_is_said_at_once(monkeypatch: pytest.MonkeyPatch):
    """Before anything is opened."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (100, 100))
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    with pytest.raises(TooManyClients, match="500 clients need as many open files, and the limit is 100"):
        Crowd("127.0.0.1", [1], ["123456"], 500, 100)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fanuot"], "unknown scenario fanuot"),
        (["--url", "http://127.0.0.1"], "--url needs --pin"),
        (["--url", "https://127.0.0.1", "--pin", "123456"], "no TLS"),
        (["--url", "127.0.0.1:8080", "--pin", "123456"], "must be like http://host:port"),
        (["--runs", "0"], "must be 1 or more"),
        (["--scale", "0"], "must be more than 0"),
        (["--json", "/no-such-folder/x.json"], "there is no such folder"),
    ],
)
def test_a_wrong_call_is_said_in_one_line(
    arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """With the usage before it."""
    monkeypatch.setattr("sys.argv", ["bench", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert said in capsys.readouterr().err.splitlines()[-1]
