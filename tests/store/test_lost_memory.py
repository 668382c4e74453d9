"""The keeper and a real Redis that has forgotten, or is another, or an older one."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import msgspec
import pytest
import redis

from quiz.domain import game as machine
from quiz.domain.errors import Kicked, NicknameTaken, NotJoined, StoreAway
from quiz.domain.player import Player
from quiz.store import keys
from tests.chaos.store import Store
from tests.store.outages import Worker, listed, snapshot, the_game, turn_back
from tests.store.worlds import World, redis_world

Make = Callable[..., Worker]


def played(worker: Worker, **changes):
    """A game of three, one of whom was kicked, with the second question open and two answers to the first."""
    game = worker.make("single", "single", "poll", countdown_ms=0, **changes)
    worker.seat(game, "ann", "bob", "cat")
    worker.games.players.kick(game, "cat")
    for name in ("Bea", "Bob the second"):
        worker.games.players.rename(game, Player("bob", name))
    worker.ask(game)
    worker.answer(game, "bob")
    worker.answer(game, "ann", right=False)
    worker.close(game)
    worker.ask(game, 1)
    worker.answer(game, "ann", 1)
    return game


def seen(world: World, game) -> dict[str, object]:
    """What people see of a game."""
    games = world.games
    return {
        "phase": games.phase(game)[0],
        "board": world.listing(game),
        "names": {seat.id: (seat.number, seat.nickname) for seat in games.players.roster(game)},
        "standings": {name: games.players.standing(game, name) for name in ("ann", "bob", "cat")},
        "receipts": [games.answers.receipts(game, index) for index in range(len(game.questions))],
        "streaks": games.players.streaks(game, ["ann", "bob"]),
    }


def test_an_emptied_redis_gets_everything_back(workers: Make, client: redis.Redis):
    """Seats, names, kicked players, phase, answers, points and streaks; epochs are newer; a nickname is still taken."""
    worker = workers()
    game = played(worker)
    before, edition = seen(worker, game), worker.board.top(game, 5).edition
    client.flushall()
    worker.settle()
    assert client.exists(f"quiz:{{{game.pin}}}:game")
    assert seen(redis_world(client), game) == before
    assert worker.board.top(game, 5).epoch > edition[0]
    with pytest.raises(NicknameTaken):
        worker.games.players.join(game, Player("other", "Ann"), "ann")
    with pytest.raises(NicknameTaken):
        worker.games.players.join(game, Player("other", "b\u043eb the second"), "b\u043eb the second")
    with pytest.raises(Kicked):
        worker.games.players.join(game, Player("other", "C\u0430t"), "c\u0430t")
    worker.close(game)
    assert worker.listing(game) == [(1, "bob", 1000), (1, "ann", 1000)]
    assert [one.id for one in worker.games.running()] == [game.id]
    assert worker.games.alarms.overdue(worker.games.now() + 1) == [game.pin]


def test_nobody_is_told_that_a_game_is_gone_while_it_is_brought_back(workers: Make, client: redis.Redis):
    """In the moment between the loss and its end: players go on, and what can't is busy."""
    worker, other = workers("w1", "i1"), workers("w2", "i2")
    game = worker.make("single", "single", mode="self-paced")
    worker.seat(game, "ann")
    the_game(other)
    other.seat(game, "bob")
    client.flushall()
    assert worker.games.players.view(game, "ann").standing.score == 0
    assert worker.accept(game, "ann", 0).provisional
    worker.look()
    assert worker.breaker.closed
    # The other one has not noticed: Redis knows the game again, and not its player.
    with pytest.raises(NotJoined):
        redis_world(client).games.players.standing(game, "bob")
    assert other.accept(game, "bob", 0).provisional
    other.heal()
    with pytest.raises(NotJoined):
        other.games.players.standing(game, "nobody")
    assert other.listing(game) == [(1, "ann", 10), (1, "bob", 10)]


def test_a_hosts_move_is_busy_while_the_game_is_brought_back(workers: Make, client: redis.Redis):
    """Not game_not_found, which would send the host away."""
    worker = workers()
    game = worker.make()
    old, now = worker.games.phase(game)
    client.flushall()
    with pytest.raises(StoreAway):
        worker.games.move(game, old, machine.start(game, old, now))
    worker.heal()
    assert worker.games.move(game, old, machine.start(game, old, now))


def test_another_server_in_the_same_place_is_noticed_by_itself(own_valkey: Store, own: Worker):
    """Killed, its data gone, and started: the first call is turned away, and all is brought before the next."""
    game, before = the_game(own), listed(own)
    own_valkey.kill()
    own_valkey.forget()
    own_valkey.start()
    assert own.accept(game, "bob", 0).provisional
    assert not own_valkey.client().exists(f"quiz:{{{game.pin}}}:game")
    own.settle()
    assert before == [("ann", 10), ("bob", 0)]
    assert listed(own) == [("ann", 10), ("bob", 10)]


def test_an_older_redis_is_brought_the_difference(own_valkey: Store, own: Worker):
    """Started from the file of a while ago: the answers, the player and the reset since are there again."""
    game = the_game(own)
    old = own_valkey.folder / "old"
    shutil.copytree(own_valkey.folder / "appendonlydir", old)
    own.seat(game, "cat")
    own.answer(game, "cat")
    own.answer(game, "ann", 1)
    own_valkey.kill()
    own_valkey.forget()
    shutil.copytree(old, own_valkey.folder / "appendonlydir")
    own_valkey.start()
    assert own_valkey.client().hlen(f"quiz:{{{game.pin}}}:names") == 2
    own.suspect()
    assert listed(own) == [("ann", 20), ("cat", 10), ("bob", 0)]
    own.games.answers.reset(game)
    own_valkey.kill()
    own_valkey.forget()
    shutil.copytree(old, own_valkey.folder / "appendonlydir")
    own_valkey.start()
    own.suspect()
    assert {score for _, score in listed(own)} == {0}
    assert own.games.answers.receipts(game, 0) == {}


def test_a_reveal_that_was_lost_is_made_again(workers: Make, client: redis.Redis):
    """Redis fell back to the open question: who brings it forward puts all points on the board, also of others' players."""
    worker, other = workers("w1", "i1"), workers("w2", "i2")
    game = worker.make("single", "single", scoring="flat")
    worker.seat(game, "ann")
    the_game(other)
    other.seat(game, "bob")
    worker.ask(game)
    other.answer(game, "bob")
    kept = snapshot(client)
    worker.close(game)
    assert listed(worker) == [("bob", 1000), ("ann", 0)]
    turn_back(client, kept)
    worker.suspect()
    assert worker.games.phase(game)[0].state == "reveal"
    assert listed(worker) == [("bob", 1000), ("ann", 0)]
    assert worker.games.players.streaks(game, ["ann", "bob"]) == {"ann": 0, "bob": 1}


def test_a_pin_that_is_anothers_by_now_is_left_alone(workers: Make, client: redis.Redis):
    """Redis lost its memory, and somebody was faster: the new game stays as it is, and the worker is not kept from Redis."""
    worker = workers()
    game = worker.make(mode="self-paced")
    worker.seat(game, "ann")
    worker.cut()
    worker.answer(game, "ann")
    client.flushall()
    new = redis_world(client).make(game_id="g2", title="New")
    worker.heal()
    assert not worker.games.mirror.unconfirmed
    found = worker.games.game(new.pin)
    assert (found.id, worker.games.players.scores(found), worker.games.answers.answer_count(found, 0)) == ("g2", [], 0)


def test_answers_to_a_game_that_is_over_keep_nobody_from_redis(workers: Make, client: redis.Redis):
    """A game that was archived and went away in an outage is not brought back, and the outage ends."""
    worker = workers()
    game = worker.make(mode="self-paced")
    worker.seat(game, "ann")
    worker.cut()
    worker.answer(game, "ann")
    client.delete(*client.keys("quiz:{*"))
    client.set(keys.archive(game.id), "{}")
    worker.settle()
    assert worker.games.game(game.pin) is None


def test_an_archived_game_is_not_brought_back(workers: Make, client: redis.Redis):
    """Neither by the worker that had it nor by the next one."""
    worker = workers()
    game = worker.make(mode="self-paced")
    worker.seat(game, "ann")
    worker.answer(game, "ann")
    client.flushall()
    client.set(keys.archive(game.id), "{}")
    worker.suspect()
    worker.die()
    workers("w2")
    assert client.keys("quiz:{*") == []


def test_a_game_that_was_over_long_ago_is_not_brought_back_though_its_archive_has_run_out(workers: Make, client: redis.Redis):
    """It would hold a PIN that nobody plays under; one that has just ended comes back, to be archived."""
    worker = workers()
    day = 24 * 3600 * 1000
    for number, ago in enumerate((day + 60_000, day - 60_000)):
        game = worker.make(mode="self-paced", pin=f"11111{number}", game_id=f"g{number}")
        worker.seat(game, "ann")
        old, now = worker.games.phase(game)
        over = msgspec.structs.replace(old, state="finished", version=old.version + 1, moved_at=now - ago)
        assert worker.games.move(game, old, over)
    client.flushall()
    worker.suspect()
    assert client.keys("quiz:{*}:game") == ["quiz:{111111}:game"]
