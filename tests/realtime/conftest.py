"""A running server with quizzes and a host, for the tests of this folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache

import pytest

from tests.harness.clients import Client
from tests.harness.server import Server, serving

#: One question of each type; the wrong and right answers are beside the questions in `ANSWERS`.
QUIZ = {
    "title": "All types",
    "questions": [
        {"type": "single", "text": "2 + 2?", "choices": ["3", "4", "5"], "correct": 1},
        {"type": "multiple", "text": "Even?", "choices": ["1", "2", "3", "4"], "correct": [1, 3]},
        {"type": "true_false", "text": "Water is wet.", "correct": True},
        {"type": "text", "text": "Capital of France?", "correct": ["Paris"]},
        {"type": "number", "text": "Pi?", "correct": 3.14, "tolerance": 0.01},
        {"type": "order", "text": "Smallest first", "choices": ["3", "1", "2"], "correct": [1, 2, 0]},
        {"type": "poll", "text": "Tea or coffee?", "choices": ["Tea", "Coffee"]},
    ],
}
#: Of each question: a right answer, a wrong one, and some of the wrong shape.
ANSWERS = {
    "q1": (1, 0, [True, 1.5, 3, -1, "1", [1], None, {}]),
    "q2": ([3, 1], [1], [1, [1, 1], [4], ["1"], [True], None]),
    "q3": (True, False, [1, 0, "true", None, [True]]),
    "q4": ("  pARIS ", "Rome", [5, None, "", "   ", "x" * 201, "a\x00b", ["Paris"]]),
    "q5": (3.15, 3, ["3", True, None, [3], 1e16]),
    "q6": ([1, 2, 0], [0, 1, 2], [[0, 1], [0, 0, 1], "012", [0, 1, 3], None]),
    "q7": (0, 1, [2, "Tea", None, [0]]),
}


def furnish(server: Server) -> None:
    """Gives a server the quiz and a host."""
    file = server.folder / "types.json"
    file.write_text(json.dumps(QUIZ))
    server.flask("quiz", "import", str(file))
    server.flask("host", "add", "teacher", "--password", "a good password")


@pytest.fixture(scope="session", params=[1, 2], ids=["1 worker", "2 workers"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """An instance with one and with two workers."""
    with serving(request.param) as running:
        furnish(running)
        yield running


@pytest.fixture(scope="session")
def one_worker() -> Iterator[Server]:
    """An instance with one worker and the production's rate limit."""
    with serving(1, QUIZ_RATE_LIMIT__CAPACITY="10") as running:
        furnish(running)
        yield running


@cache
def _teacher(server: Server) -> str:
    """The token of the teacher, who signs in once: checking a password takes time on purpose."""
    return server.sign_in("teacher", "a good password")


class Table:
    """A game with its host and players, all closed at the end of the test."""

    def __init__(self, server: Server, token: str = "") -> None:
        """`token` is a host's who has signed in already; without it, it is the teacher's of tables before."""
        self.server, self.clients = server, []
        self.host = self.keep(Client(server.url, "/host", {"token": token or _teacher(server)}))
        self.pin = ""

    def keep(self, client: Client) -> Client:
        """Remembers a client to close."""
        self.clients.append(client)
        return client

    def game(self, mode: str = "live", quiz: str = "all-types", **options) -> str:
        """Makes and watches a game; its PIN."""
        options = {"countdown_ms": 0, **options} if mode == "live" else options
        self.pin = self.host.ok("create_game", {"quiz": quiz, "mode": mode, "options": options})["pin"]
        self.host.ok("watch", {"pin": self.pin})
        return self.pin

    def connect(self) -> Client:
        """A connection that has not joined."""
        return self.keep(Client(self.server.url))

    def player(self, nickname: str) -> Client:
        """A player of the game; `ack` is what joining told."""
        client = self.connect()
        client.ack = client.ok("join", {"pin": self.pin, "nickname": nickname})
        return client

    def close(self) -> None:
        """Closes all."""
        for client in self.clients:
            client.close()


@pytest.fixture
def table(server: Server) -> Iterator[Table]:
    """A table on the instance with one and with two workers."""
    laid = Table(server)
    yield laid
    laid.close()


@pytest.fixture
def small_table(one_worker: Server) -> Iterator[Table]:
    """A table where one worker is as good as two."""
    laid = Table(one_worker)
    yield laid
    laid.close()
