"""What is right never reaches anybody before the reveal."""

from __future__ import annotations

from typing import Any

import pytest

from tests.play.fakes import Table, walk

KINDS = ("single", "multiple", "true_false", "text", "number", "order", "poll")
RIGHT = {"q1": 1, "q2": [0, 2], "q3": False, "q4": "colour", "q5": 0.3, "q6": [2, 0, 1], "q7": 2}
WRONG = {"q1": 0, "q2": [0], "q3": True, "q4": "red", "q5": 7, "q6": [0, 1, 2], "q7": 1}
#: Nothing of a question but these may be told before its reveal.
QUESTION = {"id", "index", "total", "type", "text", "choices", "time_limit_ms", "opened_at", "closes_at", "now"}


@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize("paused", [False, True])
def test_no_frame_before_a_reveal_tells_what_is_right(shuffled, paused):
    """Every payload of a game of all types, to players and hosts, is walked up to each reveal."""
    table = Table(*KINDS, shuffle_choices=shuffled, explanation="THE REASON", streak_bonus=True)
    ann, bob = table.join("Ann"), table.join("Bob")
    table.rounds.start(table.game)
    for question in RIGHT:
        start = len(table.frames)
        before = scores(table)
        table.turn(3000)
        table.leave(bob)
        table.lobby.connected(table.game, table.seated[bob], "w1")
        table.answer(ann, question, RIGHT[question])
        table.answer(ann, question, WRONG[question])
        if paused:
            table.rounds.pause(table.game)
            table.view(ann)
            table.rounds.resume(table.game)
        for player in (ann, bob):
            table.view(player)
        late = table.join(f"Late {question}")
        table.answer(bob, question, WRONG[question])
        table.deliver()
        table.frames.append(("hosts", "watch", table.lobby.watch(table.game)))
        assert table.state == "question"
        shown = table.frames[start:]
        check(shown, before)
        table.leave(late)
        assert table.state == "reveal"
        assert table.got("reveal")[-1]["question"] == question
        table.rounds.next(table.game)
        table.rounds.next(table.game)
        table.deliver()
    assert table.state == "finished"


def scores(table: Table) -> dict[str, int]:
    return dict(table.games.players.scores(table.game))


def check(frames: list[tuple[str, str, Any]], before: dict[str, int]) -> None:
    for _, event, data in frames:
        for word in walk(data):
            assert word not in ("correct", "right", "right_answer", "explanation", "distribution", "points", "streak"), event
            assert word not in ("THE REASON", "colour", "color", 0.3, 0.1), event
        shown = [data] if event == "question" else [data["question"]] if isinstance(data.get("question"), dict) else []
        for question in shown:
            assert set(question) <= QUESTION
        boards = [data] if event == "leaderboard" else [data["leaderboard"]] if "leaderboard" in data else []
        for board in boards:
            assert {row["player"]: row["score"] for row in board["top"]}.items() <= {
                **{row["player"]: 0 for row in board["top"]},
                **before,
            }.items()
        if event == "submit_answer":
            assert set(data) == {"accepted", "duplicate"}


def test_right_and_wrong_answers_look_alike_before_the_reveal():
    """Two players, one right, one wrong: acknowledgement, state and board differ in nothing but who they are."""
    table = Table()
    ann, bob = table.join("Ann"), table.join("Bob")
    table.join("Cat")
    table.rounds.start(table.game)
    table.turn(3000)
    told = [table.answer(ann, "q1", 1), table.answer(bob, "q1", 0)]
    assert told[0] == told[1]
    views = [table.view(ann), table.view(bob)]
    for view in views:
        del view["player"], view["token"]
    assert views[0] == views[1]


def test_a_self_paced_player_learns_what_is_right_only_by_answering():
    """Questions and states tell nothing; the acknowledgement of the answer does."""
    table = Table(*KINDS, mode="self-paced", explanation="THE REASON")
    ann = table.join("Ann")
    for question, answer in RIGHT.items():
        shown = table.answering.next_question(table.game, ann)
        assert shown["question"]["id"] == question
        assert set(shown["question"]) <= QUESTION
        assert "THE REASON" not in list(walk(shown))
        table.view(ann)
        assert table.answer(ann, question, answer)["duplicate"] is False
    words = [word for _, event, data in table.frames if event != "submit_answer" for word in walk(data)]
    assert not {"correct", "right_answer", "explanation"} & {word for word in words if isinstance(word, str)}
