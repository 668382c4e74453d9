"""What a host may choose for a live game."""

from __future__ import annotations

import pytest

from quiz.domain.errors import TooLate
from tests.play.fakes import Table
from tests.play.test_live import opened


def questions_of(table: Table, player: str) -> list[list[int]]:
    return [[choice["id"] for choice in shown["choices"]] for shown in table.got("question", player)]


def test_shuffled_choices_are_the_same_ids_in_an_order_of_ones_own():
    """Each player has an order, the host has the game's, and all choices keep their ids."""
    choices = ["a", "b", "c", "d", "e", "f", "g", "h"]
    table = Table("single", shuffle_choices=True, choices=choices)
    players = [table.join(f"p{n}") for n in range(8)]
    table.rounds.start(table.game)
    table.deliver()
    orders = [questions_of(table, player)[0] for player in players]
    assert all(sorted(order) == list(range(8)) for order in orders)
    assert len({tuple(order) for order in orders}) > 1
    assert questions_of(table, "hosts") == [list(range(8))]
    assert table.got("question", "players") == []
    for shown in table.got("question"):
        assert all(choices[choice["id"]] == choice["text"] for choice in shown["choices"])


def test_a_shuffled_order_stays_over_resync_and_pause():
    """A reload, a pause, another worker: the same player sees the same order."""
    table = Table("order", shuffle_choices=True, choices=list("abcdefgh"), correct=[7, 6, 5, 4, 3, 2, 1, 0])
    ann = table.join("Ann")
    table.rounds.start(table.game)
    table.turn(3000)
    table.deliver()
    shown = table.view(ann)["question"]["choices"]
    table.rounds.pause(table.game)
    table.rounds.resume(table.game)
    table.deliver()
    order = [choice["id"] for choice in shown]
    assert questions_of(table, ann) == [order, order]


def test_an_answer_speaks_in_ids_however_the_choices_were_shown():
    """Shuffling changes nothing about what is right."""
    table, ann, _ = opened("single", shuffle_choices=True)
    table.answer(ann, "q1", 1)
    table.rounds.close_question(table.game)
    table.deliver()
    assert table.got("result", ann)[0]["correct"] is True


def test_without_shuffling_all_get_one_question():
    """One payload for all players, in the order of the file."""
    table, *_ = opened()
    assert len(table.got("question", "players")) == 1
    assert questions_of(table, "players") == [[0, 1, 2]]


@pytest.mark.parametrize("bonus", [True, False])
def test_a_streak_is_worth_a_bonus_only_where_the_host_wants_it(bonus):
    """100 more for each right answer in a row, up to 500."""
    table = Table(*["single"] * 7, streak_bonus=bonus, leaderboard_every=0)
    ann = table.join("Ann")
    table.rounds.start(table.game)
    for number in range(1, 8):
        table.turn(3000)
        table.answer(ann, f"q{number}", 1)
        table.deliver()
        table.rounds.next(table.game)
    table.deliver()
    results = table.got("result", ann)
    assert [result["streak"] for result in results] == [1, 2, 3, 4, 5, 6, 7]
    extra = [0, 100, 200, 300, 400, 500, 500] if bonus else [0] * 7
    assert [result["points"] for result in results] == [1000 + more for more in extra]
    assert results[-1]["score"] == 7000 + sum(extra)


@pytest.mark.parametrize(("most", "measured", "elapsed"), [(0, 900, 4000), (500, 900, 3500), (500, 200, 3800), (5000, 4500, 0)])
def test_a_round_trip_is_compensated_up_to_what_the_host_allows(most, measured, elapsed):
    """`compensation_ms` bounds what is taken off, and no time is negative."""
    table, ann, _ = opened(compensation_ms=most)
    table.turn(4000)
    table.answer(ann, "q1", 1, credit_ms=measured)
    table.rounds.close_question(table.game)
    table.deliver()
    assert table.got("result", ann)[0]["elapsed_ms"] == elapsed


def test_compensation_never_makes_a_late_answer_timely():
    """The deadline is the server's alone."""
    table, ann, _ = opened(compensation_ms=5000, time_limit=5)
    table.clock.now += 5251
    with pytest.raises(TooLate):
        table.answer(ann, "q1", 1, credit_ms=5000)


@pytest.mark.parametrize(
    ("scoring", "points", "worth"),
    [("kahoot", None, [750, 750]), ("flat", None, [1000, 1000]), ("progressive", None, [1, 2]), ("flat", 2000, [2000, 2000])],
)
def test_the_scoring_profile_is_the_hosts_choice(scoring, points, worth):
    """What two answers after half the time are worth."""
    table = Table(scoring=scoring, points=points, leaderboard_every=0)
    ann = table.join("Ann")
    table.rounds.start(table.game)
    for number in (1, 2):
        table.turn(13_000)
        table.answer(ann, f"q{number}", 1)
        table.deliver()
        table.rounds.next(table.game)
    assert [result["points"] for result in table.got("result", ann)] == worth


def test_no_countdown_opens_at_once():
    """`countdown_ms` 0: an answer is taken as soon as the question is told."""
    table = Table(countdown_ms=0)
    ann = table.join("Ann")
    table.rounds.start(table.game)
    assert table.answer(ann, "q1", 1)["accepted"]
