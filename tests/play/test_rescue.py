"""Several workers on one game: what is told when one dies, stalls or comes second."""

from __future__ import annotations

from collections import Counter

import pytest

from quiz.domain import game as machine
from quiz.play.rounds import RESCUE_MS, Rounds
from tests.play.fakes import Died, Table, brief
from tests.play.test_live import OPENED, REVEALED, opened

#: Until the next look at the clocks, and a millisecond.
LOOK = 101


@pytest.mark.parametrize("told", range(4))
def test_a_worker_that_dies_while_telling_is_rescued(told):
    """Whatever it had told before it died, another worker tells all of it after RESCUE_MS, and not before."""
    table, ann, _ = opened()
    table.answer(ann, "q1", 1)
    table.deliver()
    table.say.dies_in = told
    with pytest.raises(Died):
        table.rounds.close_question(table.game)
    table.say.take()
    table.turn(RESCUE_MS - 1)
    table.rounds.tick(table.game.pin)  # whoever looks, and why ever
    assert table.say.take() == []
    table.turn(LOOK)
    assert brief(table.deliver()) == REVEALED
    assert table.got("result", ann)[0]["points"] == 1000
    table.turn(60_000)
    assert table.deliver() == []


def test_a_worker_that_dies_opening_a_question_is_rescued_in_time():
    """The question is told late, with its true times, and still closes on time."""
    table = Table(time_limit=10)
    table.join("Ann")
    table.deliver()
    table.say.dies_in = 0
    with pytest.raises(Died):
        table.rounds.start(table.game)
    closes_at = table.phase.closes_at
    table.turn(RESCUE_MS + LOOK)
    assert brief(table.deliver()) == OPENED
    assert table.got("question", "players")[-1]["closes_at"] == closes_at
    table.turn(closes_at + 250 + LOOK - table.clock.now)
    assert brief(table.deliver()) == REVEALED


def test_a_worker_that_dies_ending_a_game_is_rescued_with_the_record():
    """The archive is written by the one who rescues."""
    table, *_ = opened()
    table.say.dies_in = 0
    with pytest.raises(Died):
        table.rounds.end(table.game)
    assert table.games.archived(table.game.id) is None
    table.turn(RESCUE_MS + LOOK)
    assert table.games.archived(table.game.id) is not None
    assert brief(table.say.take())[:3] == ["everyone game finished", "everyone reveal", "personally result"]
    table.turn(60_000)
    assert table.games.alarms.overdue(table.clock.now) == []


def test_a_rescue_is_one_workers():
    """Of two workers that look at the same moment one tells."""
    table, *_ = opened()
    table.say.dies_in = 0
    with pytest.raises(Died):
        table.rounds.close_question(table.game)
    table.clock.now += RESCUE_MS
    inside = table.say.everyone

    def everyone(*args):
        table.say.everyone = inside
        table.rounds.tick(table.game.pin)
        inside(*args)

    table.say.everyone = everyone
    table.rounds.tick(table.game.pin)
    assert brief(table.say.take()) == REVEALED


def test_a_rescuer_that_dies_is_rescued_too():
    """The next one waits RESCUE_MS again and tells."""
    table, *_ = opened()
    table.say.dies_in = 0
    with pytest.raises(Died):
        table.rounds.close_question(table.game)
    table.clock.now += RESCUE_MS
    table.say.dies_in = 1
    with pytest.raises(Died):
        table.rounds.tick(table.game.pin)
    table.say.take()
    table.turn(RESCUE_MS + LOOK)
    assert brief(table.say.take()) == REVEALED


def test_nothing_is_told_twice_in_a_game_of_two_busy_workers():
    """Both look at the clock all the time: each state of the game is told exactly once."""
    table = Table(time_limit=5, auto_advance=True)
    table.join("Ann")
    other = Rounds(table.games, table.say, table.results)
    table.deliver()
    table.rounds.start(table.game)
    while table.state != "finished":
        table.turn(100)
        other.tick(table.game.pin)
    told = Counter(what[2]["version"] for what in table.say.told if what[:2] == ("everyone", "game"))
    assert set(told.values()) == {1}
    assert Counter(brief(table.say.told))["everyone reveal"] == 2
    assert Counter(brief(table.say.told))["players question"] == 2


def during(table: Table, act) -> None:
    """Has `act` done by another worker in the midst of what is told next."""
    inside = table.say.everyone

    def everyone(*args):
        table.say.everyone = inside
        inside(*args)
        act()

    table.say.everyone = everyone


def test_a_slow_worker_does_not_stop_the_clock_of_a_newer_question():
    """A worker that is still telling the reveal when the next question opens leaves that question its deadline."""
    table, *_ = opened(time_limit=5, leaderboard_every=0)
    during(table, lambda: table.rounds.next(table.game))
    table.rounds.close_question(table.game)
    assert (table.state, table.phase.index) == ("question", 1)
    table.say.take()
    table.turn(8000 + 250 + LOOK)
    assert table.state == "reveal"
    assert brief(table.say.take()) == REVEALED


def test_a_slow_worker_does_not_have_a_newer_state_told_again():
    """What was announced last stays the newest, though an older one is done later."""
    table, *_ = opened()
    during(table, lambda: table.rounds.next(table.game))
    table.rounds.close_question(table.game)
    table.say.take()
    table.turn(60_000)
    assert table.say.take() == []


def test_who_comes_second_does_not_delay_the_clock():
    """A move that lost its race leaves the winner's deadline as it was."""
    table, *_ = opened(time_limit=2)
    phase, now = table.games.phase(table.game)
    table.clock.now = phase.due - 10
    table.rounds._swap(table.game, machine.lock(phase, now, True), phase, table.clock.now)
    table.turn(10 + LOOK)
    assert table.state == "reveal"


def test_a_move_that_meets_another_is_made_on_top_of_it():
    """Lock and close at once: both happen."""
    table, *_ = opened()
    move, calls = table.games.move, []

    def raced(game, old, new):
        if not calls:
            calls.append(1)
            table.lobby.lock(game, True)
        return move(game, old, new)

    table.games.move = raced
    table.rounds.close_question(table.game)
    assert (table.state, table.phase.locked) == ("reveal", True)


def test_a_dead_workers_players_are_no_longer_waited_for():
    """After its burial a question closes when all of the others have answered."""
    table, ann, bob = opened()
    table.leave(bob, "w1")
    table.lobby.connected(table.game, table.seated[bob], "w2")
    table.games.presence.beat("w1")
    table.games.presence.beat("w2")
    table.answer(ann, "q1", 1)
    table.deliver()
    assert table.state == "question"
    table.clock.now += 7000
    table.games.presence.beat("w1")
    for game in table.games.presence.bury(6000):
        table.rounds.look(game)
    table.deliver()
    assert table.state == "reveal"
