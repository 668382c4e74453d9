"""What is right reaches a player after the reveal and not before, and nothing that a client says of itself counts."""

from __future__ import annotations

import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import engineio
import pytest
import requests

from tests.harness.clients import walk
from tests.security.vectors import SECRETS

#: Of each question of the telling quiz: a right answer and a wrong one that takes as many bytes.
ANSWERS: dict[str, tuple[Any, Any]] = {
    "q1": (2, 1),
    "q2": ([1, 3], [0, 2]),
    "q3": (True, False),
    "q4": (SECRETS[1], SECRETS[1][::-1]),
    "q5": (271828.25, 314159.25),
    "q6": ("in order", [0, 1, 2, 3]),
    "q7": (0, 1),
}
#: What stands in a reveal, a result or the acknowledgement of a self-paced answer alone.
TELLING_KEYS = {"correct", "right", "right_answer", "explanation", "distribution", "points", "streak", "elapsed_ms", "tolerance"}
TELLING_TEXTS = (*SECRETS, "271828", "0.0390625")
#: Of the wrong shape for every type.
MISSHAPEN = (None, {}, "x" * 201, [9], [[0]])

Frames = Callable[[Any], list[str]]


@pytest.fixture
def frames(monkeypatch) -> Frames:
    """All that the server has sent to a client since its connection began, as it came."""
    received: dict[int, list[str]] = defaultdict(list)
    receive = engineio.Client._receive_packet

    def read(self, packet):
        received[id(self)].append(packet.encode(b64=True))
        receive(self, packet)

    monkeypatch.setattr(engineio.Client, "_receive_packet", read)
    return lambda client: received[id(client._socket.eio)]


def right(room, question: str) -> Any:
    """The right answer; that of the order is known by the texts, since its items are held shuffled."""
    if question != "q6":
        return ANSWERS[question][0]
    shown = room.host.wait("question", lambda one: one["id"] == "q6")
    places = {choice["text"]: choice["id"] for choice in shown["choices"]}
    return [places[text] for text in ("first", "second", "third", "fourth")]


def wrong(room, question: str) -> Any:
    return right(room, question)[::-1] if question == "q6" else ANSWERS[question][1]


def check(frames: list[str]) -> None:
    """None of them tells what is right."""
    for frame in frames:
        assert not [text for text in TELLING_TEXTS if text in frame], frame
        body = re.search(r"[\[{].*", frame, re.DOTALL)
        told = json.loads(body[0]) if body else None
        assert not TELLING_KEYS & {key for key, _ in walk(told)}, frame


def shape(frames: list[str]) -> list[str]:
    """Frames without what differs between two players: who they are, how they stood before, numbers of calls, clocks."""
    return [re.sub(r'"(id|player|token|nickname)":"[^"]*"|^\d+|"(now|score|rank)":\d+', "", frame) for frame in frames]


def test_no_frame_and_no_page_tells_a_live_player_what_is_right_before_its_reveal(room, frames):
    """Every byte that two players get is read; one answers right, one wrong, and they get the same, errors included."""
    pin = room.game(auto_close=False, streak_bonus=True)
    ann, bob = room.player("Ann"), room.player("Bob")
    room.host.ok("start")

    def asked(client, question: str, given: Any) -> list[str]:
        """What a player gets who tries everything at a question that is open."""
        client.wait("question", lambda one: one["id"] == question)
        start, before = len(frames(client)), client.ok("state")
        for bad in MISSHAPEN:
            assert client.error("submit_answer", {"question": question, "answer": bad}) == "invalid_payload"
        for other in (given, given, given[::-1] if isinstance(given, list) else given):
            client.ok("submit_answer", {"question": question, "answer": other, "submission": "same"})
        client.call("submit_answer", {"question": f"q{int(question[1]) + 1}", "answer": 0})
        after = client.ok("state")
        assert after["leaderboard"] == before["leaderboard"]
        assert after["you"] == {**before["you"], "answered": [*before["you"]["answered"], question]}
        tab = room.connect()
        tab.ok("join", {"pin": pin, "token": client.ack["token"]})
        tab.close()
        return [*frames(client)[start:], *frames(tab)]

    for question in ANSWERS:
        by_ann, by_bob = asked(ann, question, right(room, question)), asked(bob, question, wrong(room, question))
        check(by_ann + by_bob)
        replies = [[one for one in shape(seen) if one.startswith("[{")] for seen in (by_ann, by_bob)]
        assert replies[0] == replies[1], [pair for pair in zip(*replies, strict=True) if pair[0] != pair[1]]
        for page in ("/", f"/play/{pin}", f"/host/games/{pin}", f"/api/v1/games/{pin}", "/api/v1/quizzes/telling", "/metrics"):
            assert not [text for text in TELLING_TEXTS if text in requests.get(room.server.url + page, timeout=60).text]
        room.host.ok("close_question")
        reveal = ann.wait("reveal", lambda one, question=question: one["question"] == question)
        assert reveal["explanation"] == SECRETS[0]
        results = [client.wait("result", lambda one, question=question: one["question"] == question) for client in (ann, bob)]
        assert [one["correct"] for one in results] == ([None, None] if question == "q7" else [True, False])
        room.host.ok("next")


def test_a_self_paced_player_is_told_what_is_right_by_the_answer_alone(room, frames):
    """And only of the question that was answered, and only who answered it."""
    room.game(mode="self-paced")
    ann, bob = room.player("Ann"), room.player("Bob")
    for question, (_, bad) in ANSWERS.items():
        start = len(frames(ann))
        assert ann.ok("next_question")["question"]["id"] == question
        ann.ok("state")
        ann.error("submit_answer", {"question": question, "answer": {}})
        check(frames(ann)[start:])
        told = ann.ok("submit_answer", {"question": question, "answer": bad})
        assert "right_answer" in told
        assert told["correct"] in (False, None)
    bob.ok("state")
    check(frames(bob))


def test_what_a_client_says_of_itself_is_ignored(room):
    """Score, time, player, right or not: the server alone knows them. Nobody answers as another."""
    room.game(auto_close=False)
    ann, bob = room.player("Ann"), room.player("Bob")
    me, other = ann.ack["player"]["id"], bob.ack["player"]["id"]
    claims = {"score": 10**9, "points": 10**9, "correct": True, "right": True, "elapsed_ms": 0, "time": 0, "at": 0, "streak": 99}
    claims |= {"player": other, "id": other, "credit_ms": 10**6, "round_trip_ms": 10**6}
    third = room.connect()
    ack = third.ok("join", {"pin": room.pin, "nickname": "Cat", **claims})
    assert ack["player"]["id"] not in (me, other)
    assert ack["you"]["score"] == 0
    room.host.ok("start")
    ann.wait("question")
    assert ann.ok("submit_answer", {"question": "q1", "answer": 1, **claims})["duplicate"] is False
    assert bob.ok("submit_answer", {"question": "q1", "answer": 2, "player": me})["duplicate"] is False
    room.host.ok("close_question")
    results = {client: client.wait("result") for client in (ann, bob)}
    assert (results[ann]["correct"], results[ann]["score"], results[ann]["streak"]) == (False, 0, 0)
    assert results[ann]["elapsed_ms"] >= 0
    assert results[bob]["correct"] is True
    assert 0 < results[bob]["score"] <= 1000
    forged = f"{ann.ack['token'][:-3]}xyz"
    assert room.connect().error("join", {"pin": room.pin, "token": forged}) == "unauthorized"
    assert room.connect().error("submit_answer", {"question": "q1", "answer": 2, "player": me}) == "not_joined"


def test_several_tabs_are_one_player(room):
    """One seat, one row, one answer, however many of them answer at once; each shows the same."""
    pin = room.game(mode="self-paced")
    ann = room.player("Ann")
    tabs = [ann, *(room.connect() for _ in range(3))]
    for tab in tabs[1:]:
        assert tab.ok("join", {"pin": pin, "token": ann.ack["token"]})["player"] == ann.ack["player"]
    acks: list[dict[str, Any]] = []

    def answer(tab, choice: int) -> None:
        acks.append(tab.ok("submit_answer", {"question": "q1", "answer": choice}))

    answering = [threading.Thread(target=answer, args=(tab, choice)) for choice, tab in enumerate(tabs)]
    for one in answering:
        one.start()
    for one in answering:
        one.join()
    assert sorted(ack["duplicate"] for ack in acks) == [False, True, True, True]
    assert len({(ack["correct"], ack["points"], ack["score"]) for ack in acks}) == 1
    assert len({tab.ok("state")["you"]["score"] for tab in tabs}) == 1
    watched = room.host.ok("watch", {"pin": pin})
    assert [player["nickname"] for player in watched["players"]] == ["Ann"]
    assert watched["leaderboard"]["players"] == 1
    tabs.pop().ok("leave")
    assert tabs[-1].ok("state")["player"] == ann.ack["player"]


def test_choices_are_shuffled_for_each_player(room):
    """With the option, neighbours see other orders; each sees their own again after a reload, and ids mean the same to all."""
    pin = room.game(shuffle_choices=True, auto_close=False)
    players = [room.player(f"Player {number}") for number in range(8)]
    room.host.ok("start")
    asked = [client.wait("question") for client in players]
    orders = [tuple(choice["id"] for choice in one["choices"]) for one in asked]
    assert len(set(orders)) > 1
    assert {tuple(sorted(order)) for order in orders} == {(0, 1, 2, 3)}
    texts = [sorted((choice["id"], choice["text"], choice["image"]) for choice in one["choices"]) for one in asked]
    assert all(one == texts[0] for one in texts)
    assert [choice["id"] for choice in room.host.wait("question")["choices"]] == [0, 1, 2, 3]
    again = room.connect().ok("join", {"pin": pin, "token": players[3].ack["token"]})["question"]
    assert tuple(choice["id"] for choice in again["choices"]) == orders[3]
    for client in players:
        client.ok("submit_answer", {"question": "q1", "answer": 2})
    room.host.ok("close_question")
    assert {client.wait("result")["correct"] for client in players} == {True}
