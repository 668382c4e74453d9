"""Two hundred players on two workers: every score is what the answers are worth, computed apart from the program."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import socketio

from tests.harness.clients import host
from tests.harness.server import Server, serving

PLAYERS = 200


@pytest.fixture(scope="module")
def crowded() -> Iterator[Server]:
    """Two workers with a quiz of 50 questions of different worth; a wide window spares the clients, who share this machine."""
    with serving(2, QUIZ_LEADERBOARD__WINDOW_MS="1000") as running:
        questions = [
            {"text": f"Question {i}", "choices": ["a", "b", "c", "d"], "correct": i % 4, "points": 10 + i} for i in range(50)
        ]
        file = running.folder / "fifty.json"
        file.write_text(json.dumps({"title": "Fifty", "questions": questions}))
        running.flask("quiz", "import", str(file))
        running.flask("host", "add", "teacher", "--password", "a good password")
        yield running


class Pupil:
    """Answers questions in an order of its own, some twice, and one in ten loses its connection on the way."""

    def __init__(self, server: Server, pin: str, number: int, questions: int) -> None:
        self.server, self.pin, self.number, self.random, self.questions = server, pin, number, random.Random(number), questions
        self.expected, self.token, self.player = 0, "", ""
        self.board: dict[str, Any] = {}
        self.client = socketio.AsyncClient(reconnection=False)

    async def call(self, event: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Sends an event that must succeed."""
        ack = await self.client.call(event, payload, timeout=60)
        assert ack["ok"], ack
        return ack

    async def connect(self, **how: str) -> dict[str, Any]:
        """Connects and joins."""
        self.client = socketio.AsyncClient(reconnection=False)
        self.client.on("leaderboard", self.see)
        await self.client.connect(self.server.url, transports=["websocket"], wait_timeout=60)
        return await self.call("join", {"pin": self.pin, **how})

    async def see(self, board: dict[str, Any]) -> None:
        """Keeps the newest board, as clients must."""
        if (board["epoch"], board["version"]) > (self.board.get("epoch", 0), self.board.get("version", 0)):
            self.board = board

    async def play(self) -> None:
        """Plays to the end."""
        ack = await self.connect(nickname=f"pupil {self.number}")
        self.token, self.player = ack["token"], ack["player"]["id"]
        order = list(range(self.questions))
        self.random.shuffle(order)
        drop_at = self.random.randrange(self.questions) if self.number % 10 == 0 else None
        for turn, question in enumerate(order):
            await self.answer(question)
            if turn == drop_at:
                await self.come_back()

    async def answer(self, question: int) -> None:
        """Answers; one time in five the same question again, otherwise."""
        choice = self.random.randrange(4)
        ack = await self.call("submit_answer", {"question": f"q{question + 1}", "answer": choice})
        worth = 10 + question if choice == question % 4 else 0
        self.expected += worth
        assert (ack["points"], ack["score"], ack["duplicate"]) == (worth, self.expected, False)
        if self.random.random() < 0.2:
            again = await self.call("submit_answer", {"question": f"q{question + 1}", "answer": (choice + 1) % 4})
            assert again == {**ack, "duplicate": True}

    async def come_back(self) -> None:
        """Loses the connection without a word and resumes by token."""
        self.client.eio.ws._response.connection.transport.abort()
        ack = await self.connect(token=self.token)
        assert (ack["player"]["id"], ack["you"]["score"]) == (self.player, self.expected)


async def _all_play(server: Server, pin: str, questions: int) -> list[Pupil]:
    pupils = [Pupil(server, pin, number, questions) for number in range(PLAYERS)]
    await asyncio.gather(*(pupil.play() for pupil in pupils))
    best = sorted((p.expected for p in pupils), reverse=True)[:10]
    async with asyncio.timeout(30):
        while any([p["score"] for p in pupil.board.get("top", [])] != best or pupil.board != pupils[0].board for pupil in pupils):
            await asyncio.sleep(0.05)
    await asyncio.gather(*(pupil.client.disconnect() for pupil in pupils))
    return pupils


@pytest.mark.parametrize("questions", [20, pytest.param(50, marks=pytest.mark.long)])
def test_two_hundred_players_get_exactly_what_their_answers_are_worth(crowded: Server, questions: int):
    """Twice-sent answers and torn connections change no score, and all clients end on the same board."""
    teacher = host(crowded)
    pin = teacher.ok("create_game", {"quiz": "fifty", "mode": "self-paced"})["pin"]
    with ThreadPoolExecutor(1) as apart:  # the browser's tests leave an event loop running in the main thread
        pupils = apart.submit(asyncio.run, _all_play(crowded, pin, questions)).result()
    expected = sorted((p.expected for p in pupils), reverse=True)
    told = json.loads(crowded.flask("leaderboard", "top", pin, "-n", "1000", "--json"))
    assert {place["player"]: place["score"] for place in told} == {p.player: p.expected for p in pupils}
    assert [place["rank"] for place in told] == [1 + sum(other > score for other in expected) for score in expected]
    teacher.close()
