"""What the clock does by itself: pauses, closing early, going on."""

from __future__ import annotations

from itertools import pairwise

import pytest

from quiz.domain.errors import QuestionNotOpen
from tests.play.fakes import Table, brief
from tests.play.test_live import OPENED, REVEALED, opened


def test_a_pause_keeps_the_time_left_and_costs_no_points():
    """After a pause of an hour `question` is sent again with its new deadline, and the time before the pause counts alone."""
    table, ann, _ = opened(time_limit=20)
    table.turn(4000)
    table.rounds.pause(table.game)
    with pytest.raises(QuestionNotOpen):
        table.answer(ann, "q1", 1)
    assert "question" not in table.view(ann)
    table.turn(3_600_000)
    assert table.state == "paused"
    table.deliver()
    table.rounds.resume(table.game)
    assert brief(table.deliver()) == OPENED
    shown = table.got("question", "players")[-1]
    assert shown["closes_at"] == table.clock.now + 16_000
    assert shown["opened_at"] == table.clock.now - 4000
    table.turn(1000)
    table.answer(ann, "q1", 1)
    table.turn(15_300)
    table.deliver()
    assert table.got("result", ann)[0]["elapsed_ms"] == 5000


def test_a_pause_in_the_countdown_keeps_the_rest_of_it():
    """What was left of the countdown is left after the pause."""
    table = Table(countdown_ms=3000)
    ann = table.join("Ann")
    table.rounds.start(table.game)
    table.turn(1000)
    table.rounds.pause(table.game)
    table.turn(60_000)
    table.rounds.resume(table.game)
    assert table.phase.opened_at == table.clock.now + 2000
    with pytest.raises(QuestionNotOpen):
        table.answer(ann, "q1", 1)
    table.turn(2000)
    table.answer(ann, "q1", 1)


def test_a_pause_tells_nothing_but_that_it_is_one():
    """`game` paused, and no reveal."""
    table, *_ = opened()
    table.rounds.pause(table.game)
    assert brief(table.say.take()) == ["everyone game paused"]


def test_answers_given_before_a_pause_count_and_do_not_close_it():
    """All have answered while the game is paused: it stays paused, and is closed when it goes on."""
    table, ann, bob = opened()
    table.answer(ann, "q1", 1)
    table.answer(bob, "q1", 1)
    table.rounds.pause(table.game)
    table.deliver()
    assert table.state == "paused"
    table.rounds.resume(table.game)
    table.deliver()
    assert table.state == "reveal"


def test_a_question_closes_when_all_who_are_connected_have_answered():
    """Not before the last; those who are gone are not waited for."""
    table, ann, bob = opened()
    cat = table.join("Cat")
    table.leave(cat)
    table.answer(ann, "q1", 1)
    table.deliver()
    assert table.state == "question"
    table.answer(bob, "q1", 0)
    assert brief(table.deliver())[-4:] == REVEALED
    assert table.state == "reveal"


def test_a_question_closes_when_the_last_who_has_not_answered_leaves():
    """Leaving and being kicked both look whether all who stay have answered."""
    for go in ("leave", "kick"):
        table, ann, bob = opened()
        table.answer(ann, "q1", 1)
        table.deliver()
        assert table.state == "question"
        if go == "kick":
            table.lobby.kick(table.game, bob)
        table.leave(bob)
        assert table.state == "reveal"


def test_answers_of_those_who_left_do_not_stand_in_for_others():
    """Two answered and left, one is still thinking: the question stays open."""
    table, ann, bob = opened()
    cat = table.join("Cat")
    for player in (ann, bob):
        table.answer(player, "q1", 1)
        table.leave(player)
    table.deliver()
    assert table.state == "question"
    table.answer(cat, "q1", 1)
    table.deliver()
    assert table.state == "reveal"


def test_with_nobody_connected_a_question_runs_its_time():
    """`auto_close` needs at least one connected player."""
    table, ann, bob = opened()
    table.answer(ann, "q1", 1)
    table.leave(ann)
    table.leave(bob)
    assert table.state == "question"
    table.turn(10_000)
    table.deliver()
    assert table.state == "question"


def test_the_same_player_in_two_workers_leaves_with_the_last_connection():
    """A second tab keeps its player present."""
    table, ann, bob = opened()
    table.lobby.connected(table.game, table.seated[bob], "w2")
    table.answer(ann, "q1", 1)
    table.leave(bob, "w1")
    assert table.state == "question"
    table.leave(bob, "w2")
    assert table.state == "reveal"


def test_without_auto_close_a_question_stays_open():
    """The host who switched it off closes by hand, or the clock does."""
    table, ann, bob = opened(auto_close=False)
    for player in (ann, bob):
        table.answer(player, "q1", 1)
    table.deliver()
    assert table.state == "question"


def test_a_look_at_another_question_closes_nothing():
    """A progress of question one that comes when question two is open leaves that alone."""
    table, ann, bob = opened()
    for player in (ann, bob):
        table.answer(player, "q1", 1)
    table.deliver()
    table.rounds.next(table.game)
    table.rounds.next(table.game)
    table.turn(3000)
    table.rounds.close_if_all_answered(table.game, 0)
    assert (table.state, table.phase.index) == ("question", 1)


def test_a_game_that_advances_by_itself_comes_to_its_end():
    """`auto_advance`: reveal and leaderboard stay five seconds each; nobody has to do anything."""
    table = Table(time_limit=10, auto_advance=True)
    table.join("Ann")
    table.rounds.start(table.game)
    seen = []
    while table.state != "finished":
        if not seen or seen[-1][0] != (table.state, table.phase.index):
            seen.append(((table.state, table.phase.index), table.clock.now))
        table.turn(50)
    assert [state for state, _ in seen] == [(state, index) for index in (0, 1) for state in ("question", "reveal", "leaderboard")]
    stays = [after[1] - before[1] for before, after in pairwise(seen)]
    assert all(abs(stay - wanted) <= 100 for stay, wanted in zip(stays, [13_250, 5000, 5000, 13_250, 5000], strict=True))


def test_a_pause_in_a_reveal_that_advances_keeps_its_rest():
    """Two of five seconds were left; after the pause they still are."""
    table = Table(auto_advance=True, leaderboard_every=0)
    table.join("Ann")
    table.rounds.start(table.game)
    table.rounds.close_question(table.game)
    table.turn(3000)
    table.rounds.pause(table.game)
    table.turn(60_000)
    assert table.state == "paused"
    table.rounds.resume(table.game)
    table.turn(1900)
    assert table.state == "reveal"
    table.turn(200)
    assert table.state == "question"


def test_without_auto_advance_a_reveal_stays():
    """Until the host goes on."""
    table, *_ = opened()
    table.rounds.close_question(table.game)
    table.turn(3_600_000)
    assert table.state == "reveal"


def test_locking_leaves_the_clock_alone():
    """A lock in the middle of a question tells `game` and moves neither deadline nor answers."""
    table, ann, _ = opened(time_limit=10)
    closes_at = table.phase.closes_at
    table.say.take()
    table.lobby.lock(table.game, True)
    assert brief(table.say.take()) == ["everyone game question"]
    table.answer(ann, "q1", 1)
    assert (table.phase.closes_at, table.phase.locked) == (closes_at, True)
    table.turn(10_400)
    assert table.state == "reveal"
    assert table.phase.locked


def test_a_clock_for_a_game_that_is_gone_is_taken_away():
    """A PIN that leads nowhere is not looked at forever."""
    table, *_ = opened()
    table.games.alarms.arm(table.game, 0)
    del table.games._held[table.game.pin]
    table.rounds.tick(table.game.pin)
    assert table.games.alarms.overdue(10**15) == []
