"""Players with more time, added time and skipped questions, in each store: who is too late, and what counts."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from quiz.domain import game as machine
from quiz.domain import scoring
from quiz.domain.errors import TooLate
from quiz.domain.game import Phase
from tests.store.outages import Worker
from tests.store.test_accepting import brief, lively
from tests.store.worlds import World

SHARES = [125, 150, 200]


def extend(world: World, game, player: str, share: int) -> Phase:
    return world.step(game, lambda game, phase, now: machine.extend(game, phase, now, player, share))


@pytest.mark.parametrize("share", SHARES)
def test_who_has_more_time_is_in_time_and_loses_no_points_by_it(world: World, share):
    """Past the others' end: too late for them, and for who has more time the points are those of the stretched limit."""
    game = lively(world, time_limit=1200)
    extend(world, game, "ann", share)
    world.ask(game, ago=1_210_000)
    with pytest.raises(TooLate):
        world.answer(game, "bob")
    receipt, _ = world.answer(game, "ann")
    assert 1_210_000 <= receipt.elapsed_ms <= 1_270_000
    assert receipt.points == scoring.points("kahoot", 1000, True, receipt.elapsed_ms, 12_000 * share)
    world.close(game)
    assert world.games.players.scores(game)[0] == ("ann", receipt.points)


@pytest.mark.parametrize("share", SHARES)
def test_more_time_ends_too(world: World, share):
    """With its grace, to which nothing is added."""
    game = lively(world, grace_ms=60_000)
    extend(world, game, "ann", share)
    world.ask(game, ago=200 * share + 50_000)
    receipt, _ = world.answer(game, "ann")
    assert (receipt.elapsed_ms, receipt.points) == (200 * share, 500)
    world.ask(game, 1, ago=200 * share + 60_300)
    with pytest.raises(TooLate):
        world.answer(game, "ann", 1)


def test_added_time_lets_everybody_in_and_points_go_by_the_limit(world: World):
    """Who was too late before may answer again; the time counts up to the limit."""
    game = lively(world)
    world.ask(game, ago=21_000)
    with pytest.raises(TooLate):
        world.answer(game, "ann")
    world.step(game, lambda game, phase, now: machine.add_time(game, phase, now, 600_000))
    receipt, _ = world.answer(game, "ann")
    assert (receipt.elapsed_ms, receipt.points) == (20_000, 500)


def test_self_paced_limits_are_stretched(world: World):
    """The time that counts for the points is that of each player's own limit."""
    game = brief(world, lively(world, mode="self-paced", time_limits=True, scoring="kahoot"), 0.02, grace_ms=60_000)
    extend(world, game, "ann", 200)
    for player in ("ann", "bob"):
        world.games.answers.open_for(game, player, 0)
    time.sleep(0.05)  # past both limits, by Redis's own clock, which nobody can inject
    assert [world.answer(game, player)[0].elapsed_ms for player in ("ann", "bob")] == [40, 20]


@pytest.mark.parametrize("paused", [False, True])
def test_a_skipped_question_leaves_board_and_streaks_as_they_were(world: World, paused):
    """Its answers are kept; the question after it goes on from the streak before it, also in an outage."""
    game = lively(world, "single", "single", "single", streak_bonus=True)
    world.seat(game, "cat")
    world.ask(game)
    world.answer(game, "ann")
    world.close(game)
    world.ask(game, 1)
    world.answer(game, "ann", 1, right=False)
    kept, _ = world.answer(game, "bob", 1)
    if paused:
        world.step(game, machine.pause)
    world.step(game, machine.skip)
    assert dict(world.games.players.scores(game)) == {"ann": 1000, "bob": 0, "cat": 0}
    assert world.games.players.streaks(game, ["ann", "bob"]) == {"ann": 1, "bob": 0}
    assert world.games.answers.receipts(game, 1, ["bob"]) == {"bob": kept}
    with pytest.raises(TooLate):
        world.answer(game, "cat", 1)
    world.ask(game, 2)
    receipt, _ = world.answer(game, "ann", 2)
    assert (receipt.points, receipt.streak) == (1100, 2)
    world.close(game)
    assert dict(world.games.players.scores(game)) == {"ann": 2100, "bob": 0, "cat": 0}


def test_all_of_it_survives_the_loss_of_redis(workers: Callable[..., Worker]):
    """Skipped questions stay without points, who has more time has it still, names stay hidden: the journal knows."""
    worker = workers()
    game = lively(worker, "single", "single")
    extend(worker, game, "ann", 150)
    worker.ask(game)
    worker.answer(game, "ann")
    worker.step(game, machine.skip)
    phase = worker.step(game, lambda _, phase, now: machine.hide_names(phase, now, True))
    worker.redis.flushall()
    worker.suspect()
    assert worker.games.phase(game)[0] == phase
    assert (phase.skipped, phase.extended, phase.names_hidden) == ((0,), {"ann": 150}, True)
    assert dict(worker.games.players.scores(game)) == {"ann": 0, "bob": 0}
    assert worker.games.answers.receipts(game, 0)["ann"].points == 1000
