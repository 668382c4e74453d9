"""What answers are worth, when that is seen, and in which order a board lists it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quiz.domain import game as machine
from quiz.domain import scoring
from tests.store.fixtures import unguarded, without_outages
from tests.store.worlds import World, game_of, memory_world

often = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
rights = st.sampled_from([True, True, True, False, None])


class Numbered:
    """PINs that no two examples share."""

    last = 100_000

    @classmethod
    def game(cls, world: World, kinds: tuple[str, ...], mode: Any, **changes: Any):
        cls.last += 1
        game = game_of(kinds, mode, str(cls.last), f"g{cls.last}", world.games.now(), **changes)
        assert world.games.create(game)
        return game


rounds = st.lists(st.tuples(st.floats(0, 1.01), rights), min_size=1, max_size=9)


@unguarded
@often
@given(
    profile=st.sampled_from(scoring.PROFILES),
    full=st.none() | st.sampled_from([0, 1, 999, 1000, 2000]) | st.integers(0, 10_000),
    limit=st.floats(1, 3600),
    bonus=st.booleans(),
    played=rounds,
)
def test_live_points_are_those_of_the_scoring_profile(world: World, profile, full, limit, bonus, played):
    """Whatever the time, the points and the streak, a receipt says what quiz.domain.scoring says, and the board their sum."""
    kinds = tuple("poll" if right is None else "single" for _, right in played)
    changes = {"scoring": profile, "points": full, "time_limit": limit, "streak_bonus": bonus, "grace_ms": 3_600_000}
    game = Numbered.game(world, kinds, "live", **changes)
    world.seat(game, "ann")
    streak = total = 0
    for index, (share, right) in enumerate(played):
        limit_ms = game.questions[index].time_limit_ms
        ago = round(share * limit_ms)
        world.ask(game, index, ago=ago)
        receipt, _ = world.answer(game, "ann", index, right)
        streak = scoring.streak_after(streak, right)
        assert min(ago, limit_ms) <= receipt.elapsed_ms <= limit_ms
        expected = scoring.points(profile, game.worth(index), right, receipt.elapsed_ms, limit_ms)
        expected += scoring.streak_bonus(streak, right) if bonus else 0
        assert (receipt.points, receipt.streak, receipt.right) == (expected, streak, right)
        assert (receipt.score, receipt.rank) == (0, 0)
        world.close(game)
        total += expected
        assert world.games.players.scores(game) == [("ann", total)]
        assert world.games.players.streaks(game, ["ann"]) == {"ann": streak}


@unguarded
@often
@given(profile=st.sampled_from(scoring.PROFILES), full=st.none() | st.integers(0, 10_000), bonus=st.booleans(), played=rounds)
def test_self_paced_points_are_those_of_the_scoring_profile(world: World, profile, full, bonus, played):
    """The same in a self-paced game, where the score moves with every answer."""
    kinds = tuple("poll" if right is None else "single" for _, right in played)
    game = Numbered.game(world, kinds, "self-paced", scoring=profile, points=full, streak_bonus=bonus)
    world.seat(game, "ann")
    streak = total = 0
    for index, (_, right) in enumerate(played):
        receipt, _ = world.answer(game, "ann", index, right)
        streak = scoring.streak_after(streak, right)
        expected = scoring.points(profile, game.worth(index), right, receipt.elapsed_ms, 20_000)
        total += expected + (scoring.streak_bonus(streak, right) if bonus else 0)
        assert (receipt.score, receipt.streak, receipt.rank) == (total, streak, 1)


@unguarded
def test_half_a_second_is_worth_full_points_and_a_millisecond_more_is_not(world: World):
    """Around the edge of what counts as at once, both stores follow the formula to the millisecond."""
    seen = set()
    for ago in [*range(494, 502)] * 4 + [*range(502, 640, 9)]:
        game = Numbered.game(world, ("single",), "live")
        world.seat(game, "ann")
        world.ask(game, ago=ago)
        receipt, _ = world.answer(game, "ann")
        assert receipt.points == scoring.points("kahoot", 1000, True, receipt.elapsed_ms, 20_000)
        assert (receipt.points == 1000) == (receipt.elapsed_ms <= 500)
        seen.add(receipt.elapsed_ms)
    assert {500, 501} & seen


@pytest.mark.parametrize("credit", [0, 4000, 50_000])
def test_a_credit_is_taken_off_the_time_and_never_makes_it_negative(world: World, credit):
    """`credit_ms` counts in the answer's favour, down to 0."""
    game = world.make()
    world.seat(game, "ann")
    world.ask(game, ago=10_000)
    receipt, _ = world.answer(game, "ann", credit_ms=credit)
    assert max(10_000 - credit, 0) <= receipt.elapsed_ms <= max(15_000 - credit, 0)


@without_outages
@pytest.mark.parametrize("leave", [machine.close, machine.end])
@pytest.mark.parametrize("paused", [False, True])
def test_live_points_wait_until_the_question_is_left(world: World, leave, paused):
    """Neither standing nor board tells how an answer fared before the reveal, however it comes about: close, or the end."""
    game = world.make(mode="live")
    world.seat(game, "ann", "bob")
    world.ask(game)
    version = world.board.top(game, 1).version
    world.answer(game, "bob")
    if paused:
        world.step(game, machine.pause)
        if leave is machine.close:
            world.step(game, machine.resume)
    assert world.listing(game) == [(1, "ann", 0), (1, "bob", 0)]
    assert world.board.top(game, 1).version == version
    assert (world.games.players.standing(game, "bob").score, world.games.players.standing(game, "bob").rank) == (0, 1)
    assert world.games.players.streaks(game, ["bob"]) == {"bob": 0}
    world.step(game, leave)
    assert world.listing(game) == [(1, "bob", 1000), (2, "ann", 0)]
    assert world.board.top(game, 1).version > version
    assert world.games.players.standing(game, "bob").score == 1000


def test_an_end_after_the_reveal_adds_nothing_twice(world: World):
    """Pausing in the reveal, going on and ending leave the board as the reveal made it."""
    game = world.make()
    world.seat(game, "ann")
    world.ask(game)
    world.answer(game, "ann")
    world.close(game)
    for step in (machine.pause, machine.resume, machine.pause, machine.end):
        world.step(game, step)
    assert world.games.players.scores(game) == [("ann", 1000)]


def test_a_wrong_or_missed_question_ends_a_streak_and_a_poll_does_not(world: World):
    """Streaks over six questions: right, poll (missed), right, missed, right, wrong."""
    game = world.make("single", "poll", "single", "single", "single", "single")
    world.seat(game, "ann")
    seen = []
    for index, right in enumerate([True, "missed", True, "missed", True, False]):
        world.ask(game, index)
        if right != "missed":
            world.answer(game, "ann", index, right)
        world.close(game)
        seen.append(world.games.players.streaks(game, ["ann", "bob"])["ann"])
    assert seen == [1, 1, 2, 0, 1, 0]


def test_a_streak_on_a_question_without_points_counts(world: World):
    """Right answers to questions of 0 points make a streak and move nobody on the board."""
    game = world.make("single", "single", points=0)
    world.seat(game, "ann", "bob")
    for index in (0, 1):
        world.ask(game, index)
        world.answer(game, "bob", index)
        world.close(game)
    assert world.games.players.streaks(game, ["bob"]) == {"bob": 2}
    assert world.listing(game) == [(1, "ann", 0), (1, "bob", 0)]


def test_equal_points_share_a_rank_and_the_first_to_get_there_is_first(world: World):
    """1, 2, 2, 4 over three rounds; who reached the points in an earlier round is listed first, then who answered first."""
    game = world.make("single", "single", "single", scoring="flat")
    world.seat(game, "ann", "bob", "cat", "dan", "eve")
    for index, names in enumerate([["eve", "cat"], ["dan", "eve"], ["bob"]]):
        world.ask(game, index)
        for name in names:
            world.answer(game, name, index)
        world.close(game)
    assert world.listing(game) == [(1, "eve", 2000), (2, "cat", 1000), (2, "dan", 1000), (2, "bob", 1000), (5, "ann", 0)]
    assert world.games.players.scores(game) == [(player, score) for _, player, score in world.listing(game)]
    ranks = {name: world.games.players.standing(game, name).rank for name in ("eve", "cat", "dan", "bob", "ann")}
    assert ranks == {"eve": 1, "cat": 2, "dan": 2, "bob": 2, "ann": 5}


def test_the_order_among_equals_does_not_follow_the_ids(world: World):
    """In a self-paced game too the first to get there is listed first, whatever Redis makes of equal scores."""
    game = world.make("single", "single", mode="self-paced")
    world.seat(game, "m", "z", "a")
    for name, index in [("a", 0), ("z", 1), ("m", 0), ("z", 0), ("m", 1), ("a", 1)]:
        world.answer(game, name, index)
    assert world.listing(game) == [(1, "z", 20), (1, "m", 20), (1, "a", 20)]


def test_a_receipts_rank_is_the_one_right_after_the_answer(world: World):
    """Self-paced: who draws level shares the rank at once."""
    game = world.make(mode="self-paced")
    world.seat(game, "ann", "bob", "cat")
    wrong, _ = world.answer(game, "cat", right=False)
    assert (wrong.score, wrong.rank) == (0, 1)
    assert [world.answer(game, name)[0].rank for name in ("ann", "bob")] == [1, 1]
    assert world.games.players.standing(game, "cat").rank == 3


def test_a_player_kicked_before_the_reveal_gets_nothing_at_it(world: World):
    """The points of somebody who was thrown out bring nobody back to the board."""
    game = world.make()
    world.seat(game, "ann", "bob")
    world.ask(game)
    world.answer(game, "ann")
    world.games.players.kick(game, "ann")
    world.close(game)
    assert world.listing(game) == [(1, "bob", 0)]
    assert world.games.players.streaks(game, ["ann"]) == {"ann": 0}


@pytest.mark.parametrize("mode", ["live", "self-paced"])
def test_a_reset_forgets_points_answers_and_streaks_and_keeps_the_seats(world: World, mode):
    """After a reset every question may be answered again, and counts as if for the first time."""
    game = world.make("single", "single", mode=mode)
    world.seat(game, "ann", "bob", "cat")
    world.games.players.kick(game, "cat")
    play(world, game, "ann", 0)
    play(world, game, "ann", 1)
    version = world.board.top(game, 1).version
    world.games.answers.reset(game)
    board = world.board.top(game, 5)
    assert board.version > version
    assert sorted((p.rank, p.player, p.score) for p in board.top) == [(1, "ann", 0), (1, "bob", 0)]
    assert world.games.players.standing(game, "ann").answered == ()
    assert world.games.answers.receipts(game, 0) == {}
    assert world.games.players.streaks(game, ["ann"]) == {"ann": 0}
    assert dict(world.games.answers.opened_for(game, "ann")) == {}
    assert play(world, game, "bob", 0)[1] is False
    assert play(world, game, "ann", 1)[0].streak == 1
    assert world.games.players.scores(game)[0][1] == game.worth(0)


def play(world: World, game, player: str, index: int):
    if not game.live:
        world.games.answers.open_for(game, player, index)
        return world.answer(game, player, index)
    world.ask(game, index)
    given = world.answer(game, player, index)
    world.close(game)
    return given


@unguarded
def test_scores_stay_exact_in_a_game_of_two_million_points(world: World):
    """Points and order survive what a double holds of them."""
    game = world.make(*["single"] * 200, mode="self-paced", points=10_000)
    world.seat(game, "ann", "bob")
    for index in range(199):
        world.answer(game, "ann", index)
        world.answer(game, "bob", index)
    world.answer(game, "bob", 199)
    world.answer(game, "ann", 199)
    assert world.listing(game) == [(1, "bob", 2_000_000), (1, "ann", 2_000_000)]


def test_a_clock_that_goes_back_keeps_the_order(world: World):
    """A game created in the clock's future still lists the first to get there first."""
    ahead = msgspec.structs.replace(
        game_of(("single",), "self-paced", "400000", "g4", 0), created_at=world.games.now() + 3_600_000
    )
    world.games.create(ahead)
    world.seat(ahead, "b", "a", "c")
    for name in ("c", "a", "b"):
        world.answer(ahead, name)
    assert world.listing(ahead) == [(1, "c", 10), (1, "a", 10), (1, "b", 10)]


def test_memory_times_are_exact():
    """With a clock that stands still the time of an answer is known to the millisecond."""
    world = memory_world()
    world.games._clock = lambda: 1_000_000
    game = world.make()
    world.seat(game, "ann")
    world.ask(game, ago=7_777)
    receipt, _ = world.answer(game, "ann")
    assert (receipt.elapsed_ms, receipt.points, receipt.at) == (7_777, 806, 1_000_000)
