"""A running server with quizzes, hosts and games, for the documents that are compared with it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Flask
from tests.harness.server import Server, serving
from tests.realtime.conftest import QUIZ

QUESTION = {"text": "2 + 2?", "choices": ["3", "4"], "correct": 1, "explanation": "Count."}
EXPLAINED = {"title": "Explained", "language": "en", "questions": [QUESTION, {**QUESTION, "text": "1 + 3?"}]}
#: Limits of which each is reached once.
SOON_REACHED = {
    "QUIZ_LIMITS__PER_ADDRESS": "true",
    "QUIZ_LIMITS__GUESSES_PER_ADDRESS": "20",
    "QUIZ_LIMITS__GUESS_SECONDS": "30",
    "QUIZ_LIMITS__GAMES_PER_HOST": "8",
    "QUIZ_LIMITS__QUIZZES_PER_HOST": "2",
    "QUIZ_LIMITS__DRAFTS_PER_HOST": "2",
    "QUIZ_LIMITS__QUIZ_BYTES": "20000",
    "QUIZ_LIMITS__IMAGE_BYTES_PER_HOST": "10000",
    "QUIZ_REDIS__TIMEOUT_MS": "1500",
}
#: The PIN that the pages use.
PIN = "123456"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """An instance with one worker, two quizzes, two hosts and a self-paced game; a test that stops it is its file's last."""
    with serving(QUIZ_RATE_LIMIT__CAPACITY="10000", QUIZ_DRAIN__SPREAD_SECONDS="0", **SOON_REACHED) as running:
        for quiz in (QUIZ, EXPLAINED):
            (running.folder / f"{quiz['title']}.json").write_text(json.dumps(quiz))
        commands(
            running,
            ["quiz", "import", str(running.folder / "All types.json")],
            ["quiz", "import", str(running.folder / "Explained.json")],
            ["host", "add", "teacher", "--password", "a good password"],
            ["host", "add", "other", "--password", "a good password"],
            ["host", "add", "head", "--password", "a good password", "--admin"],
            ["game", "create", "all-types", "--mode", "self-paced", "--pin", PIN],
        )
        yield running


def commands(server: Server, *wanted: list[str]) -> None:
    """Runs `flask` commands beside a server; each must succeed."""
    for command, outcome in zip(wanted, Flask(**server.environ).each(wanted), strict=True):
        assert outcome.status == 0, f"flask {' '.join(command)}: {outcome.err}"
