"""Many players, one after the other and each with all answers at once; and one who goes on answering while something is done."""

from __future__ import annotations

import json
import random
import statistics
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from tests.harness.server import Server
from tests.play.counting import Sent, Tally
from tests.transport.client_frames import text
from tests.transport.raw import Raw

T = TypeVar("T")
CHOICES = 4


def lots(questions: int) -> dict[str, Any]:
    """A quiz of so many questions with four choices, the right one moving on."""
    choices = [f"choice {n}" for n in range(CHOICES)]
    asked = [{"text": f"Question {n}?", "choices": choices, "correct": n % CHOICES} for n in range(1, questions + 1)]
    return {"title": "Lots", "questions": asked}


class Busy:
    """A player after the other who answers question by question, and how long each acknowledgement took, in seconds."""

    def __init__(self, crowd: Crowd, pin: str, questions: int, name: str) -> None:
        self._crowd, self._pin, self._questions, self._name = crowd, pin, questions, name
        self._took: list[float] = []
        self._over = threading.Event()

    def while_(self, work: Callable[[], T]) -> T:
        """Answers until the work is done; what it gives."""
        answering = threading.Thread(target=self._answer)
        answering.start()
        try:
            return work()
        finally:
            self._over.set()
            answering.join()

    def _answer(self) -> None:
        number = 0
        while not self._over.is_set():
            number += 1
            seat = Seat(self._crowd.server, self._pin, f"{self._name} {number}")
            for question in range(1, self._questions + 1):
                if self._over.is_set():
                    break
                began = time.perf_counter()
                seat.answer([(f"q{question}", 0)])
                self._took.append(time.perf_counter() - began)
                time.sleep(0.01)  # as people do, who don't answer all at once
            seat.close()

    @property
    def count(self) -> int:
        """How many answers were acknowledged."""
        return len(self._took)

    @property
    def median(self) -> float:
        """How long half of the acknowledgements took at most."""
        return statistics.median(self._took)

    def told(self) -> str:
        """For people."""
        return f"{self.count}, median {self.median * 1000:.1f} ms, longest {max(self._took) * 1000:.1f} ms"


class Seat(Raw):
    """A player's connection."""

    def __init__(self, server: Server, pin: str, nickname: str) -> None:
        super().__init__(server.port)
        self.enter()
        self._number = 0
        self._send("join", {"pin": pin, "nickname": nickname})
        self.id = self._ack()["player"]["id"]

    def _send(self, event: str, payload: object) -> None:
        self._number += 1
        self.send(text(f"42{self._number}{json.dumps([event, payload])}"))

    def _ack(self) -> dict[str, Any]:
        frame = self.packet("43")
        told: dict[str, Any] = json.loads(frame[frame.index("[") :])[0]
        assert told["ok"], told
        return told

    def answer(self, given: list[tuple[str, int]]) -> list[dict[str, Any]]:
        """Sends answers together; their acknowledgements."""
        for question, answer in given:
            self._send("submit_answer", {"question": question, "answer": answer})
        return [self._ack() for _ in given]

    def close(self) -> None:
        """Leaves."""
        self.sock.close()


class Crowd:
    """Players of a server."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def play(self, pin: str, players: int, questions: int, rng: random.Random) -> Tally:
        """All play the quiz of `lots`, leave some questions out, and are right the more often the higher their number."""
        tally = Tally({}, [f"q{n}" for n in range(1, questions + 1)])
        nicknames: dict[str, str] = {}
        for number in range(players):
            seat = Seat(self.server, pin, f"Player {number}")
            nicknames[seat.id] = f"Player {number}"
            given = []
            for n in rng.sample(range(1, questions + 1), rng.randrange(questions - 5, questions + 1)):
                right = rng.random() < number / players
                given.append((f"q{n}", (n + (0 if right else rng.randrange(1, CHOICES))) % CHOICES, right))
            acks = seat.answer([(question, answer) for question, answer, _ in given])
            for (question, answer, right), ack in zip(given, acks, strict=True):
                assert ack["correct"] is right
                tally.sent.append(Sent(seat.id, question, answer, right, 10 if right else 0))
            seat.close()
        tally.nicknames = nicknames
        return tally

    def busy(self, pin: str, questions: int, name: str) -> Busy:
        """Somebody, and then another of that name, who answers while something is done."""
        return Busy(self, pin, questions, name)
