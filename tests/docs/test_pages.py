"""What people copy from the pages works: commands run, addresses answer, metrics are there, the client plays."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import pytest
import requests

from tests.docs.conftest import PIN, commands
from tests.harness.clients import Client
from tests.harness.server import ROOT, Server

PAGES = [(ROOT / f"docs/{name}.md").read_text() for name in ("counterparts", "production", "journals")]
#: What stands between backticks in the rows of tables, and the lines of examples without their comments.
SPANS = [span for page in PAGES for line in page.splitlines() if line.startswith("|") for span in re.findall(r"`([^`]+)`", line)]
SPANS += [
    re.split(r"\s+#", line)[0]
    for page in PAGES
    for block in re.findall(r"```\n(.*?)```", page, re.DOTALL)
    for line in block.splitlines()
]
LOCAL = "curl http://127.0.0.1:8080"


@pytest.fixture
def played(server: Server) -> Server:
    """The server, after somebody has joined and answered."""
    ann = Client(server.url)
    if ann.call("join", {"pin": PIN, "nickname": "Ann"})["ok"]:
        ann.ok("submit_answer", {"question": "q1", "answer": 1})
    ann.close()
    return server


def test_each_address_on_the_pages_answers(played: Server):
    """An operator who copies the line gets an answer."""
    addresses = {span.removeprefix(LOCAL).strip() for span in SPANS if span.startswith(LOCAL)}
    assert len(addresses) > 4
    replies = {address: requests.get(played.url + address, timeout=10).status_code for address in addresses}
    assert replies == dict.fromkeys(addresses, 200)


def test_each_flask_command_on_the_pages_runs_beside_the_server(played: Server):
    """None of them fails on an instance that is well; a rescued folder is played by the server's own."""
    wanted = [shlex.split(span)[1:] for span in SPANS if span.startswith("flask ") and "NAME" not in span]
    folder = str(played.folder / "var/journal")
    assert len(wanted) > 10
    commands(played, *[[word.replace("/mnt/rescued/journal", folder) for word in command] for command in wanted])


def test_each_metric_of_the_queries_is_served(played: Server):
    """A query over a name that nobody serves would show nothing, for ever."""
    metrics = {name for span in SPANS for name in re.findall(r"\bquiz_[a-z0-9_]+", span)}
    served = requests.get(f"{played.url}/actuator/prometheus", timeout=10).text
    assert metrics
    assert metrics - set(re.findall(r"^(\w+)", served, re.MULTILINE)) == set()


@pytest.mark.timeout(60)
def test_the_python_client_plays_a_self_paced_game_to_its_end(server: Server):
    """Copied from the page and run, it answers every question of all types."""
    page = (ROOT / "docs/clients.md").read_text()
    code = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert code
    command = [sys.executable, "-c", code[1], server.url, PIN, "Ada"]
    played = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (played.returncode, played.stderr) == (0, "")
    assert len(played.stdout.splitlines()) == 7
    bea = Client(server.url)
    board = bea.ok("join", {"pin": PIN, "nickname": "Bea"})["leaderboard"]["top"]
    assert next(place for place in board if place["nickname"] == "Ada")["score"] > 0
    bea.close()
