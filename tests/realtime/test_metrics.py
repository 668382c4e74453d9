"""What Prometheus is told."""

from __future__ import annotations

import re
import time

import requests

from tests.harness.server import eventually
from tests.realtime.conftest import Table


def test_each_answer_that_moves_a_board_is_counted_with_its_delay(table: Table):
    """By whichever worker it was taken and whichever is asked, on both paths alike."""

    def delays() -> tuple[int, int]:
        return count("/metrics"), count("/actuator/prometheus")

    def count(path: str) -> int:
        text = requests.get(table.server.url + path, timeout=5).text
        return int(float(re.search(r"^quiz_leaderboard_broadcast_delay_count (\S+)$", text, re.MULTILINE)[1]))

    def at_rest() -> tuple[int, int] | None:
        # The games of other tests may still be telling their last boards.
        first = delays()
        time.sleep(0.6)
        return first if delays() == first else None

    table.game("self-paced")
    players = [table.player(name) for name in ("Ann", "Bob", "Cid")]
    before, alike = eventually(at_rest, 20, 0.05)
    assert alike == before
    for player in players:
        player.ok("submit_answer", {"question": "q1", "answer": 1})
        player.ok("submit_answer", {"question": "q3", "answer": True})
        player.ok("submit_answer", {"question": "q4", "answer": "wrong"})
    eventually(lambda: delays() == (before + 6, before + 6), 5, 0.05)
