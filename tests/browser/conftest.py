"""Running servers with quizzes for the browser (tests/harness/browser.py)."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.harness.clients import Client
from tests.harness.server import Server, serving
from tests.harness.tunnel import Tunnel

QUIZZES: list[dict[str, Any]] = [
    {
        "title": "Five of a kind",
        "questions": [
            {"type": "single", "text": "Which planet is red?", "choices": ["Venus", "Mars", "Jupiter"], "correct": 1},
            {"type": "multiple", "text": "Which are even?", "choices": ["1", "2", "3", "4"], "correct": [1, 3]},
            {"type": "true_false", "text": "Honey keeps for centuries.", "correct": True, "explanation": "Sealed, it does."},
            {"type": "text", "text": "What is the capital of France?", "correct": ["Paris"]},
            {"type": "number", "text": "How many bones has an adult?", "correct": 206},
        ],
    },
    {
        "title": "At your own pace",
        "questions": [
            {"type": "order", "text": "Smallest first", "choices": ["Thirty", "Ten", "Twenty"], "correct": [1, 2, 0]},
            {"type": "poll", "text": "Tea or coffee?", "choices": ["Tea", "Coffee"]},
            {"type": "number", "text": "Pi?", "correct": 3.14, "tolerance": 0.01},
            {"type": "single", "text": "What is a pin for?", "choices": ["Sewing", "Cooking"], "correct": 0},
        ],
    },
    {
        "title": "Two long ones",
        "questions": [
            {"type": "single", "text": "First?", "choices": ["Yes", "No"], "correct": 0},
            {"type": "single", "text": "Second?", "choices": ["Yes", "No"], "correct": 0},
        ],
    },
]


#: Seconds that a question is open: machines are busy with other things.
TIME_LIMIT = 120


def furnish(server: Server) -> None:
    """Gives a server the quizzes and a host."""
    commands = [("host", "add", "teacher", "--password", "a good password")]
    for number, quiz in enumerate(QUIZZES):
        file = server.folder / f"quiz-{number}.json"
        unhurried = [{**question, "time_limit": TIME_LIMIT} for question in quiz["questions"]]
        file.write_text(json.dumps({**quiz, "questions": unhurried}))
        commands.append(("quiz", "import", str(file)))
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda command: server.flask(*command), commands))


@pytest.fixture(scope="session")
def one_worker() -> Iterator[Server]:
    """An instance with one worker."""
    with serving(1) as running:
        furnish(running)
        yield running


@pytest.fixture(scope="session")
def _tunnel() -> Iterator[Tunnel]:
    with contextlib.closing(Tunnel()) as dug:
        yield dug


@pytest.fixture(scope="session")
def two_workers(_tunnel: Tunnel) -> Iterator[Server]:
    """An instance with two workers."""
    with serving(2, QUIZ_ORIGINS=_tunnel.url) as running:
        furnish(running)
        _tunnel.server_url = running.url
        yield running


@pytest.fixture
def tunnel(_tunnel: Tunnel, two_workers: Server) -> Iterator[Tunnel]:
    """A way to `two_workers` that can be cut."""
    yield _tunnel
    _tunnel.mend()


@pytest.fixture
def host(two_workers: Server) -> Iterator[Client]:
    """A host without a screen, who has signed in at `two_workers`."""
    client = Client(two_workers.url, "/host", {"token": two_workers.sign_in("teacher", "a good password")})
    yield client
    client.close()


@pytest.fixture(params=[pytest.param("one_worker", marks=pytest.mark.long), "two_workers"])
def server(request: pytest.FixtureRequest) -> Server:
    """Both instances, one after the other."""
    return request.getfixturevalue(request.param)
