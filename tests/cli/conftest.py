"""The real `flask` in a process of its own, against a real Valkey that is empty before each test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import redis

from quiz.domain.game import Game
from quiz.domain.player import Player, nickname_key
from quiz.ops.valkey import binary
from quiz.play.ports import Submission
from quiz.store.connection import connect
from quiz.store.games_redis import RedisGames

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

#: Calls flask's own entry with each command line, and prints [status, stdout, stderr] of each.
_SEVERAL = """
import contextlib, io, json, sys
from flask.cli import main

def run(command):
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    sys.argv = ["flask", "--app", "app", *command]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            status = end.code or 0
    return [status, *(file.buffer.getvalue().decode() for file in (out, err))]

commands = json.load(sys.stdin)
sys.stdin = open("/dev/null")
outcomes = [run(command) for command in commands]
print(json.dumps(outcomes))
"""


class Outcome(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What it printed, after checking that it succeeded without a word on stderr."""
        assert (self.status, self.err) == (0, ""), self
        return self.out.splitlines()

    @property
    def json(self) -> Any:
        """What it printed as JSON."""
        return json.loads("\n".join(self.lines))

    @property
    def refusal(self) -> str:
        """The one line on stderr with which it failed."""
        assert self.status != 0, self
        assert self.err.startswith("Error: "), self
        assert self.err.count("\n") == 1, self
        return self.err.removeprefix("Error: ").rstrip("\n")


class Flask:
    """Runs `flask` with only these variables set."""

    def __init__(self, **environ: str) -> None:
        self.environ = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONUTF8": "1", **environ}

    def arguments(self, *args: str) -> list[str]:
        """The command line of a command."""
        return [sys.executable, "-m", "flask", "--app", "app", *args]

    def __call__(self, *args: str, **environ: str) -> Outcome:
        done = subprocess.run(
            self.arguments(*args),
            cwd=ROOT,
            env={**self.environ, **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    def together(self, commands: Sequence[Sequence[str]], **environ: str) -> list[Outcome]:
        """Runs commands one after the other in one process, which takes a fraction of the time."""
        done = subprocess.run(
            [sys.executable, "-c", _SEVERAL],
            cwd=ROOT,
            env={**self.environ, **environ},
            input=json.dumps([list(command) for command in commands]),
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return [Outcome(*one) for one in json.loads(done.stdout)]


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="quiz-cli-") as folder:
        socket = Path(folder, "valkey.sock")
        command = [str(binary()), "--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no", "--dir", folder]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 20
            while not socket.exists():
                assert server.poll() is None, "Valkey has ended"
                assert time.monotonic() < deadline, "Valkey does not start"
                time.sleep(0.02)
            yield f"unix://{socket}"
        finally:
            server.terminate()
            server.wait(20)


@pytest.fixture
def store(redis_url: str) -> Iterator[redis.Redis]:
    client = connect(redis_url, 2000, 4)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def flask(store: redis.Redis, redis_url: str, tmp_path: Path) -> Flask:
    return Flask(REDIS_URL=redis_url, QUIZ_VAR_DIR=str(tmp_path / "var"))


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
            games.join(game, Player(player, nickname), nickname_key(nickname))
        for player, _, right in players:
            for index in range(right):
                games.accept(game, Submission(player=player, index=index, answer=0, right=True))
        return game

    return seat
