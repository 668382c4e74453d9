"""Two hundred players on two workers: every score is what the answers are worth, computed apart from the program."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.harness.clients import Client, host
from tests.harness.server import Server, eventually, serving

PLAYERS, QUESTIONS = 200, 50


@pytest.fixture
def crowded() -> Iterator[Server]:
    """Two workers with a quiz of 50 questions of different worth."""
    with serving(2) as running:
        questions = [
            {"text": f"Question {i}", "choices": ["a", "b", "c", "d"], "correct": i % 4, "points": 10 + i} for i in range(QUESTIONS)
        ]
        file = running.folder / "fifty.json"
        file.write_text(json.dumps({"title": "Fifty", "questions": questions}))
        running.flask("quiz", "import", str(file))
        running.flask("host", "add", "teacher", "--password", "a good password")
        yield running


class Pupil:
    """Answers 50 questions in an order of its own, some twice, and loses its connection now and then."""

    def __init__(self, server: Server, pin: str, number: int) -> None:
        self.server, self.pin, self.number, self.random = server, pin, number, random.Random(number)
        self.expected = 0
        self.client = Client(server.url)
        ack = self.client.ok("join", {"pin": pin, "nickname": f"pupil {number}"})
        self.token, self.player = ack["token"], ack["player"]["id"]

    def play(self) -> None:
        """Plays to the end."""
        order = list(range(QUESTIONS))
        self.random.shuffle(order)
        drop_at = self.random.randrange(QUESTIONS) if self.number % 10 == 0 else None
        for turn, question in enumerate(order):
            choice = self.random.randrange(4)
            ack = self.client.ok("submit_answer", {"question": f"q{question + 1}", "answer": choice})
            worth = 10 + question if choice == question % 4 else 0
            self.expected += worth
            assert (ack["points"], ack["score"], ack["duplicate"]) == (worth, self.expected, False)
            if self.random.random() < 0.2:
                again = self.client.ok("submit_answer", {"question": f"q{question + 1}", "answer": (choice + 1) % 4})
                assert again == {**ack, "duplicate": True}
            if turn == drop_at:
                self.come_back()

    def come_back(self) -> None:
        """Loses the connection without a word and resumes by token."""
        self.client.tear()
        self.client = Client(self.server.url)
        ack = self.client.ok("join", {"pin": self.pin, "token": self.token})
        assert (ack["player"]["id"], ack["you"]["score"]) == (self.player, self.expected)

    def last_board(self) -> dict:
        """The newest board this client has been sent."""
        return self.client.all("leaderboard")[-1]


@pytest.mark.timeout(240)
def test_two_hundred_players_get_exactly_what_their_answers_are_worth(crowded: Server):
    """Twice-sent answers and torn connections change no score, and all clients end on the same board."""
    teacher = host(crowded)
    pin = teacher.ok("create_game", {"quiz": "fifty", "mode": "self-paced"})["pin"]
    threading.stack_size(256 * 1024)
    with ThreadPoolExecutor(16) as pool:
        pupils = list(pool.map(lambda number: Pupil(crowded, pin, number), range(PLAYERS)))
    with ThreadPoolExecutor(PLAYERS) as pool:
        list(pool.map(Pupil.play, pupils))
    expected = sorted((p.expected for p in pupils), reverse=True)
    by_player = {p.player: p.expected for p in pupils}
    told = json.loads(crowded.flask("leaderboard", "top", pin, "-n", "1000", "--json"))
    assert {place["player"]: place["score"] for place in told} == by_player
    assert [place["rank"] for place in told] == [1 + sum(other > score for other in expected) for score in expected]
    final = eventually(lambda: (b := pupils[0].last_board())["top"][-1]["score"] == expected[9] and b)
    for pupil in pupils:
        eventually(lambda pupil=pupil: pupil.last_board() == final)
    assert [place["score"] for place in final["top"]] == expected[:10]
    for pupil in pupils:
        pupil.client.close()
    teacher.close()
