"""Whole live games, step by step."""

from __future__ import annotations

import json

import pytest

from quiz.domain.errors import GameLocked, QuestionNotFound, QuestionNotOpen, TooLate, WrongState
from tests.play.fakes import Table, brief

OPENED = ["everyone game question", "hosts question", "players question", "progress"]
REVEALED = ["everyone game reveal", "everyone reveal", "personally result", "board"]


def opened(*kinds: str, **changes) -> tuple[Table, str, str]:
    """A game in its first question, its countdown over, with Ann and Bob."""
    table = Table(*kinds, **changes)
    ann, bob = table.join("Ann"), table.join("Bob")
    table.rounds.start(table.game)
    table.turn(table.game.options.countdown_ms)
    table.deliver()
    return table, ann, bob


def test_a_whole_game_tells_everything_in_order():
    """From the lobby over two questions, their reveals and leaderboards to the end."""
    table = Table(time_limit=10)
    ann = table.join("Ann")
    table.say.take()
    steps = []
    for act in (
        lambda: table.rounds.start(table.game),
        lambda: table.turn(3000),
        lambda: table.answer(ann, "q1", 1),
        lambda: table.rounds.close_question(table.game),
        lambda: table.rounds.next(table.game),
        lambda: table.rounds.next(table.game),
        lambda: table.turn(13_300),
        lambda: table.rounds.next(table.game, "q2"),
        lambda: table.rounds.next(table.game, "q2"),
    ):
        act()
        steps.append(brief(table.say.take()))
    assert steps == [
        OPENED,
        [],
        ["progress"],
        REVEALED,
        ["everyone game leaderboard"],
        OPENED,
        REVEALED,
        ["everyone game leaderboard"],
        ["everyone game finished", "board"],
    ]


def test_the_game_event_names_pin_state_and_a_growing_version():
    """What clients drop older states by."""
    table, *_ = opened()
    table.rounds.close_question(table.game)
    table.deliver()
    events = table.got("game")
    assert [event["state"] for event in events] == ["question", "reveal"]
    assert all(event["pin"] == table.game.pin for event in events)
    assert events[0]["version"] < events[1]["version"]


def test_the_question_is_sent_ahead_with_its_times():
    """In the countdown everybody has the question, with server times, and no answer is taken yet."""
    table = Table(countdown_ms=3000, time_limit=10)
    ann = table.join("Ann")
    table.rounds.start(table.game)
    table.deliver()
    question = table.got("question", "players")[0]
    assert question == table.got("question", "hosts")[0] == table.view(ann)["question"]
    times = (question["now"], question["opened_at"], question["closes_at"], question["time_limit_ms"])
    start = table.clock.now
    assert times == (start, start + 3000, start + 13_000, 10_000)
    assert (question["id"], question["index"], question["total"], question["type"]) == ("q1", 0, 2, "single")
    assert question["choices"] == [{"id": 0, "text": "a"}, {"id": 1, "text": "b"}, {"id": 2, "text": "c"}]
    table.turn(2999)
    with pytest.raises(QuestionNotOpen):
        table.answer(ann, "q1", 1)
    table.turn(1)
    assert table.answer(ann, "q1", 1) == {"accepted": True, "duplicate": False}


def test_points_are_counted_from_the_opening_to_the_millisecond():
    """Full points within half a second, then less by the time, half at the very end and within the grace."""
    table, *_ = opened(time_limit=20, auto_close=False)
    names = [(f"p{ms}", ms) for ms in (0, 500, 501, 10_000, 20_000, 20_250)]
    players = [(table.join(name), ms) for name, ms in names]
    start = table.clock.now
    for player, ms in players:
        table.clock.now = start + ms
        table.answer(player, "q1", 1)
    table.turn(100)
    table.deliver()
    points = [table.got("result", player)[0]["points"] for player, _ in players]
    assert points == [1000, 1000, 987, 750, 500, 500]
    assert [table.got("result", player)[0]["elapsed_ms"] for player, _ in players] == [0, 500, 501, 10_000, 20_000, 20_000]


def test_the_deadline_is_hard_and_the_reveal_follows_within_a_second():
    """One millisecond past the grace is too late, though nobody has closed the question; the clock does at its next look."""
    table, ann, bob = opened(time_limit=5)
    closes_at = table.phase.closes_at
    table.clock.now = closes_at + 250
    table.answer(ann, "q1", 1)
    table.clock.now = closes_at + 251
    with pytest.raises(TooLate):
        table.answer(bob, "q1", 1)
    assert table.state == "question"
    table.turn(100)
    assert table.state == "reveal"
    assert table.clock.now - closes_at < 1000


def test_the_clock_reveals_whoever_is_connected():
    """A question closes on time when all are gone."""
    table, ann, bob = opened(time_limit=5)
    table.leave(ann)
    table.leave(bob)
    assert table.state == "question"
    table.turn(5000)
    assert table.state == "question"
    table.turn(350)
    assert brief(table.deliver())[-4:] == REVEALED


def test_the_reveal_tells_what_was_right_and_how_all_answered():
    """`reveal` to all, then a `result` to each player, also to who did not answer."""
    table, ann, bob = opened("text", explanation="British", auto_close=False)
    cat = table.join("Cat")
    table.answer(ann, "q1", " COLOUR ")
    table.turn(1000)
    table.answer(bob, "q1", "farbe")
    table.rounds.close_question(table.game)
    table.deliver()
    assert table.got("reveal") == [
        {
            "question": "q1",
            "correct": ["colour", "color"],
            "distribution": [{"answer": "COLOUR", "count": 1}, {"answer": "farbe", "count": 1}],
            "explanation": "British",
        }
    ]
    results = [table.got("result", player) for player in (ann, bob, cat)]
    plain = {"question": "q1", "points": 0, "score": 0, "rank": 2, "streak": 0, "correct": False,
             "ahead": {"nickname": "Ann", "score": 1000}}  # fmt: skip
    right = {"question": "q1", "correct": True, "points": 1000, "score": 1000, "rank": 1, "streak": 1, "elapsed_ms": 0}
    assert results == [[right], [{**plain, "elapsed_ms": 1000}], [{**plain, "elapsed_ms": None}]]
    events = [event for _, event, _ in table.frames]
    assert events.index("reveal") < events.index("result")


def test_a_poll_has_no_right_answer_and_no_points():
    """In reveal and result of a poll nothing is right or wrong."""
    table, ann, bob = opened("poll")
    table.answer(ann, "q1", 2)
    table.rounds.close_question(table.game)
    table.deliver()
    assert table.got("reveal")[0] == {"question": "q1", "correct": None, "distribution": [{"answer": 2, "count": 1}]}
    assert [table.got("result", player)[0]["correct"] for player in (ann, bob)] == [None, None]
    assert table.got("result", ann)[0]["points"] == 0


def test_a_repeat_is_a_duplicate_at_any_time():
    """Before and after the reveal a repeat is accepted as a duplicate and changes nothing."""
    table, ann, _ = opened()
    table.answer(ann, "q1", 1)
    told = len(table.deliver())
    assert table.answer(ann, "q1", 0) == {"accepted": True, "duplicate": True}
    assert told == 1
    assert table.deliver() == []
    table.rounds.close_question(table.game)
    assert table.answer(ann, "q1", 1) == {"accepted": True, "duplicate": True}
    assert table.view(ann)["you"]["score"] == 1000


def test_an_answer_to_no_question_of_the_quiz_is_not_found():
    """An unknown id is question_not_found, whatever the answer."""
    table, ann, _ = opened()
    with pytest.raises(QuestionNotFound):
        table.answer(ann, "q99", None)


@pytest.mark.parametrize(
    ("state", "refused"),
    [
        ("lobby", {"close_question", "next", "pause", "resume"}),
        ("question", {"start", "next", "resume"}),
        ("reveal", {"start", "close_question", "resume"}),
        ("leaderboard", {"start", "close_question", "resume"}),
        ("paused", {"start", "close_question", "next", "pause"}),
        ("finished", {"start", "close_question", "next", "pause", "resume", "end"}),
    ],
)
def test_a_hosts_event_at_the_wrong_moment_is_wrong_state(state, refused):
    """What a state allows, and nothing is told of what it does not."""
    for event in ("start", "close_question", "next", "pause", "resume", "end"):
        table = in_state(state)
        assert table.state == state
        table.say.take()
        if event in refused:
            with pytest.raises(WrongState):
                getattr(table.rounds, event)(table.game)
            assert table.say.take() == []
        else:
            getattr(table.rounds, event)(table.game)
            assert table.state != state


def in_state(state: str) -> Table:
    table = Table()
    table.join("Ann")
    acts = {"lobby": "", "question": "start", "reveal": "start close_question", "leaderboard": "start close_question next"}
    for act in {**acts, "paused": "start pause", "finished": "start end"}[state].split():
        getattr(table.rounds, act)(table.game)
    table.deliver()
    return table


def test_ending_in_a_question_still_counts_its_answers():
    """The reveal of the open question comes with the end, and its points are on the last board."""
    table, ann, _ = opened()
    table.answer(ann, "q1", 1)
    table.say.take()
    table.rounds.end(table.game)
    assert brief(table.deliver()) == ["everyone game finished", "everyone reveal", "personally result", "board", "board"]
    assert table.got("leaderboard")[-1]["top"][0]["score"] == 1000


def test_a_finished_game_is_off_the_clocks():
    """Nothing is looked at any more, and nothing more is told."""
    table, *_ = opened()
    table.rounds.end(table.game)
    table.deliver()
    assert table.games.alarms.overdue(table.clock.now + 10**9) == []
    table.turn(30_000)
    assert table.deliver() == []


def test_the_record_of_a_finished_game_is_complete():
    """The archive holds the game, all who played with score and rank, and every answer."""
    table, ann, bob = opened("single", "number")
    cat = table.join("Cat")
    table.answer(ann, "q1", 1)
    table.answer(bob, "q1", 0)
    table.rounds.close_question(table.game)
    table.rounds.next(table.game)
    table.rounds.next(table.game)
    table.turn(3000)
    table.answer(ann, "q2", 0.3)
    table.lobby.kick(table.game, cat)
    table.rounds.end(table.game)
    record = json.loads(table.games.archived(table.game.id))
    assert (record["schema"], record["game"]["id"], record["game"]["pin"]) == (1, table.game.id, table.game.pin)
    assert len(record["game"]["questions"]) == 2
    assert record["finished_at"] == table.clock.now
    assert record["players"] == [
        {"id": ann, "nickname": "Ann", "score": 2000, "rank": 1},
        {"id": bob, "nickname": "Bob", "score": 0, "rank": 2},
    ]
    assert set(record["answers"]) == {"q1", "q2"}
    assert record["answers"]["q1"][ann]["points"] == 1000
    assert record["answers"]["q1"][bob]["answer"] == 0
    assert set(record["answers"]["q2"]) == {ann}


def test_who_comes_late_gets_the_open_question():
    """Joining in the middle shows the question with its true deadline; `late_join` off keeps everybody out."""
    table, *_ = opened()
    table.turn(5000)
    cat = table.join("Cat")
    shown = table.got("join", cat)[0]
    assert shown["question"]["id"] == "q1"
    assert shown["question"]["closes_at"] == table.phase.closes_at
    assert shown["question"]["now"] == table.clock.now
    closed, *_ = opened(late_join=False)
    with pytest.raises(GameLocked):
        closed.join("Cat")
