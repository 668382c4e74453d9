"""The board of a game: what it lists, and who broadcasts it."""

from __future__ import annotations

import time

import pytest

from quiz.domain import game as machine
from quiz.domain.ranking import Board
from tests.store.fixtures import unguarded, without_outages
from tests.store.worlds import World

HOUR = 3_600_000


def paced(world: World, *names: str):
    game = world.make(*["single"] * 5, mode="self-paced")
    world.seat(game, *names)
    return game


def test_a_board_holds_the_first_so_many_and_counts_all(world: World):
    """The top is cut, `players` is not, and nicknames come with the places."""
    game = paced(world, "ann", "bob", "cat")
    world.answer(game, "cat")
    board = world.board.top(game, 2)
    assert [(p.rank, p.player, p.nickname, p.score) for p in board.top] == [(1, "cat", "cat", 10), (2, "ann", "ann", 0)]
    assert board.players == 3


def test_an_empty_board_is_a_board(world: World):
    """A game without players has one with nobody on it."""
    board = world.board.top(world.make(), 5)
    assert (board.players, board.top) == (0, ())


def test_a_board_is_claimed_once_for_each_change(world: World):
    """The first who asks tells it; until something changes there is nothing to tell."""
    game = paced(world, "ann")
    first = world.board.claim(game, 5, 0)
    assert isinstance(first, Board)
    assert first == world.board.top(game, 5)
    assert world.board.claim(game, 5, 0) == 0
    assert world.board.claim(game, 5, HOUR) == 0


def test_a_change_within_the_window_waits_and_is_told_after_it(world: World):
    """At most one board in each window, and the last state always."""
    game = paced(world, "ann", "bob")
    assert isinstance(world.board.claim(game, 5, HOUR), Board)
    for index in range(3):
        world.answer(game, "bob", index)
        wait = world.board.claim(game, 5, HOUR)
        assert isinstance(wait, int)
        assert 0 < wait <= HOUR
    time.sleep(0.002)  # past the window, by Redis's own clock, which nobody can inject
    last = world.board.claim(game, 5, 1)
    assert isinstance(last, Board)
    assert [(p.player, p.score) for p in last.top] == [("bob", 30), ("ann", 0)]
    assert world.board.claim(game, 5, 1) == 0


@unguarded
def test_windows_hold_under_a_stream_of_changes(world: World):
    """Asked all the time, boards come no closer together than the window, and end on the last state."""
    game = world.make(*["single"] * 60, mode="self-paced")
    world.seat(game, "ann")
    window, told, boards = 20, [], []
    for index in range(60):
        world.answer(game, "ann", index)
        board = world.board.claim(game, 5, window)
        if isinstance(board, Board):
            told.append(time.monotonic())
            boards.append(board)
        time.sleep(0.001)
    wait = world.board.claim(game, 5, window)
    if isinstance(wait, int) and wait > 0:
        time.sleep(wait / 1000 + 0.001)
        wait = world.board.claim(game, 5, window)
    if isinstance(wait, Board):
        boards.append(wait)
    # Each time is taken after its claim: two may seem nearer than they are by what a call takes.
    assert len(told) > 1
    assert (told[-1] - told[0]) / (len(told) - 1) > (window - 2) / 1000
    assert boards[-1].top[0].score == 600
    versions = [(board.epoch, board.version) for board in boards]
    assert versions == sorted(set(versions))


def test_reading_a_board_claims_nothing(world: World):
    """`top` leaves the change to be told."""
    game = paced(world, "ann")
    world.board.top(game, 5)
    assert isinstance(world.board.claim(game, 5, HOUR), Board)


def test_the_board_and_other_topics_have_windows_of_their_own(world: World):
    """Telling progress does not hold a board up."""
    game = paced(world, "ann")
    world.games.news.claim(game, "progress", "0:1", HOUR)
    assert isinstance(world.board.claim(game, 5, HOUR), Board)


CHANGES = {
    "join": lambda world, game: world.seat(game, "zoe"),
    "kick": lambda world, game: world.games.players.kick(game, "bob"),
    "points": lambda world, game: world.answer(game, "ann", 1),
    "reset": lambda world, game: world.games.answers.reset(game),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_a_board_makes_a_newer_one(world: World, change):
    """Whatever moves a place, a score or the number of players has a higher version and waits to be told."""
    game = paced(world, "ann", "bob")
    world.answer(game, "ann", 0)
    before = world.board.claim(game, 5, 0)
    CHANGES[change](world, game)
    after = world.board.claim(game, 5, 0)
    assert isinstance(after, Board)
    assert (after.epoch, after.version) > (before.epoch, before.version)
    assert (after.players, after.top) != (before.players, before.top)


@without_outages
def test_what_changes_no_board_makes_none(world: World):
    """A wrong answer, a repeat, a pause, somebody coming or going: nothing new to tell."""
    game = paced(world, "ann", "bob")
    world.answer(game, "ann", 0)
    world.board.claim(game, 5, 0)
    world.answer(game, "ann", 0)
    world.answer(game, "bob", 0, False)
    world.games.presence.arrive(game, "ann", "w")
    world.games.presence.depart(game, "ann", "w")
    world.games.answers.open_for(game, "ann", 3)
    assert world.board.claim(game, 5, 0) == 0


def test_versions_grow_over_a_whole_live_game(world: World):
    """Each reveal has a newer board than the one before."""
    game = world.make("single", "poll", "single")
    world.seat(game, "ann", "bob")
    versions = []
    for index in range(3):
        world.ask(game, index)
        world.answer(game, "ann", index)
        world.step(game, machine.close if index < 2 else machine.end)
        board = world.board.claim(game, 5, 0)
        assert isinstance(board, Board)
        versions.append((board.epoch, board.version))
    assert versions == sorted(set(versions))


def test_games_made_from_one_memory_share_its_epoch(world: World):
    """A new epoch begins only when a store lost its memory."""
    first, second = world.make(), world.make(pin="222222", game_id="g2")
    assert world.board.top(first, 1).epoch == world.board.top(second, 1).epoch > 0
