"""One running server for what is read of it from outside: headers, frames, texts of strangers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.harness.clients import Client
from tests.harness.server import Server, serving
from tests.security.vectors import telling_quiz

#: A host's options that leave no time to wait for.
AT_ONCE = {"countdown_ms": 0, "leaderboard_every": 0}


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
        running.flask("host", "add", "teacher", "--password", "a good password")
        yield running


class Room:
    """A game with its host and players, all closed at the end of the test."""

    def __init__(self, server: Server, token: str) -> None:
        self.server, self.clients, self.pin = server, [], ""
        self.host = self.keep(Client(server.url, "/host", {"token": token}))

    def keep(self, client: Client) -> Client:
        """Remembers a client to close."""
        self.clients.append(client)
        return client

    def game(self, quiz: str = "telling", mode: str = "live", **options) -> str:
        """Makes and watches a game; its PIN."""
        options = {**AT_ONCE, **options} if mode == "live" else options
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


@pytest.fixture(scope="session")
def host_token(instance: Server) -> str:
    """The host's, who signs in once: checking a password takes time on purpose."""
    return instance.sign_in("teacher", "a good password")


@pytest.fixture
def room(instance: Server, host_token: str) -> Iterator[Room]:
    """A room on the instance."""
    made = Room(instance, host_token)
    yield made
    for client in made.clients:
        client.close()
