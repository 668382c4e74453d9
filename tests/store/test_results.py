"""The records of finished games and the lists of them: one contract for Redis and memory, and what Redis alone has to bear."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
import redis

from quiz.domain import game as machine
from quiz.domain.errors import GameNotFound
from quiz.domain.game import Game
from quiz.domain.player import Player
from quiz.play.archive import archive, summarised, unfolded
from quiz.play.holdings import Finished, Results
from quiz.play.records import Records
from quiz.store import keys
from quiz.store.games_memory import MemoryGames
from quiz.store.games_redis import RedisGames
from quiz.store.results import RedisResults
from quiz.store.results_memory import MemoryResults
from tests.store.outages import Worker
from tests.store.worlds import ARCHIVE_S, World, game_of, memory_world

Shelf = tuple[World, Results]


def results_of(world: World) -> Results:
    """Over the world's store."""
    if isinstance(world.games, MemoryGames):
        return MemoryResults(world.games, ARCHIVE_S)
    assert isinstance(world.games, RedisGames)
    return RedisResults(world.client, world.games.now)  # type: ignore[arg-type]


@pytest.fixture(params=["memory", "redis"])
def shelf(request: pytest.FixtureRequest) -> Shelf:
    """Each store with its records."""
    world = memory_world() if request.param == "memory" else request.getfixturevalue("redis_store")
    return world, results_of(world)


def finish(shelf: Shelf, game_id: str, host: str | None = "ann", quiz: str = "s", at: int = 0, *, noted: bool = True) -> Finished:
    """A game that is over, with its record; `at` orders those of one test."""
    world, results = shelf
    game = game_of(("single",), "self-paced", f"{100_000 + int(game_id, 16) % 800_000}", game_id, world.games.now(), host=host)
    game = msgspec.structs.replace(game, quiz=quiz)
    assert world.games.create(game)
    world.seat(game, "p1", "p2")
    world.answer(game, "p1")
    world.step(game, machine.end)
    record = msgspec.structs.replace(archive(world.games, game, 1), finished_at=1_700_000_000_000 + at)
    world.games.archive(game, msgspec.json.encode(record))
    if noted:
        results.note(record.summary())
    return record.summary()


def ids(page: list[Finished]) -> list[str]:
    return [one.id for one in page]


def test_lists_have_the_newest_first_by_host_and_by_quiz(shelf: Shelf):
    """A host's own and the shared ones, or everybody's; of all quizzes or of one."""
    for number, (host, quiz) in enumerate([("ann", "s"), ("bob", "s"), (None, "t"), ("ann", "t")], 1):
        finish(shelf, f"{number}", host, quiz, at=number)
    results = shelf[1]
    assert ids(results.page(None, None, None, 9)) == ["4", "3", "2", "1"]
    assert ids(results.page(["ann", None], None, None, 9)) == ["4", "3", "1"]
    assert ids(results.page(["bob", None], None, None, 9)) == ["3", "2"]
    assert ids(results.page(["ann", None], "t", None, 9)) == ["4", "3"]
    assert ids(results.page(None, "s", None, 9)) == ["2", "1"]
    assert results.page(["eve"], None, None, 9) == []


def test_pages_follow_each_other_without_a_gap_and_without_anything_twice(shelf: Shelf):
    """Also where several games ended in one millisecond, on two lists."""
    for number in range(1, 12):
        finish(shelf, f"{number:x}", "ann" if number % 2 else None, at=number // 4)
    seen: list[str] = []
    before = None
    while page := shelf[1].page(["ann", None], None, before, 3):
        seen += ids(page)
        before = page[-1].place
    assert seen == sorted((f"{number:x}" for number in range(1, 12)), key=lambda one: (int(one, 16) // 4, one), reverse=True)


def test_a_game_that_is_noted_again_is_listed_once_as_it_is_now(shelf: Shelf):
    """With the new number of players, and the time for which its record is kept."""
    summary = finish(shelf, "1")
    shelf[1].note(msgspec.structs.replace(summary, players=1))
    (listed,) = shelf[1].page(None, None, None, 9)
    assert listed.players == 1
    left = listed.kept_until - shelf[0].games.now()
    assert ARCHIVE_S * 1000 - 60_000 < left <= ARCHIVE_S * 1000


def test_a_record_is_replaced_only_by_who_has_seen_the_last_one(shelf: Shelf):
    """And stays no longer for it."""
    finish(shelf, "1")
    results = shelf[1]
    stored, until = results.record("1")
    assert results.replace("1", stored, b'{"new": true}')
    assert not results.replace("1", stored, b"{}")
    assert results.record("1")[0] == b'{"new": true}'
    assert abs(results.record("1")[1] - until) < 5000
    assert results.record("2") is None


def test_what_is_buried_is_off_all_lists_and_what_is_said_of_it_stays(shelf: Shelf):
    """So that nobody takes it for lost, and brings it back."""
    finish(shelf, "1")
    finish(shelf, "2", at=1)
    shelf[1].bury("1", b"{}")
    for whose, quiz in ((None, None), (["ann"], None), (["ann"], "s"), (None, "s")):
        assert ids(shelf[1].page(whose, quiz, None, 9)) == ["2"]
    assert shelf[0].games.archived("1") == b"{}"


def test_a_game_that_is_dropped_leaves_its_pin_and_nothing_but_its_record(shelf: Shelf):
    """Whoever is still there is told that there is no such game."""
    world, _ = shelf
    finish(shelf, "1")
    game = world.games.running()[0]
    world.games.drop(game)
    assert world.games.game(game.pin) is None
    assert world.games.archived("1") is not None
    assert world.games.create(msgspec.structs.replace(game, id="2"))
    world.games.drop(game)  # the PIN is another's by now
    assert world.games.game(game.pin) is not None


def test_a_forgotten_player_is_nowhere_in_the_game(shelf: Shelf):
    """Names, old ones too, answers and seat are gone; who they were may not come back."""
    world, _ = shelf
    game = world.make("single", "single", mode="self-paced")
    world.seat(game, "zoe", "bob")
    world.games.presence.arrive(game, "zoe", "w1")
    world.games.news.note_roster(game, "joined", Player("zoe", "zoe"))
    world.games.players.rename(game, Player("zoe", "zoey"))
    world.games.answers.open_for(game, "zoe", 1)
    for player in ("zoe", "bob"):
        world.answer(game, player)
    world.step(game, machine.end)
    world.games.players.kick(game, "zoe")
    world.games.players.forget(game, "zoe")
    assert [seat.id for seat in world.games.players.roster(game)] == ["bob"]
    assert set(world.games.answers.receipts(game, 0)) == {"bob"}
    assert world.games.players.scores(game) == [("bob", 10)]
    assert world.games.answers.opened_for(game, "zoe") == {}
    assert world.games.players.kicked(game) == {"zoe"}
    if world.client is not None:
        k = keys.game_keys(game.pin)
        left = {key: _content(world.client, key) for key in world.client.keys("*") if key not in (k.kicked, k.content)}
        assert not [key for key, content in left.items() if "zoe" in content], left


def _content(client: Any, key: str) -> str:
    read: dict[str, Callable[[], Any]] = {
        "string": lambda: client.get(key),
        "hash": lambda: client.hgetall(key),
        "set": lambda: client.smembers(key),
        "zset": lambda: client.zrange(key, 0, -1),
        "list": lambda: client.lrange(key, 0, -1),
    }
    return str(read[client.type(key)]())


def test_records_that_are_on_no_list_are_found(redis_store: World, client: redis.Redis):
    """Those of the release before, and those that came with a backup; not one that was deleted, nor one that nobody can read."""
    shelf = redis_store, results_of(redis_store)
    for number in (1, 2, 3):
        finish(shelf, f"{number}", at=number, noted=False)
    deleted = unfolded(redis_store.games.archived("3"), lambda: None).emptied()
    client.set(keys.archive("3"), msgspec.json.encode(deleted))
    client.set(keys.archive("4"), "nonsense")
    page = shelf[1].page(["ann"], None, None, 9)
    assert ids(page) == ["2", "1"]
    assert page[0].players == 2
    assert page[0].kept_until > redis_store.games.now()
    finish(shelf, "5", at=5, noted=False)
    assert ids(shelf[1].page(["ann"], None, None, 9)) == ["2", "1"]  # it was looked a moment ago
    client.delete(keys.LISTED)
    assert ids(shelf[1].page(["ann"], None, None, 9)) == ["5", "2", "1"]


def test_lists_forget_what_is_kept_no_longer(redis_store: World, client: redis.Redis):
    """A record goes by itself; the lists follow when somebody looks, or when the next game ends."""
    results = results_of(redis_store)
    for number in range(1, 5):
        finish((redis_store, results), f"{number}", at=number)
    late = RedisResults(client, lambda: redis_store.games.now() + ARCHIVE_S * 1000)
    assert late.page(["ann"], None, None, 2) == []
    assert [key for key in client.keys("quiz:{results}*") if key != keys.LISTED] == []
    past = msgspec.json.encode(msgspec.structs.replace(finish((redis_store, results), "6"), kept_until=1))
    client.hset(keys.FINISHED, "6", past)
    summary = finish((redis_store, results), "5", at=1)
    assert client.hkeys(keys.FINISHED) == ["5"]
    client.delete(keys.archive("5"))
    client.hdel(keys.FINISHED, "5")
    results.note(summary)
    assert client.hlen(keys.FINISHED) == 0
    results.note(summarised(redis_store.games.archived("1")))
    assert ids(results.page(None, None, None, 9)) == ["1"]
    assert client.zcard(keys.finished("")) == 1


def test_a_summary_without_reading_all_is_the_records_own(redis_store: World):
    """The list says of a game what its record does."""
    finish((redis_store, results_of(redis_store)), "1", host=None)
    stored = redis_store.games.archived("1")
    assert summarised(stored) == unfolded(stored, lambda: None).summary()


def records_of(worker: Worker) -> Records:
    """Over a worker's store; of the lobby, what removing a player needs of it."""
    lobby: Any = SimpleNamespace(kick=worker.games.players.kick)
    return Records(worker.games, RedisResults(worker.redis, worker.games.now), lobby, lambda: None)


def over_soon(worker: Worker) -> Game:
    """A game that has just ended, of which the journal still knows everything."""
    game = worker.make("single", "single", mode="self-paced")
    worker.seat(game, "zoe", "bob")
    for player in ("zoe", "bob"):
        worker.answer(game, player)
    worker.step(game, machine.end)
    worker.games.archive(game, msgspec.json.encode(archive(worker.games, game, 1)))
    return game


def test_no_journal_brings_a_deleted_game_back(workers: Callable[..., Worker], client: redis.Redis):
    """A worker that dies leaves one that knows all of it, and another takes it over; so does one that was cut off."""
    first, cut_off = workers("w1"), workers("w2", "i2")
    game = over_soon(first)
    cut_off.games.players.view(game, "zoe")
    cut_off.cut()
    records_of(first).delete(game.id)
    first.die()
    third = workers("w3")
    cut_off.heal()
    for worker in (cut_off, third):
        worker.suspect()
        assert worker.games.exact.game(game.pin) is None
        with pytest.raises(GameNotFound):
            records_of(worker).find(game.id)
    assert "zoe" not in str([client.get(key) for key in client.keys("quiz:archive:*")])


def test_no_journal_brings_a_removed_player_back(workers: Callable[..., Worker], client: redis.Redis):
    """Nor an answer of theirs that an instance took while it was cut off; those of the others come in."""
    first, cut_off = workers("w1"), workers("w2", "i2")
    game = first.make("single", "single", mode="self-paced")
    first.seat(game, "zoe", "bob")
    first.answer(game, "zoe")
    for player in ("zoe", "bob"):
        cut_off.games.players.view(game, player)
    cut_off.cut()
    for player in ("zoe", "bob"):
        cut_off.accept(game, player, 1)
    first.step(game, machine.end)
    first.games.archive(game, msgspec.json.encode(archive(first.games, game, 1)))
    records_of(first).forget_player(game.id, "zoe")
    cut_off.heal()
    first.die()
    third = workers("w3")
    third.suspect()
    record, _ = records_of(third).find(game.id)
    assert [(one.id, one.score) for one in record.players] == [("bob", 10)]
    assert "zoe" not in str(record.answers)
    assert [seat.id for seat in third.games.exact.players.roster(game)] == ["bob"]
