"""Games in which each player sets the pace."""

from __future__ import annotations

import pytest

from quiz.domain.errors import (
    GameLocked,
    InvalidPayload,
    Kicked,
    NotJoined,
    QuestionNotFound,
    QuestionNotOpen,
    TooLate,
    WrongState,
)
from tests.play.fakes import Table, brief


def paced(*kinds: str, **changes) -> tuple[Table, str, str]:
    table = Table(*(kinds or ("single", "single", "single")), mode="self-paced", **changes)
    ann, bob = table.join("Ann"), table.join("Bob")
    table.deliver()
    return table, ann, bob


def asked(table: Table, player: str):
    told = table.answering.next_question(table.game, player)
    return "finished" if told == {"finished": True} else told["question"]["id"]


def test_a_self_paced_game_is_open_as_soon_as_it_is_created():
    """No start, and a host's events for live games are wrong_state."""
    table, ann, _ = paced()
    assert table.state == "open"
    assert "question" not in table.view(ann)
    for event in ("start", "close_question", "next", "pause", "resume"):
        with pytest.raises(WrongState):
            getattr(table.rounds, event)(table.game)


def test_questions_come_in_order_until_there_is_none():
    """The next question is the first that the player has not answered; at the end `finished`."""
    table, ann, bob = paced()
    assert [asked(table, ann), asked(table, ann)] == ["q1", "q1"]
    table.answer(ann, "q2", 1)
    assert asked(table, ann) == "q1"
    table.answer(ann, "q1", 1)
    assert asked(table, ann) == "q3"
    table.answer(ann, "q3", 1)
    assert asked(table, ann) == "finished"
    assert asked(table, bob) == "q1"
    assert table.state == "open"


def test_the_question_of_a_self_paced_player_has_no_deadline():
    """`closes_at` is null where time limits do not count."""
    table, ann, _ = paced()
    first = table.answering.next_question(table.game, ann)["question"]
    table.turn(5000)
    again = table.answering.next_question(table.game, ann)["question"]
    assert first["closes_at"] is None
    assert first["opened_at"] == again["opened_at"] == table.clock.now - 5000
    assert again["now"] == table.clock.now
    table.turn(3_600_000)
    assert table.answer(ann, "q1", 1)["correct"] is True


def test_an_answer_is_acknowledged_with_all_it_changed():
    """Right or not, points, score, rank and streak at once, and a board follows."""
    table, ann, bob = paced()
    told = table.answer(ann, "q1", 1)
    assert told.items() >= {"correct": True, "points": 10, "score": 10, "rank": 1, "streak": 1, "duplicate": False}.items()
    assert brief(table.deliver()) == ["board"]
    assert table.got("leaderboard")[-1]["top"][0] == {"rank": 1, "player": ann, "nickname": "Ann", "score": 10}
    wrong = table.answer(bob, "q1", 0)
    assert wrong.items() >= {"correct": False, "points": 0, "score": 0, "rank": 2, "streak": 0, "duplicate": False}.items()
    assert table.deliver() == []


def test_a_repeat_gets_the_first_result_and_moves_nothing():
    """Another answer to an answered question is a duplicate of the first, also after later ones and after the end."""
    table, ann, _ = paced()
    first = table.answer(ann, "q1", 1)
    table.answer(ann, "q2", 0)
    table.deliver()
    assert table.answer(ann, "q1", 0) == {**first, "duplicate": True}
    assert table.deliver() == []
    table.rounds.end(table.game)
    assert table.answer(ann, "q1", 2) == {**first, "duplicate": True}
    with pytest.raises(TooLate):
        table.answer(ann, "q3", 1)


def test_a_poll_scores_nothing_and_ends_no_streak():
    """Its result is neither right nor wrong."""
    table, ann, _ = paced("single", "poll", "single")
    table.answer(ann, "q1", 1)
    told = table.answer(ann, "q2", 0)
    assert (told["correct"], told["points"], told["score"], told["streak"]) == (None, 0, 10, 1)
    assert table.answer(ann, "q3", 1)["streak"] == 2


def test_a_wrong_shape_does_not_use_the_question_up():
    """invalid_payload, and the right answer still counts."""
    table, ann, _ = paced()
    for given in (True, "1", 1.5, 3, -1, [1], None, {}):
        with pytest.raises(InvalidPayload):
            table.answer(ann, "q1", given)
    assert table.answer(ann, "q1", 1)["points"] == 10


def test_strangers_unknown_questions_and_live_games_are_refused():
    """not_joined, question_not_found, wrong_state."""
    table, ann, _ = paced()
    with pytest.raises(NotJoined):
        table.answer("nobody", "q1", 1)
    with pytest.raises(NotJoined):
        table.answering.next_question(table.game, "nobody")
    with pytest.raises(QuestionNotFound):
        table.answer(ann, "q4", 1)
    live = Table()
    with pytest.raises(WrongState):
        live.answering.next_question(live.game, live.join("Ann"))


def test_a_kicked_player_gets_no_more_questions():
    """Neither the next one nor an answer."""
    table, ann, _ = paced()
    table.lobby.kick(table.game, ann)
    with pytest.raises(Kicked):
        table.answering.next_question(table.game, ann)
    with pytest.raises(Kicked):
        table.answer(ann, "q1", 1)


def test_a_game_that_is_over_has_no_next_question():
    """After the host's end, asking for one is too late, and the record is kept."""
    table, ann, _ = paced()
    table.answer(ann, "q1", 1)
    table.rounds.end(table.game)
    assert table.state == "finished"
    assert table.games.archived(table.game.id) is not None
    with pytest.raises(TooLate):
        table.answering.next_question(table.game, ann)
    told = brief(table.deliver())
    assert told[-2:] == ["everyone game finished", "board"]
    assert "everyone reveal" not in told


def test_with_time_limits_each_question_runs_from_when_it_was_asked_for():
    """`closes_at` is told, asking again starts nothing anew, and an answer needs the question to be asked for."""
    table, ann, bob = paced(time_limits=True, time_limit=10, scoring="kahoot", points=1000)
    with pytest.raises(QuestionNotOpen):
        table.answer(ann, "q1", 1)
    first = table.answering.next_question(table.game, ann)["question"]
    assert first["closes_at"] == table.clock.now + 10_000
    table.turn(5000)
    assert table.answering.next_question(table.game, ann)["question"]["closes_at"] == first["closes_at"]
    assert table.answer(ann, "q1", 1)["points"] == 750
    assert table.answering.next_question(table.game, bob)["question"]["closes_at"] == table.clock.now + 10_000


def test_with_time_limits_a_question_that_ran_out_is_over():
    """Past its limit plus the grace an answer is too late, and the next question is another one."""
    table, ann, _ = paced(time_limits=True, time_limit=10)
    assert asked(table, ann) == "q1"
    table.turn(10_250)
    assert table.answer(ann, "q1", 1)["points"] == 10
    assert asked(table, ann) == "q2"
    table.turn(10_251)
    with pytest.raises(TooLate):
        table.answer(ann, "q2", 1)
    assert asked(table, ann) == "q3"
    table.turn(10_251)
    assert asked(table, ann) == "finished"


def test_shuffled_choices_are_each_players_own_and_stay():
    """The same order at every asking, not the same for all."""
    table, ann, bob = paced("single", shuffle_choices=True, choices=list("abcdefgh"))
    orders = [
        [choice["id"] for choice in table.answering.next_question(table.game, player)["question"]["choices"]]
        for player in (ann, bob, ann, bob)
    ]
    assert orders[:2] == orders[2:]
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(8))


def test_locking_keeps_newcomers_out_and_players_going():
    """A locked self-paced game goes on for those who are in it."""
    table, ann, _ = paced()
    table.lobby.lock(table.game, True)
    with pytest.raises(GameLocked):
        table.join("Cat")
    assert table.answer(ann, "q1", 1)["points"] == 10


def test_a_question_that_ran_out_ends_the_streak_once():
    """Missing a question counts like a wrong answer for the streak, and only when it happens, not at each later look."""
    table, ann, _ = paced("single", "single", "single", "single", time_limits=True, streak_bonus=True)
    limit = table.game.questions[0].time_limit_ms
    assert asked(table, ann) == "q1"
    assert table.answer(ann, "q1", 1)["streak"] == 1
    assert asked(table, ann) == "q2"
    table.turn(limit + table.game.grace_ms + 1)
    with pytest.raises(TooLate):
        table.answer(ann, "q2", 1)
    assert asked(table, ann) == "q3"
    assert table.answer(ann, "q3", 1)["streak"] == 1
    assert asked(table, ann) == "q4"
    assert table.answer(ann, "q4", 1)["streak"] == 2
    with pytest.raises(TooLate):
        table.answer(ann, "q2", 1)
