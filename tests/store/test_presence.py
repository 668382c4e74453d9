"""Who is connected, and which workers live."""

from __future__ import annotations

import time

import pytest
import redis

from quiz.domain.errors import StoreAway
from tests.store.worlds import World, game_of, peopled

HOUR = 3_600_000


def test_a_player_is_present_while_any_worker_holds_a_connection(world: World):
    """Two workers, one of which lets go."""
    game = peopled(world)
    for worker in ("w1", "w2", "w2"):
        world.games.presence.beat(worker)
        world.games.presence.arrive(game, "ann", worker)
    assert world.games.presence.present(game) == {"ann"}
    assert [world.games.presence.is_present(game, player) for player in ("ann", "bob")] == [True, False]
    assert {seat.id: seat.connected for seat in world.games.players.roster(game)} == {"ann": True, "bob": False}
    world.games.presence.depart(game, "ann", "w2")
    assert world.games.presence.present(game) == {"ann"}
    assert world.games.presence.is_present(game, "ann")
    world.games.presence.depart(game, "ann", "w1")
    assert world.games.presence.present(game) == set()
    assert not world.games.presence.is_present(game, "ann")
    world.games.presence.depart(game, "ann", "w1")


def test_who_was_kicked_is_not_present(world: World):
    """Whatever connections are left."""
    game = peopled(world)
    world.games.presence.beat("w1")
    world.games.presence.arrive(game, "ann", "w1")
    world.games.players.kick(game, "ann")
    assert not world.games.presence.is_present(game, "ann")
    assert world.games.presence.present(game) == set()


def test_a_dead_worker_is_buried_once_with_its_connections_only(world: World):
    """Who is also held by a living worker stays; the games that lost somebody are named, once, and their boards told again."""
    game, other = peopled(world), world.make(pin="222222", game_id="g2")
    world.games.presence.beat("dead")
    for player, worker in (("ann", "dead"), ("ann", "alive"), ("bob", "dead")):
        world.games.presence.arrive(game, player, worker)
    world.games.presence.arrive(other, "eve", "alive")
    version = world.board.top(game, 1).version
    assert world.games.presence.bury(HOUR) == []
    time.sleep(0.002)
    assert [one.id for one in world.games.presence.bury(1)] == [game.id]
    assert world.games.presence.present(game) == {"ann"}
    assert world.board.top(game, 1).version > version
    assert world.games.presence.bury(1) == []


def test_a_worker_is_buried_when_all_is_cleaned_up_behind_it(redis_store: World, monkeypatch: pytest.MonkeyPatch):
    """Redis goes in the middle: who is known to have lost somebody is told of, the rest is cleaned up at the next look."""
    world, games = redis_store, redis_store.games
    made = [peopled(world), world.make(pin="222222", game_id="g2")]
    games.presence.beat("dead")
    for game in made:
        games.presence.arrive(game, "ann", "dead")
    time.sleep(0.002)
    remove, removed = games._redis.srem, []

    def once(*args: str) -> int:
        if removed:
            raise redis.ConnectionError("gone")
        removed.append(args)
        return remove(*args)

    monkeypatch.setattr(games._redis, "srem", once)
    first = [game.id for game in games.presence.bury(1)]
    with pytest.raises(StoreAway):
        games.presence.bury(1)
    monkeypatch.undo()
    assert sorted(first + [game.id for game in games.presence.bury(1)]) == ["g1", "g2"]
    assert [games.presence.present(game) for game in made] == [set(), set()]
    assert games.presence.beat("dead")


def test_a_beat_is_news_when_a_worker_is_new_or_was_buried(world: World):
    """A worker that could not be heard for a while learns that it has to say who is with it."""
    assert world.games.presence.beat("w1")
    assert not world.games.presence.beat("w1")
    time.sleep(0.002)
    world.games.presence.bury(1)
    assert world.games.presence.beat("w1")


def test_connections_to_a_game_that_is_gone_go_unnoticed(world: World):
    """Whoever comes or goes then leaves nothing for the next game with its PIN."""
    gone = game_of(("single",), "live", "777777", "gone", 0)
    world.games.presence.arrive(gone, "ann", "w")
    world.games.presence.depart(gone, "ann", "w")
    world.games.presence.arrive(gone, "ann", "w")
    assert world.games.create(gone)
    assert world.games.presence.present(gone) == set()
