"""A running server is as the documents say: what people copy from the pages works, and the interfaces are those described."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.docs import asked, played
from tests.docs.conftest import PIN, commands
from tests.harness.clients import Client, host
from tests.harness.server import ROOT, Server
from tests.realtime.conftest import QUIZ

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
def busy(server: Server) -> Server:
    """The server, after somebody has joined and answered."""
    ann = Client(server.url)
    if ann.call("join", {"pin": PIN, "nickname": "Ann"})["ok"]:
        ann.ok("submit_answer", {"question": "q1", "answer": 1})
    ann.close()
    return server


def test_each_address_on_the_pages_answers(busy: Server):
    """An operator who copies the line gets an answer."""
    addresses = {span.removeprefix(LOCAL).strip() for span in SPANS if span.startswith(LOCAL)}
    assert len(addresses) > 4
    replies = {address: requests.get(busy.url + address, timeout=60).status_code for address in addresses}
    assert replies == dict.fromkeys(addresses, 200)


def test_each_flask_command_on_the_pages_runs_beside_the_server(busy: Server):
    """None fails on an instance that is well, but `doctor` on a machine that is not; the rescued folder is its own."""
    wanted = [shlex.split(span)[1:] for span in SPANS if span.startswith("flask ") and span != "flask doctor"]
    folder = str(busy.folder / "var/journal")
    assert len(wanted) > 10
    commands(busy, *[[word.replace("/mnt/rescued/journal", folder) for word in command] for command in wanted])


def test_each_metric_of_the_queries_is_served(busy: Server):
    """A query over a name that nobody serves would show nothing, for ever."""
    metrics = {name for span in SPANS for name in re.findall(r"\bquiz_[a-z0-9_]+", span)}
    served = requests.get(f"{busy.url}/actuator/prometheus", timeout=60).text
    assert metrics
    assert metrics - set(re.findall(r"^(\w+)", served, re.MULTILINE)) == set()


def _example(language: str) -> str:
    """The page's example, which is as short as the page says."""
    found = re.search(rf"```{language}\n(.*?)```", (ROOT / "docs/clients.md").read_text(), re.DOTALL)
    assert found
    assert len(found[1].splitlines()) <= 30
    return found[1]


def test_the_python_client_plays_a_self_paced_game_to_its_end(server: Server):
    """Copied from the page and run, it answers every question of all types."""
    command = [sys.executable, "-c", _example("python"), server.url, PIN, "Ada"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 7
    bea = Client(server.url)
    board = bea.ok("join", {"pin": PIN, "nickname": "Bea"})["leaderboard"]["top"]
    assert next(place for place in board if place["nickname"] == "Ada")["score"] > 0
    bea.close()


def test_the_javascript_client_plays_a_live_game_to_its_end(server: Server, tmp_path: Path):
    """Copied from the page and run, it answers a question of each type, is told how it fared, and ends with the game."""
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (tmp_path / "player.mjs").write_text(_example("js"))
    teacher = host(server, "head")
    pin = teacher.ok("create_game", {"quiz": "all-types", "mode": "live", "options": {"countdown_ms": 0}})["pin"]
    teacher.ok("watch", {"pin": pin})
    node = shutil.which("node", path=f"{os.environ['PATH']}:{Path(sys.executable).parent}")
    assert node, "scripts/prepare brings Node.js where there is none"
    command = [node, tmp_path / "player.mjs", server.url, pin, "Ada"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as player:
        teacher.wait("roster", lambda told: told["count"] == 1)
        teacher.ok("start")
        for question in [f"q{number}" for number in range(1, 1 + len(QUIZ["questions"]))]:
            teacher.wait("reveal", lambda told, question=question: told["question"] == question)
            teacher.ok("next", {"after": question, "state": "reveal"})
            teacher.ok("next", {"after": question, "state": "leaderboard"})
        said, _ = player.communicate(timeout=60)
    teacher.close()
    assert player.returncode == 0, said
    for question in QUIZ["questions"]:
        assert f"{question['text']} answered" in said
    for line in ("{ correct: false, points: 0, rank: 1 }", "{ correct: true, points: ", "1. Ada 0"):
        assert line in said


def test_the_http_interface_and_both_modes_over_socket_io_are_as_their_documents_say_to_the_servers_end(server: Server):
    """Every status of every operation, every event, acknowledgement and field is documented, and none of that in vain."""
    call, strict = asked.Caller(server), played.Strict()
    asked.ask_everything(call)
    clients = [played.Checked(strict, server.url, "/host", {"token": call.token})]
    clients += [played.Checked(strict, server.url) for _ in range(3)]
    host, ann, bob, eve = clients
    played.live(host, ann, bob)
    played.self_paced(host, eve)
    asked.ask_too_much(call)
    asked.ask_without_redis(call)
    asked.ask_at_the_end(call)
    assert call.unseen == set()
    for one in clients:
        if one is not bob:  # who was kicked
            one.wait("notice", lambda told: told["code"] == "draining")
        for event, payload in one.events:
            strict.check(one.namespace, [event], payload)
        one.close()
    assert strict.unseen == set()
