"""Who is connected, which workers live, whose clock is due, and who tells what."""

from __future__ import annotations

import time

import pytest
import redis

from quiz.domain.errors import GameNotFound, StoreAway
from quiz.domain.player import Player
from tests.store.worlds import ARCHIVE_S, TTL_S, World, game_of, redis_world

HOUR = 3_600_000


def peopled(world: World):
    game = world.make()
    world.seat(game, "ann", "bob")
    return game


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


def test_a_game_whose_keys_are_spoilt_hides_no_other(redis_store: World, client: redis.Redis):
    """Somebody has put something else there, or has cut it off."""
    games = [redis_store.make(pin=pin, game_id=f"g{pin}") for pin in ("111111", "222222", "333333")]
    fresh = redis_world(client)
    client.set("quiz:{222222}:content", "{")
    client.delete("quiz:{333333}:game")
    client.set("quiz:{333333}:game", "no hash")
    assert fresh.games.running() == games[:1]


def test_those_that_have_been_due_for_the_longest_are_looked_at_first(world: World):
    """So many at a time; who leaves some alone for a while asks for more."""
    for number in range(3):
        world.games.alarms.arm(world.make(pin=f"{number + 1}" * 6, game_id=f"g{number}"), 3000 - number)
    assert world.games.alarms.overdue(most=2) == world.games.alarms.overdue(HOUR, most=2) == ["333333", "222222"]
    assert len(world.games.alarms.overdue(most=4)) == 3


def test_a_beat_is_news_when_a_worker_is_new_or_was_buried(world: World):
    """A worker that could not be heard for a while learns that it has to say who is with it."""
    assert world.games.presence.beat("w1")
    assert not world.games.presence.beat("w1")
    time.sleep(0.002)
    world.games.presence.bury(1)
    assert world.games.presence.beat("w1")


def test_a_clock_is_overdue_from_its_time_on(world: World):
    """Arming sets the one time of a game, disarming takes it away."""
    game = peopled(world)
    world.games.alarms.arm(game, 1000)
    assert world.games.alarms.overdue(999) == []
    assert world.games.alarms.overdue() == [game.pin]
    assert world.games.alarms.overdue(1000) == world.games.alarms.overdue(HOUR) == [game.pin]
    world.games.alarms.arm(game, 2000)
    assert world.games.alarms.overdue(1999) == []
    world.games.alarms.disarm(game.pin)
    assert world.games.alarms.overdue(HOUR) == []


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
    time.sleep(0.002)
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
    time.sleep(0.002)
    assert world.games.news.take_roster(game, 1) == [("left", ann)]


def test_a_vanished_game_is_nobodys_to_tell_of(world: World):
    """What would be told of a game that is gone is refused; that its connections go is not."""
    gone = game_of(("single",), "live", "777777", "gone", 0)
    for call in (
        lambda: world.games.news.claim(gone, "board", "1", 0),
        lambda: world.games.news.note_roster(gone, "left", Player("ann", "ann")),
        lambda: world.games.news.take_roster(gone, 0),
    ):
        with pytest.raises(GameNotFound):
            call()
    world.games.presence.arrive(gone, "ann", "w")
    world.games.presence.depart(gone, "ann", "w")
    world.games.presence.arrive(gone, "ann", "w")
    assert world.games.create(gone)
    assert world.games.presence.present(gone) == set()


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
