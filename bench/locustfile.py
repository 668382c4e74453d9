"""Locust: players of a self-paced game, for those who test an installation of their own (tried with Locust 2.47).

    .venv/bin/pip install locust==2.47.0 websocket-client
    QUIZ_PIN=123456 .venv/bin/locust -f bench/locustfile.py --host http://127.0.0.1:8080 --headless -u 100 -r 10 -t 1m

Each joins, answers question after question with a pause for thought, and counts the boards that it is sent. From one machine,
switch the limits per address off (QUIZ_LIMITS__PER_ADDRESS=false).
"""

from __future__ import annotations

import os
import secrets
import time
from typing import Any

import socketio
from locust import User, between, task
from locust.exception import StopUser


class Player(User):  # type: ignore[misc]
    """One player on one connection, which answers heartbeats by itself."""

    wait_time = between(1, 5)

    def on_start(self) -> None:
        """Joins the game of QUIZ_PIN."""
        self.client = socketio.Client(reconnection=False)
        self.client.on("leaderboard", self._board)
        began = time.perf_counter()
        try:
            self.client.connect(self.host, transports=["websocket"], wait_timeout=10)
        except socketio.exceptions.ConnectionError as error:
            self._report("connect", began, error)
            raise StopUser from error
        self._report("connect", began)
        if not self._call("join", {"pin": os.environ["QUIZ_PIN"], "nickname": f"l-{secrets.token_hex(5)}"})["ok"]:
            raise StopUser

    def on_stop(self) -> None:
        """Leaves."""
        self.client.disconnect()

    @task  # type: ignore[untyped-decorator]
    def answer(self) -> None:
        """Answers the next question; who has answered all has finished."""
        asked = self._call("next_question", {})
        if asked.get("finished"):
            raise StopUser
        if asked["ok"]:
            question = asked["question"]
            self._call("submit_answer", {"question": question["id"], "answer": _some_answer(question)})

    def _call(self, event: str, payload: dict[str, Any]) -> dict[str, Any]:
        began = time.perf_counter()
        try:
            ack: dict[str, Any] = self.client.call(event, payload, timeout=10)
        except (socketio.exceptions.SocketIOError, ValueError) as error:
            self._report(event, began, error)
            raise StopUser from error
        self._report(event, began, None if ack["ok"] else RuntimeError(ack["error"]["code"]))
        return ack

    def _board(self, board: dict[str, Any]) -> None:
        self._report("leaderboard", time.perf_counter(), size=len(board["top"]))

    def _report(self, name: str, began: float, error: Exception | None = None, size: int = 0) -> None:
        took_ms = (time.perf_counter() - began) * 1000
        self.environment.events.request.fire(
            request_type="Socket.IO", name=name, response_time=took_ms, response_length=size, exception=error, context={}
        )


def _some_answer(question: dict[str, Any]) -> Any:
    """One of the shape that the question's type asks for."""
    match question["type"]:
        case "single" | "poll":
            return 0
        case "multiple":
            return [0]
        case "order":
            return [choice["id"] for choice in question["choices"]]
        case "true_false":
            return True
        case "number":
            return 1
        case _:
            return "something"
