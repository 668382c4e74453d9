"""Three instances on one Valkey, as nginx has them behind it, and players who come back by themselves."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import socketio

from bench.installation import free_port
from quiz.ops.valkey import Valkey
from tests.chaos.store import Store
from tests.harness.server import Server

#: Questions of the quiz; the first choice is right.
QUESTIONS = 2000


class Fleet:
    """Starts the instances and their Redis; `games` are the PINs of self-paced games with the same quiz.

    `doors`: the ports of as many nginx, from which browsers may come.
    """

    def __init__(self, stack: contextlib.ExitStack, games: int, doors: int) -> None:
        self.doors = [free_port() for _ in range(doors)]
        self.store = Store()
        stack.callback(self.store.close)
        environ = {
            "REDIS_URL": self.store.url,
            "QUIZ_TRUSTED_PROXIES": "1",
            "QUIZ_DRAIN__SPREAD_SECONDS": "1",
            "QUIZ_ORIGINS": ",".join(f"http://127.0.0.1:{port}" for port in self.doors),
        }
        self.servers = [Server(QUIZ_INSTANCE_ID=name, **environ) for name in ("one", "two", "three")]
        for server in self.servers:
            stack.callback(Valkey(server.folder / "var" / "valkey").stop)
            stack.callback(server.stop)
        with ThreadPoolExecutor() as pool:
            list(pool.map(Server.start, self.servers))
        self.games = self._games(games)

    def _games(self, count: int) -> list[str]:
        questions = [{"text": f"{n}?", "choices": ["a", "b"], "correct": 0} for n in range(QUESTIONS)]
        file = self.servers[0].folder / "fleet.json"
        file.write_text(json.dumps({"title": "Fleet", "questions": questions}))
        self.servers[0].flask("quiz", "import", str(file))
        pins = [part for n in range(count) for part in ("--pin", str(100_001 + n))]
        return self.servers[0].flask("game", "create", "fleet", "--mode", "self-paced", *pins).split()[-count:]

    @property
    def ports(self) -> list[int]:
        """Where the instances listen."""
        return [server.port for server in self.servers]

    def kill(self, server: Server) -> None:
        """The whole instance is gone at once, as with its machine."""
        assert server.process is not None
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()


class Wanderer:
    """A player with Socket.IO's own client, which reconnects by itself; whoever is back joins by token.

    `lost` and `back`: how often the connection went, and how often it came back with the score that it had.
    """

    def __init__(self, url: str, pin: str, nickname: str, transports: list[str] | None = None) -> None:
        self._pin, self._token = pin, ""
        self.score, self.lost, self.back = 0, 0, 0
        self._client = socketio.Client(reconnection_delay=0.2, reconnection_delay_max=1)
        self._client.on("connect", self._back)
        self._client.on("disconnect", self._lost)
        self._client.connect(url, transports=transports, wait_timeout=60)
        ack = self._client.call("join", {"pin": pin, "nickname": nickname}, timeout=10)
        assert ack["ok"], ack
        self._token = ack["token"]

    def answers(self, question: str) -> dict[str, Any]:
        """Answers rightly."""
        ack = self._client.call("submit_answer", {"question": question, "answer": 0}, timeout=10)
        assert ack["ok"], ack
        self.score = ack["score"]
        return ack

    def answered(self, question: str) -> bool:
        """Answers rightly if the connection and the seat are there; whether they were."""
        with contextlib.suppress(socketio.exceptions.SocketIOError):
            ack = self._client.call("submit_answer", {"question": question, "answer": 0}, timeout=2)
            self.score = ack["score"] if ack["ok"] else self.score
            return bool(ack["ok"])
        return False

    def _back(self) -> None:
        if self._token:
            ack = self._client.call("join", {"pin": self._pin, "token": self._token}, timeout=10)
            self.back += ack["ok"] and ack["you"]["score"] == self.score

    def _lost(self, reason: str) -> None:
        self.lost += 1

    def close(self) -> None:
        """Leaves."""
        self._client.disconnect()


@contextlib.contextmanager
def fleet(games: int, doors: int) -> Iterator[Fleet]:
    """For the time of a `with` block."""
    with contextlib.ExitStack() as stack:
        yield Fleet(stack, games, doors)
