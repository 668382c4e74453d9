"""What a game has under its PIN, and what is left of it when it is over."""

from __future__ import annotations

import redis

from quiz.domain.player import Player
from tests.store.worlds import ARCHIVE_S, TTL_S, World, peopled, redis_world

HOUR = 3_600_000


def test_a_game_whose_keys_are_spoilt_hides_no_other(redis_store: World, client: redis.Redis):
    """Somebody has put something else there, or has cut it off."""
    games = [redis_store.make(pin=pin, game_id=f"g{pin}") for pin in ("111111", "222222", "333333")]
    fresh = redis_world(client)
    client.set("quiz:{222222}:content", "{")
    client.delete("quiz:{333333}:game")
    client.set("quiz:{333333}:game", "no hash")
    assert fresh.games.running() == games[:1]


def test_a_record_is_kept_under_the_games_id(world: World):
    """The archive goes by the game's id, not by its PIN."""
    game = peopled(world)
    record = '{"title": "Ä 词"}'.encode()
    world.games.archive(game, record)
    assert world.games.archived(game.id) == record
    assert world.games.archived(game.pin) is None


def test_an_archived_game_frees_its_pin_and_leaves_nothing(redis_store: World):
    """Every key of a finished game expires, also those that come to be later; its record stays longer."""
    world, redis = redis_store, redis_store.client
    game = world.make("single", "poll")
    world.seat(game, "ann", "bob")
    world.ask(game)
    world.answer(game, "ann")
    world.close(game)
    world.games.archive(game, b"{}")
    world.games.presence.arrive(game, "ann", "w")
    world.games.news.note_roster(game, "left", Player("ann", "ann"))
    world.board.claim(game, 5, 0)
    world.games.news.claim(game, "progress", "1", 0)
    world.games.news.announced(game, 9)
    world.games.players.kick(game, "bob")
    kept = [key for key in redis.keys("quiz:*{123456}*") if redis.ttl(key) < 0 or redis.ttl(key) > TTL_S]
    assert kept == []
    assert TTL_S < redis.ttl(f"quiz:archive:{game.id}") <= ARCHIVE_S


def test_a_pin_is_used_again_with_nothing_of_the_older_game(redis_store: World):
    """What an older game left under its PIN is not the new one's."""
    world, redis = redis_store, redis_store.client
    older = world.make("single", "poll")
    world.seat(older, "ann")
    world.ask(older)
    world.answer(older, "ann")
    world.games.presence.arrive(older, "ann", "w")
    world.games.news.note_roster(older, "joined", Player("ann", "ann"))
    world.games.players.kick(older, "ann")
    world.board.claim(older, 5, HOUR)
    redis.delete(f"quiz:{{{older.pin}}}:game")
    assert world.games.game(older.pin) is None
    assert world.games.running() == []
    game = world.make(game_id="g2")
    assert world.games.game(game.pin).id == "g2"
    assert [one.id for one in world.games.running()] == ["g2"]
    assert world.games.presence.present(game) == set()
    assert world.games.players.roster(game) == []
    assert world.games.answers.answer_count(game, 0) == 0
    assert world.games.news.take_roster(game, 0) == 0
    world.seat(game, "ann")
    assert world.listing(game) == [(1, "ann", 0)]


def test_all_keys_of_a_game_share_a_slot(redis_store: World):
    """Every key that a game makes carries its PIN as hash tag, and the board is the sorted set that operators know."""
    world, redis = redis_store, redis_store.client
    redis.flushall()
    before = {"quiz:epoch", "quiz:games", "quiz:clocks", "quiz:workers"}
    game = world.make(mode="self-paced")
    world.seat(game, "ann")
    world.answer(game, "ann")
    world.games.answers.open_for(game, "ann", 0)
    world.games.presence.arrive(game, "ann", "w")
    world.board.claim(game, 5, 0)
    made = set(redis.keys("*")) - before
    assert all(key.startswith(f"quiz:{{{game.pin}}}:") for key in made)
    assert int(redis.zscore(f"quiz:{{{game.pin}}}:leaderboard", "ann")) == 10
