"""The model of what an installation needs agrees with one that runs, and the documents with the model."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from bench.__main__ import run
from bench.capacity import OPERATION_S, PLANNED, Load, main
from bench.installation import installed
from bench.scenarios import Scenario

SCALING = Path(__file__).parents[2] / "docs" / "scaling.md"


@pytest.mark.long
def test_operations_and_messages_are_those_of_a_real_run():
    """Two instances, whose players are in the same games."""
    scenario = Scenario("model", "", 40, games=4, answers=60, instances=2, idle_s=1, load_s=4)
    with installed(scenario) as server:
        found = run(scenario, "127.0.0.1", server.ports, server.pins, server)
    assert found.ok == found.submitted > 200
    # After the last answer the crowd waits for what is missing, while instances go on as if idle.
    load = Load(scenario.clients, scenario.clients / scenario.answers, scenario.games)
    assert found.ops_per_answer == pytest.approx(load.operations(2) / load.answers, rel=0.15)
    # Boards are told less often where there is much else to do.
    most = load.messages(2) / load.answers
    assert 0.5 * most < found.messages_per_answer < 1.2 * most


def test_the_table_of_the_documents_is_what_is_computed():
    """Each row that begins with a load."""
    rows = re.findall(
        r"^\| ([\d,]+) \| every (\d+) s \| ([\d,]+) \| (\d+) \| ([\d,]+) \| ([\d,]+) \| (.+) \|$", SCALING.read_text(), re.M
    )
    assert len(rows) > 5
    for players, every, games, *told in rows:
        load = Load(int(players.replace(",", "")), float(every), int(games.replace(",", "")))
        instances = load.instances()
        assert instances
        operations = load.operations(instances)
        masters = math.ceil(operations * OPERATION_S / PLANNED)
        redis = f"{operations * OPERATION_S:.2f} of a core" + (f": {masters} masters" if masters > 1 else "")
        assert told == [str(instances), f"{operations:,.0f}", f"{load.messages(instances):,.0f}", redis]


def test_more_of_anything_never_needs_less():
    """Players, games, and answers."""
    for few, many in (((1000, 30, 10), (2000, 30, 10)), ((1000, 30, 10), (1000, 10, 10)), ((1000, 1, 10), (1000, 1, 20))):
        assert Load(*few).operations(2) <= Load(*many).operations(2)
        assert Load(*few).messages(2) <= Load(*many).messages(2)
        assert (Load(*few).instances() or 0) <= (Load(*many).instances() or 0)


def test_what_no_installation_bears_is_said(capsys):
    """Rather than a number of instances that would only hear each other."""
    main(["--players", "100000", "--every", "10", "--games", "1000"])
    assert "split the games" in capsys.readouterr().out
    main(["--players", "10000", "--every", "30", "--games", "100"])
    assert "instances: 1," in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["--players", "10", "--games", "20"])
