"""How a host goes on, and how often the leaderboard comes."""

from __future__ import annotations

import pytest

from quiz.domain.errors import QuestionNotFound, WrongState
from tests.play.fakes import Table, brief
from tests.play.test_live import OPENED, opened


@pytest.mark.parametrize(("every", "boards"), [(0, []), (1, [0, 1, 2, 3]), (2, [1, 3]), (3, [2])])
def test_the_leaderboard_comes_as_often_as_the_host_asks(every, boards):
    """`leaderboard_every`: after which questions the game stops at the leaderboard."""
    table = Table(*["single"] * 4, leaderboard_every=every)
    table.rounds.start(table.game)
    seen = []
    while table.state != "finished":
        if table.state == "question":
            table.rounds.close_question(table.game)
        elif table.state == "leaderboard":
            seen.append(table.phase.index)
            table.rounds.next(table.game)
        else:
            table.rounds.next(table.game)
    assert seen == boards


def test_next_after_a_question_skips_nothing_when_retried():
    """A retry of `next {after}` whose first copy arrived leaves the next question alone."""
    table, *_ = opened("single", "single", "single", leaderboard_every=0)
    table.rounds.close_question(table.game)
    table.say.take()
    for _ in range(3):
        table.rounds.next(table.game, "q1")
    assert (table.state, table.phase.index) == ("question", 1)
    assert brief(table.say.take()) == OPENED
    table.rounds.close_question(table.game)
    table.rounds.next(table.game, "q1")
    assert (table.state, table.phase.index) == ("reveal", 1)


def test_next_from_a_reveal_skips_no_leaderboard_when_retried():
    """From where the host saw the game stand: a retry of the step to the leaderboard doesn't go on from there."""
    table, *_ = opened("single", "single", leaderboard_every=1)
    table.rounds.close_question(table.game)
    with pytest.raises(WrongState):
        table.rounds.next(table.game, "q1", "leaderboard")
    for _ in range(3):
        table.rounds.next(table.game, "q1", "reveal")
    assert (table.state, table.phase.index) == ("leaderboard", 0)
    for _ in range(3):
        table.rounds.next(table.game, "q1", "leaderboard")
    assert (table.state, table.phase.index) == ("question", 1)


def test_next_after_the_last_question_may_be_retried_when_the_game_is_over():
    """The retry of the last `next` is no error; one without `after` is."""
    table, *_ = opened("single", leaderboard_every=0)
    table.rounds.close_question(table.game)
    for _ in range(2):
        table.rounds.next(table.game, "q1")
    assert table.state == "finished"
    with pytest.raises(WrongState):
        table.rounds.next(table.game)


def test_next_after_a_question_that_is_open_or_ahead_is_refused():
    """`after` an unknown question is question_not_found, after one that is not over wrong_state."""
    table, *_ = opened()
    for after, error in (("q1", WrongState), ("q2", WrongState), ("q9", QuestionNotFound)):
        with pytest.raises(error):
            table.rounds.next(table.game, after)
    assert (table.state, table.phase.index) == ("question", 0)
