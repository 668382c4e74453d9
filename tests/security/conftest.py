"""The servers of these tests: with limits by address, with hosts of all kinds, and one whose frames and pages are read; and who
comes to them.

Clients say by X-Forwarded-For which address they have, as a proxy would.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.harness.server import Server, serving
from tests.realtime.conftest import Table
from tests.security.vectors import telling_quiz
from tests.transport.client_frames import text
from tests.transport.raw import Raw

PASSWORD = "a good password"
QUIZ = {"title": "Guessed", "questions": [{"text": "2 + 2?", "choices": ["3", "4"], "correct": 1}] * 3}
#: Games that somebody may look for.
PINS = [str(200_000 + 37 * number) for number in range(20)]
BEHIND_A_PROXY = {"QUIZ_LIMITS__PER_ADDRESS": "true", "QUIZ_TRUSTED_PROXIES": "1"}


def furnish(server: Server) -> None:
    """Gives a server a quiz, two hosts, and the games."""
    file = server.folder / "guessed.json"
    file.write_text(json.dumps(QUIZ))
    server.flask("quiz", "import", str(file))
    pins = [part for pin in PINS for part in ("--pin", pin)]
    server.flask("game", "create", "guessed", "--mode", "self-paced", *pins)
    for name in ("teacher", "colleague"):
        server.flask("host", "add", name, "--password", PASSWORD)


@pytest.fixture(scope="session")
def school() -> Iterator[Server]:
    """Two workers with the limits that production has, but for a connection's bucket; a store that stalls is soon given up."""
    with serving(2, **BEHIND_A_PROXY, QUIZ_REDIS__TIMEOUT_MS="1500") as running:
        furnish(running)
        yield running


@pytest.fixture(scope="session")
def strict() -> Iterator[Server]:
    """One worker, which takes long-polling too, with limits that are soon reached."""
    limits = {
        "QUIZ_RATE_LIMIT__CAPACITY": "10",
        "QUIZ_RATE_LIMIT__REFILL_PERIOD_SECONDS": "60",  # next to nothing comes back during a test, however slow the machine is
        "QUIZ_LIMITS__CONNECTIONS_PER_ADDRESS": "6",
        "QUIZ_LIMITS__JOINS_PER_ADDRESS": "4",
        "QUIZ_LIMITS__JOINS_PER_PIN": "6",
        "QUIZ_LIMITS__EVENTS_PER_PLAYER": "2",
        "QUIZ_LIMITS__GAMES_PER_HOST": "3",
    }
    with serving(1, **BEHIND_A_PROXY, **limits) as running:
        furnish(running)
        yield running


class Visitor(Raw):
    """A client who comes from an address."""

    def __init__(self, server: Server, address: str, namespace: str = "", auth: str = "") -> None:
        super().__init__(server.port)
        self.head = self.request(X_Forwarded_For=address)
        self.welcome = ""
        if self.head.startswith("HTTP/1.1 101"):
            self.packet("0")
            self.send(text(f"40{namespace},{auth}" if namespace else "40"))
            self.welcome = self.packet("40", "44")
        self._namespace, self._number = namespace, 0

    def close(self) -> None:
        """Leaves."""
        self.sock.close()

    def ask(self, event: str, payload: object) -> dict:
        """Sends an event; its acknowledgement."""
        self._number += 1
        where = f"{self._namespace}," if self._namespace else ""
        self.send(text(f"42{where}{self._number}{json.dumps([event, payload])}"))
        start = f"43{where}{self._number}["
        return json.loads(self.packet(start)[len(start) - 1 :])[0]

    def join(self, pin: str, nickname: str = "Ann", **more: str) -> str:
        """Tries to join; `ok`, or the error's code."""
        told = self.ask("join", {"pin": pin, "nickname": nickname, **more})
        return "ok" if told["ok"] else told["error"]["code"]


def ended(client: Raw) -> bool:
    """Waits until the server closes the connection."""
    while (frame := client.frame()) is not None:
        if frame[0] == 8:
            break
    return True


def take(server: Server, quiz: dict[str, Any]) -> str:
    """Imports a quiz; its slug."""
    file = server.folder / "quiz.json"
    file.write_text(json.dumps(quiz))
    return server.flask("quiz", "import", str(file)).splitlines()[-1]


@pytest.fixture(scope="session")
def instance() -> Iterator[Server]:
    """An instance with one worker, which takes long-polling too, with a quiz that says what must not be told, and a host."""
    with serving(1, QUIZ_NICKNAMES__BLOCKED="badword", QUIZ_LOG_LEVEL="DEBUG") as running:
        take(running, telling_quiz())
        running.flask("host", "add", "teacher", "--password", PASSWORD)
        yield running


class Room(Table):
    """A table whose games have no time to wait for, and questions that must not be told."""

    def game(self, mode: str = "live", quiz: str = "telling", **options) -> str:
        """Makes and watches a game; its PIN."""
        return super().game(mode, quiz, **({"leaderboard_every": 0, **options} if mode == "live" else options))


@pytest.fixture(scope="session")
def host_token(instance: Server) -> str:
    """The host's, who signs in once: checking a password takes time on purpose."""
    return instance.sign_in("teacher", PASSWORD)


@pytest.fixture
def room(instance: Server, host_token: str) -> Iterator[Room]:
    """A room on the instance."""
    made = Room(instance, host_token)
    yield made
    made.close()


#: What all hosts of the staffroom may use.
SHARED = {**QUIZ, "title": "Shared"}


@pytest.fixture(scope="session")
def staffroom() -> Iterator[Server]:
    """Two workers; the hosts `ann`, `bob` and the admin `head`; a shared quiz, and one of ann's own."""
    limits = {"QUIZ_SIGN_IN__ATTEMPTS_PER_ACCOUNT": "3", "QUIZ_SIGN_IN__ATTEMPTS_PER_ADDRESS": "8"}
    with serving(2, **BEHIND_A_PROXY, **limits, QUIZ_REDIS__TIMEOUT_MS="1500") as it:
        for name in ("ann", "bob", "head"):
            it.flask("host", "add", name, "--password", PASSWORD, *(["--admin"] if name == "head" else []))
        file = it.folder / "quiz.json"
        file.write_text(json.dumps(SHARED))
        it.flask("quiz", "import", str(file))
        file.write_text(json.dumps({**SHARED, "title": "Ann's own"}))
        it.flask("quiz", "import", str(file), "--owner", "ann")
        yield it
