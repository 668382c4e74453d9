"""What Prometheus is told."""

from __future__ import annotations

import re

import requests

from tests.harness.server import eventually
from tests.realtime.conftest import Table


def test_each_answer_that_moves_a_board_is_counted_with_its_delay(table: Table):
    """By whichever worker it was taken and whichever is asked, on both paths alike."""

    def delays() -> int:
        found = set()
        for path in ("/metrics", "/actuator/prometheus"):
            text = requests.get(table.server.url + path, timeout=5).text
            found.add(int(float(re.search(r"^quiz_leaderboard_broadcast_delay_count (\S+)$", text, re.MULTILINE)[1])))
        assert len(found) == 1
        return found.pop()

    table.game("self-paced")
    players = [table.player(name) for name in ("Ann", "Bob", "Cid")]
    before = delays()
    for player in players:
        player.ok("submit_answer", {"question": "q1", "answer": 1})
        player.ok("submit_answer", {"question": "q3", "answer": True})
        player.ok("submit_answer", {"question": "q4", "answer": "wrong"})
    eventually(lambda: delays() - before == 6, 5, 0.05)
