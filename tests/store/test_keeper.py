"""The keeper and a real Redis that goes away, comes back, has forgotten, is full, or is another."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from quiz.domain import game as machine
from quiz.domain.errors import Kicked, NicknameTaken, NotJoined, ServerBusy, StoreAway
from quiz.domain.player import Player
from quiz.play.ports import Submission
from quiz.resilience.journal import Journal, JournalError, journals
from quiz.store import keys
from tests.chaos.store import Store
from tests.store.outages import Worker, age
from tests.store.worlds import World, redis_world

Make = Callable[..., Worker]


@pytest.fixture
def store() -> Iterator[Store]:
    """A Valkey of the test's own, which writes all to its disk at once."""
    made = Store(appendfsync="always", enable_protected_configs="yes")
    yield made
    made.close()


@pytest.fixture
def own(store: Store, haste: None, tmp_path: Path) -> Iterator[Worker]:
    """A worker on it that has begun, with a game that two players are in, and a point for one of them."""
    age(store.client())
    worker = Worker(store.url, tmp_path, timeout_ms=2000).begin()
    game = worker.make("single", "single", mode="self-paced")
    worker.seat(game, "ann", "bob")
    worker.answer(game, "ann")
    yield worker
    worker.die()


def the_game(worker: World, pin: str = "123456"):
    game = worker.games.game(pin)
    assert game is not None
    return game


def played(worker: Worker, **changes):
    """A game of three, one of whom was kicked, with the second question open and two answers to the first."""
    game = worker.make("single", "single", "poll", countdown_ms=0, **changes)
    worker.seat(game, "ann", "bob", "cat")
    worker.games.kick(game, "cat")
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
        "names": {seat.id: seat.nickname for seat in games.roster(game)},
        "standings": {name: games.standing(game, name) for name in ("ann", "bob", "cat")},
        "receipts": [games.receipts(game, index) for index in range(len(game.questions))],
        "streaks": games.streaks(game, ["ann", "bob"]),
    }


# Without Redis, and back


def test_a_worker_begins_without_redis_and_uses_it_when_it_comes(store: Store, haste: None, tmp_path: Path):
    """It is ready with the breaker open; the first look that finds Redis closes it, long before its wait is over."""
    store.kill()
    worker = Worker(store.url, tmp_path).begin()
    try:
        assert not worker.breaker.closed
        worker.look(after=1)
        assert not worker.breaker.closed
        with pytest.raises(StoreAway):
            worker.games.game("123456")
        store.start()
        worker.look(after=1)
        assert worker.breaker.closed
        assert worker.make() == the_game(worker)
    finally:
        worker.die()


def test_answers_of_an_outage_are_on_the_board_when_it_ends(store: Store, own: Worker):
    """Redis is killed and comes back with its data: what was acknowledged meanwhile is there, once, and epochs are newer."""
    game, before = the_game(own), own.board.top(the_game(own), 5)
    store.kill()
    for _ in range(2):
        taken = own.games.accept(game, submission("bob", 0))
        assert taken.provisional
    assert taken.duplicate
    assert own.board.top(game, 5).provisional
    store.start()
    own.settle()
    board = own.board.top(game, 5)
    assert (board.provisional, own.listing(game)) == (False, [(1, "ann", 10), (1, "bob", 10)])
    assert board.edition > before.edition
    assert board.epoch > before.epoch
    assert not own.games.accept(game, submission("bob", 1)).provisional
    assert not own.games.mirror.unconfirmed


def submission(player: str, index: int, right: bool = True):
    return Submission(player=player, index=index, answer=1, right=right)


def test_what_can_not_go_on_without_redis_is_busy(workers: Make):
    """Creating, moving, joining anew, kicking and resetting say server_busy, worth a retry, and do nothing."""
    worker = workers()
    game = worker.make()
    worker.seat(game, "ann")
    old, now = worker.games.phase(game)
    worker.cut()
    for call in (
        lambda: worker.make(pin="222222", game_id="g2"),
        lambda: worker.games.move(game, old, machine.start(game, old, now)),
        lambda: worker.seat(game, "bob"),
        lambda: worker.games.kick(game, "ann"),
        lambda: worker.games.reset(game),
        lambda: worker.games.archive(game, b"{}"),
        lambda: worker.games.running(),
    ):
        with pytest.raises(StoreAway) as caught:
            call()
        assert (caught.value.code, caught.value.retryable) == ("server_busy", True)
    worker.heal()
    assert worker.listing(game) == [(1, "ann", 0)]
    assert worker.games.phase(game)[0] == old
    assert worker.games.game("222222") is None


# A Redis that has forgotten


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
        worker.games.join(game, Player("other", "Ann"), "ann")
    with pytest.raises(Kicked):
        worker.games.join(game, Player("other", "Cat"), "cat")
    worker.close(game)
    assert worker.listing(game) == [(1, "bob", 1000), (1, "ann", 1000)]
    assert [one.id for one in worker.games.running()] == [game.id]
    assert worker.games.overdue(worker.games.now() + 1) == [game.pin]


def test_nobody_is_told_that_a_game_is_gone_while_it_is_brought_back(workers: Make, client: redis.Redis):
    """In the moment between the loss and its end: players go on, and what can't is busy."""
    worker, other = workers("w1", "i1"), workers("w2", "i2")
    game = worker.make("single", "single", mode="self-paced")
    worker.seat(game, "ann")
    the_game(other)
    other.seat(game, "bob")
    client.flushall()
    assert worker.games.view(game, "ann").standing.score == 0
    assert worker.games.accept(game, submission("ann", 0)).provisional
    worker.look()
    assert worker.breaker.closed
    # The other one has not noticed: Redis knows the game again, and not its player.
    with pytest.raises(NotJoined):
        redis_world(client).games.standing(game, "bob")
    assert other.games.accept(game, submission("bob", 0)).provisional
    other.heal()
    with pytest.raises(NotJoined):
        other.games.standing(game, "nobody")
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


def test_another_server_in_the_same_place_is_noticed_by_itself(store: Store, own: Worker):
    """Killed, its data gone, and started: the first call is turned away, and all is brought before the next."""
    game, before = the_game(own), seen_players(own)
    store.kill()
    store.forget()
    store.start()
    assert own.games.accept(game, submission("bob", 0)).provisional
    assert not store.client().exists(f"quiz:{{{game.pin}}}:game")
    own.settle()
    assert before == [("ann", 10), ("bob", 0)]
    assert seen_players(own) == [("ann", 10), ("bob", 10)]


def seen_players(worker: Worker) -> list[tuple[str, int]]:
    return [(player, score) for _, player, score in worker.listing(the_game(worker))]


def test_an_older_redis_is_brought_the_difference(store: Store, own: Worker):
    """Started from the file of a while ago: the answers, the player and the reset since are there again."""
    game = the_game(own)
    old = store.folder / "old"
    shutil.copytree(store.folder / "appendonlydir", old)
    own.seat(game, "cat")
    own.answer(game, "cat")
    own.answer(game, "ann", 1)
    store.kill()
    store.forget()
    shutil.copytree(old, store.folder / "appendonlydir")
    store.start()
    assert store.client().hlen(f"quiz:{{{game.pin}}}:names") == 2
    own.suspect()
    assert seen_players(own) == [("ann", 20), ("cat", 10), ("bob", 0)]
    own.games.reset(game)
    store.kill()
    store.forget()
    shutil.copytree(old, store.folder / "appendonlydir")
    store.start()
    own.suspect()
    assert {score for _, score in seen_players(own)} == {0}
    assert own.games.receipts(game, 0) == {}


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
    assert (found.id, worker.games.scores(found), worker.games.answer_count(found, 0)) == ("g2", [], 0)


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


# A Redis that refuses to write


@pytest.mark.parametrize(
    ("refuse", "heal"),
    [
        ({"min-replicas-to-write": "1"}, {"min-replicas-to-write": "0"}),
        ({"maxmemory": "1", "maxmemory-policy": "noeviction"}, {"maxmemory": "0"}),
    ],
    ids=["NOREPLICAS", "OOM"],
)
def test_a_redis_that_takes_no_writes_is_an_outage(workers: Make, client: redis.Redis, refuse, heal):
    """It answers reads; answers are kept without it, the breaker opens, no trial closes it, and the end is noticed."""
    worker = workers()
    game = worker.make(*["single"] * 6, mode="self-paced")
    worker.seat(game, "ann")
    for name, value in refuse.items():
        client.config_set(name, value)
    try:
        for index in range(6):
            assert worker.games.accept(game, submission("ann", index)).provisional
        assert not worker.breaker.closed
        for _ in range(3):
            worker.look()
            assert not worker.breaker.closed
    finally:
        for name, value in heal.items():
            client.config_set(name, value)
    worker.look()
    assert worker.breaker.closed
    assert worker.games.scores(game) == [("ann", 60)]


def test_a_redis_that_can_not_save_is_an_outage(store: Store, own: Worker):
    """MISCONF: its disk is full, it answers reads and refuses writes."""
    client, game = store.client(), the_game(own)
    client.config_set("dir", "/proc")  # nothing can be written there
    client.config_set("save", "1 1")
    client.execute_command("BGSAVE")
    while client.info("persistence")["rdb_bgsave_in_progress"]:
        pass
    assert own.games.accept(game, submission("bob", 0)).provisional
    own.cut()
    own.look()
    assert not own.breaker.closed
    client.config_set("save", "")
    own.look()
    assert own.breaker.closed
    assert seen_players(own) == [("ann", 10), ("bob", 10)]


# Journals


def test_a_dead_workers_journal_is_taken_over_and_a_living_ones_is_not(workers: Make, client: redis.Redis):
    """What the dead one had acknowledged without Redis is brought by its successor; of the living one's nothing is touched."""
    dead, living = workers("w1"), workers("w2")
    game = dead.make(mode="self-paced")
    dead.seat(game, "ann")
    the_game(living)
    living.seat(game, "bob")
    for worker, name in ((dead, "ann"), (living, "bob")):
        worker.cut()
        worker.answer(game, name)
    dead.die()
    successor = workers("w3")
    assert successor.games.scores(game) == [("ann", 10), ("bob", 0)]
    assert journals(living.journal.path.parent) == [living.journal.path, successor.journal.path]
    assert living.answers() == [("bob", 0)]
    living.heal()
    assert dict(successor.games.scores(game)) == {"ann": 10, "bob": 10}


def test_a_journal_that_was_left_later_is_taken_over_too(workers: Make):
    """A worker that dies while another lives on, without a successor, leaves nothing behind for long."""
    dead, living = workers("w1"), workers("w2")
    game = dead.make(mode="self-paced")
    dead.seat(game, "ann")
    dead.cut()
    dead.answer(game, "ann")
    dead.die()
    living.look()
    assert living.games.scores(game) == [("ann", 10)]
    assert journals(living.journal.path.parent) == [living.journal.path]


def test_a_torn_end_is_ignored_and_all_before_it_is_brought(workers: Make, client: redis.Redis):
    """The power failed in the middle of a line."""
    worker = workers("w1")
    game = worker.make("single", "single", mode="self-paced")
    worker.seat(game, "ann")
    worker.answer(game, "ann")
    worker.answer(game, "ann", 1)
    worker.die()
    path = worker.journal.path
    path.write_bytes(path.read_bytes()[:-20])
    client.flushall()
    successor = workers("w2")
    assert successor.games.scores(game) == [("ann", 10)]
    assert successor.games.standing(game, "ann").answered == (0,)


def test_the_journal_lets_go_of_games_that_are_archived(workers: Make, client: redis.Redis):
    """At the second look; a running game's records stay."""
    worker = workers()
    over = worker.make(*["single"] * 30, mode="self-paced")
    worker.seat(over, "ann")
    for index in range(30):
        worker.answer(over, "ann", index)
    worker.games.archive(over, b"{}")
    running = worker.make(mode="self-paced", pin="222222", game_id="g2")
    worker.seat(running, "bob")
    worker.answer(running, "bob")
    worker.look()
    assert ("ann", 29) in worker.answers()
    worker.look()
    assert worker.answers() == [("bob", 0)]
    client.flushall()
    worker.suspect()
    assert worker.games.scores(running) == [("bob", 10)]


def test_a_player_whom_a_neighbour_seated_is_brought_with_the_answers(workers: Make, client: redis.Redis):
    """Who comes back in an outage by another worker of the instance loses nothing, even if Redis comes back empty."""
    first, second = workers("w1"), workers("w2")
    game = first.make(mode="self-paced")
    first.seat(game, "ann")
    for worker in (first, second):
        worker.cut()
    assert second.games.game(game.pin) == game
    assert second.games.view(game, "ann").standing.nickname == "ann"
    second.answer(game, "ann")
    client.flushall()
    second.heal()
    assert second.games.scores(game) == [("ann", 10)]


def test_a_full_disk_at_the_start_is_no_end(workers: Make, monkeypatch: pytest.MonkeyPatch):
    """What a dead worker left is taken over when there is room again; until then it stays where it is."""
    dead = workers("w1")
    game = dead.make(mode="self-paced")
    dead.seat(game, "ann")
    dead.cut()
    dead.answer(game, "ann")
    dead.die()

    def full(self: Journal, record: bytes) -> None:
        raise JournalError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "append", full)
        worker = workers("w2")
        assert worker.breaker.closed
        assert dead.journal.path.exists()
        with pytest.raises(ServerBusy):
            worker.games.accept(game, submission("ann", 0))
    worker.look()
    assert worker.games.scores(game) == [("ann", 10)]
    assert not dead.journal.path.exists()
