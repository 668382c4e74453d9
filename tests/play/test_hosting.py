"""What hosts do beside going on: skipping, adding time, giving a player more of it, hiding names."""

from __future__ import annotations

import msgspec
import pytest

from quiz.domain.errors import InvalidPayload, NotJoined, TooLate, WrongState
from quiz.play.archive import Archive, so_far
from quiz.play.ports import Receipt
from tests.play.fakes import Table, brief
from tests.play.test_live import OPENED, REVEALED, opened


def test_a_skipped_question_gives_nobody_points_and_its_answers_stay():
    """Acknowledged answers are in the record without points; score, rank and streak are as if it had not been asked."""
    table, ann, bob = opened("single", "single", "single", leaderboard_every=0, streak_bonus=True)
    table.answer(ann, "q1", 1)
    table.answer(bob, "q1", 1)
    table.deliver()
    table.rounds.next(table.game)
    table.turn(3000)
    table.answer(ann, "q2", 1)
    table.answer(bob, "q2", 0)
    table.say.take()
    table.rounds.pause(table.game)
    table.rounds.skip(table.game)
    assert brief(table.deliver())[1:] == REVEALED
    assert table.got("reveal")[-1]["skipped"] is True
    results = [table.got("result", player)[-1] for player in (ann, bob)]
    assert [(one["points"], one["score"], one["streak"], one["skipped"]) for one in results] == [(0, 1000, 1, True)] * 2
    assert table.view(ann)["result"] == results[0]
    assert table.lobby.watch(table.game)["reveal"]["skipped"] is True
    table.rounds.next(table.game)
    table.turn(3000)
    for player in (ann, bob):
        table.answer(player, "q3", 1)
    table.deliver()
    assert [table.got("result", player)[-1]["points"] for player in (ann, bob)] == [1100, 1100]
    assert so_far(table.games, table.game).skipped == ("q2",)
    assert [one["points"] for one in table.answering.reviewing.overview(table.game, ann)["questions"]] == [1000, 0, 1100]
    table.rounds.next(table.game)
    record = msgspec.json.decode(table.games.archived(table.game.id), type=Archive)
    assert [(one.score, one.rank) for one in record.players] == [(2100, 1), (2100, 1)]
    assert {who: (one.answer, one.points) for who, one in record.answers["q2"].items()} == {ann: (1, 0), bob: (0, 0)}
    assert [table.results.record(table.game.id) is not None, record.skipped] == [True, ("q2",)]


def test_a_retry_of_skip_skips_no_other_question():
    """Named, a question is skipped once; one that is over or has not come is refused."""
    table, *_ = opened("single", "single", leaderboard_every=0)
    for _ in range(2):
        table.rounds.skip(table.game, "q1")
    assert (table.state, table.phase.skipped) == ("reveal", (0,))
    table.rounds.next(table.game)
    table.rounds.skip(table.game, "q1")
    assert (table.state, table.phase.index) == ("question", 1)
    table.rounds.close_question(table.game)
    for question in ("q2", None):
        with pytest.raises(WrongState):
            table.rounds.skip(table.game, question)


def test_a_late_answer_to_a_skipped_question_enters_the_record_without_points():
    """It was given on an instance that was cut off, and brought after the game was over."""
    table, ann, _ = opened("single")
    table.rounds.skip(table.game)
    table.rounds.end(table.game)
    record = msgspec.json.decode(table.games.archived(table.game.id), type=Archive)
    given = msgspec.convert(
        {"answer": 1, "right": True, "points": 900, "elapsed_ms": 1, "streak": 3, "stamp": 1, "at": 1}, type=Receipt
    )
    late = record.with_late([(ann, 0, given)])
    assert late is not None
    assert (late.answers["q1"][ann].points, late.answers["q1"][ann].streak, late.players[0].score) == (0, 2, 0)


def test_added_time_is_told_at_once_and_a_retry_adds_nothing():
    """`question` comes again with the new end, points go by the old limit, and the same wish twice is one."""
    table, ann, bob = opened(time_limit=20, auto_close=False)
    table.turn(5000)
    wanted = table.phase.closes_at + 10_000
    for _ in range(2):
        assert table.rounds.add_time(table.game, 10_000, "q1", wanted).closes_at == wanted
    assert brief(table.say.take()) == OPENED
    shown = table.view(ann)["question"]
    assert (shown["closes_at"], shown["time_limit_ms"]) == (wanted, 20_000)
    table.turn(20_000)
    table.answer(ann, "q1", 1)
    table.turn(5350)
    assert table.state == "reveal"
    with pytest.raises(TooLate):
        table.answer(bob, "q1", 1)
    table.deliver()
    assert table.got("result", ann)[0]["points"] == 500
    with pytest.raises(WrongState):
        table.rounds.add_time(table.game, 10_000, "q1", wanted + 10_000)
    with pytest.raises(WrongState):
        table.rounds.add_time(table.game, 10_000, "q2")


def test_a_question_waits_for_who_has_more_time():
    """Its end for the others is as ever; the reveal comes when who has more has answered, is gone, or the time is over."""
    for way in ("answers", "leaves", "runs out"):
        table, ann, bob = opened(time_limit=20, auto_close=False)
        table.lobby.extend(table.game, ann, 1.5)
        shown = table.view(ann)["question"]
        assert (shown["closes_at"], shown["time_limit_ms"]) == (table.clock.now + 30_000, 30_000)
        assert table.view(ann)["you"]["extra_time"] == 1.5
        assert table.view(bob)["question"]["time_limit_ms"] == 20_000
        assert "extra_time" not in table.view(bob)["you"]
        table.turn(25_000)
        assert table.state == "question"
        with pytest.raises(TooLate):
            table.answer(bob, "q1", 1)
        if way == "answers":
            table.answer(ann, "q1", 1)
        elif way == "leaves":
            table.leave(ann)
        else:
            table.turn(5000)
            assert table.state == "question"
        table.turn(600)
        assert table.state == "reveal", way
        table.deliver()
        assert table.got("result", ann)[0]["points"] == (583 if way == "answers" else 0)


def test_who_has_more_time_is_asked_with_their_own_end():
    """In a game with such a player every question is sent to each player alone; the hosts see the others' end."""
    table, ann, bob = opened("single", "single", time_limit=20, leaderboard_every=0)
    table.lobby.extend(table.game, ann, 2)
    assert brief(table.say.take())[-1:] == [f"extended {ann}"]
    table.rounds.close_question(table.game)
    table.rounds.next(table.game)
    told = table.deliver()
    assert "players question" not in brief(told)
    limits = [table.got("question", whom)[-1]["time_limit_ms"] for whom in (ann, bob, "hosts")]
    assert limits == [40_000, 20_000, 20_000]
    listed = {one["id"]: one.get("extra_time") for one in table.lobby.watch(table.game)["players"]}
    assert listed == {ann: 2.0, bob: None}
    table.lobby.extend(table.game, ann, 1)
    assert table.view(ann)["question"]["time_limit_ms"] == 20_000


def test_self_paced_time_limits_are_stretched_too():
    """The next question says so, and is missed later."""
    table = Table("single", "single", mode="self-paced", time_limits=True, time_limit=20)
    ann = table.join("Ann")
    table.lobby.extend(table.game, ann, 1.5)
    question = table.answering.next_question(table.game, ann)["question"]
    assert (question["time_limit_ms"], question["closes_at"]) == (30_000, table.clock.now + 30_000)
    table.turn(30_000)
    assert table.answering.next_question(table.game, ann)["question"]["id"] == "q1"
    table.turn(300)
    assert table.answering.next_question(table.game, ann)["question"]["id"] == "q2"


def test_more_time_is_for_players_who_are_there():
    """Neither for strangers nor for who was removed, and not for any factor."""
    table, ann, bob = opened()
    table.lobby.kick(table.game, bob)
    for player, factor, refusal in (
        ("nobody", 2, NotJoined),
        (bob, 2, NotJoined),
        (ann, 3, InvalidPayload),
        (ann, 0.5, InvalidPayload),
    ):
        with pytest.raises(refusal):
            table.lobby.extend(table.game, player, factor)
    assert table.phase.extended == {}


def test_names_stay_hidden_until_they_are_shown():
    """Every host's screen is told, and one that is opened anew too; so are players, whose names they are."""
    table, ann, _ = opened()
    for hidden in (True, True, False):
        table.lobby.hide_names(table.game, hidden)
        assert table.lobby.watch(table.game)["game"]["names_hidden"] is hidden
        assert table.view(ann)["game"]["names_hidden"] is hidden
    table.deliver()
    assert [event["names_hidden"] for event in table.got("game")] == [False, True, False]
