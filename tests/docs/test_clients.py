"""The clients in `docs/clients.md` work as they stand there."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.harness.clients import Client
from tests.harness.server import ROOT, Server


@pytest.mark.timeout(60)
def test_the_python_client_plays_a_self_paced_game_to_its_end(server: Server):
    """Copied from the page and run, it answers every question of all types."""
    pin = server.flask("game", "create", "all-types", "--mode", "self-paced").split()[-1]
    page = (ROOT / "docs/clients.md").read_text()
    code = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert code
    command = [sys.executable, "-c", code[1], server.url, pin, "Ada"]
    played = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (played.returncode, played.stderr) == (0, "")
    assert len(played.stdout.splitlines()) == 7
    ann = Client(server.url)
    assert ann.ok("join", {"pin": pin, "nickname": "Ann"})["leaderboard"]["top"][0]["nickname"] == "Ada"
    ann.close()
