"""The real `flask` in a process of its own, against a real Valkey that is empty before each test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import redis

from quiz.domain.game import Game
from quiz.domain.player import Player, nickname_key
from quiz.ops.valkey import binary
from quiz.play.ports import Submission
from quiz.store.connection import connect
from quiz.store.games_redis import RedisGames
from tests.harness.flask import Outcome
from tests.harness.flask import flask as flask_command
from tests.harness.folders import passing

ROOT = Path(__file__).parents[2]

WORDS = {
    "title": "Words",
    "questions": [
        {"type": "single", "text": "Which is a colour?", "choices": ["dog", "red", "run"], "correct": 1},
        {"type": "text", "text": "The opposite of cold?", "correct": ["hot", "warm"], "explanation": "“Hot”, or milder: “warm”."},
        {"type": "order", "text": "From small to large", "choices": ["ant", "cat", "cow"], "correct": [0, 1, 2], "points": 20},
        {"type": "number", "text": "Letters in “word”?", "correct": 4, "tolerance": 0.5, "time_limit": 10},
    ],
}


class Flask:
    """Runs `flask` with only these variables set."""

    def __init__(self, **environ: str) -> None:
        self.environ = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONUTF8": "1", **environ}

    def arguments(self, *args: str) -> list[str]:
        """The command line of a command."""
        return [sys.executable, "-m", "flask", "--app", "app", *args]

    def __call__(self, *args: str, **environ: str) -> Outcome:
        return flask_command(*args, environ={**self.environ, **environ})

    def each(self, commands: Sequence[Sequence[str]], **environ: str) -> list[Outcome]:
        """Runs commands one after the other."""
        return [self(*command, **environ) for command in commands]


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with passing("quiz-cli-") as folder:
        socket = folder / "valkey.sock"
        command = [
            str(binary()),
            "--port",
            "0",
            "--unixsocket",
            str(socket),
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(folder),
        ]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 60
            while not socket.exists():
                assert server.poll() is None, "Valkey has ended"
                assert time.monotonic() < deadline, "Valkey does not start"
                time.sleep(0.02)
            yield f"unix://{socket}"
        finally:
            server.terminate()
            server.wait(60)


@pytest.fixture
def store(redis_url: str) -> Iterator[redis.Redis]:
    client = connect(redis_url, 10_000)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def flask(store: redis.Redis, redis_url: str, tmp_path: Path) -> Flask:
    return Flask(REDIS_URL=redis_url, QUIZ_VAR_DIR=str(tmp_path / "var"), QUIZ_REDIS__TIMEOUT_MS="10000")


@pytest.fixture
def words(flask: Flask, tmp_path: Path) -> str:
    """The slug of a quiz that has been imported."""
    file = tmp_path / "words.json"
    file.write_text(json.dumps(WORDS))
    return flask("quiz", "import", str(file)).lines[-1]


@pytest.fixture
def seat(store: redis.Redis) -> Callable[..., Game]:
    """Seats players in a game: (id, nickname, how many questions answered right)."""
    games = RedisGames(store, 3600, 86400)

    def seat(pin: str, *players: tuple[str, str, int]) -> Game:
        game = games.game(pin)
        assert game
        for player, nickname, _ in players:
            games.players.join(game, Player(player, nickname), nickname_key(nickname))
        for player, _, right in players:
            for index in range(right):
                games.answers.accept(game, Submission(player=player, index=index, answer=0, right=True))
        return game

    return seat
