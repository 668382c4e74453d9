"""What is still to be told of games, and who tells it."""

from __future__ import annotations

import time

import pytest

from quiz.domain.errors import GameNotFound
from quiz.domain.player import Player
from tests.store.worlds import World, game_of, peopled

HOUR = 3_600_000


def test_what_was_announced_only_grows(world: World):
    """A worker that comes late with an older version takes nothing back."""
    game = peopled(world)
    assert world.games.news.announced(game) == 1
    assert world.games.news.announced(game, 5) == 5
    assert world.games.news.announced(game, 3) == 5
    assert world.games.news.announced(game) == 5


def test_a_topic_is_told_once_a_window_and_the_last_value_always(world: World):
    """The same value never again; another one after the window; the time to wait is what is left of it."""
    game = peopled(world)
    assert world.games.news.claim(game, "progress", "0:1", HOUR) == -1
    assert world.games.news.claim(game, "progress", "0:1", HOUR) == 0
    assert 0 < world.games.news.claim(game, "progress", "0:2", HOUR) <= HOUR
    assert world.games.news.claim(game, "other", "0:2", HOUR) == -1
    time.sleep(0.002)  # past the window, by Redis's own clock, which nobody can inject
    assert world.games.news.claim(game, "progress", "0:2", 1) == -1
    assert world.games.news.claim(game, "progress", "0:2", 1) == 0


def test_roster_changes_are_taken_together_by_one(world: World):
    """Who takes them gets all in order; what comes after waits for the next window."""
    game = peopled(world)
    ann, bob = Player("ann", "Ann 词"), Player("bob", "Bob")
    assert world.games.news.take_roster(game, HOUR) == 0
    world.games.news.note_roster(game, "joined", ann)
    world.games.news.note_roster(game, "left", bob)
    assert world.games.news.take_roster(game, HOUR) == [("joined", ann), ("left", bob)]
    assert world.games.news.take_roster(game, HOUR) == 0
    world.games.news.note_roster(game, "left", ann)
    wait = world.games.news.take_roster(game, HOUR)
    assert isinstance(wait, int)
    assert 0 < wait <= HOUR
    time.sleep(0.002)  # past the window, by Redis's own clock, which nobody can inject
    assert world.games.news.take_roster(game, 1) == [("left", ann)]


def test_a_vanished_game_is_nobodys_to_tell_of(world: World):
    """What would be told of a game that is gone is refused."""
    gone = game_of(("single",), "live", "777777", "gone", 0)
    for call in (
        lambda: world.games.news.claim(gone, "board", "1", 0),
        lambda: world.games.news.note_roster(gone, "left", Player("ann", "ann")),
        lambda: world.games.news.take_roster(gone, 0),
    ):
        with pytest.raises(GameNotFound):
            call()
