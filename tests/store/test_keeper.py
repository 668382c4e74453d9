"""The keeper and a real Redis that goes away, comes back, or takes no writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from quiz.domain import game as machine
from quiz.domain.errors import StoreAway
from tests.chaos.store import Store
from tests.store.outages import THRESHOLD, Worker, listed, the_game

Make = Callable[..., Worker]


def test_a_worker_begins_without_redis_and_uses_it_when_it_comes(own_valkey: Store, haste: None, tmp_path: Path):
    """It is ready with the breaker open; the first look that finds Redis closes it, long before its wait is over."""
    own_valkey.kill()
    worker = Worker(own_valkey.url, tmp_path).begin()
    try:
        assert not worker.breaker.closed
        worker.look(after=1)
        assert not worker.breaker.closed
        with pytest.raises(StoreAway):
            worker.games.game("123456")
        own_valkey.start()
        worker.look(after=1)
        assert worker.breaker.closed
        assert worker.make() == the_game(worker)
    finally:
        worker.die()


def test_whoever_wants_redis_before_a_worker_has_met_it_is_no_outage(
    valkey: str, client: redis.Redis, haste: None, tmp_path: Path
):
    """The others tell it of their games as soon as it hears them. When it is ready it uses Redis, whatever was before."""
    worker = Worker(valkey, tmp_path)
    states: list[str] = []
    worker.breaker.watch(states.append)
    try:
        for _ in range(2 * THRESHOLD):
            with pytest.raises(StoreAway):
                worker.games.game("123456")
        assert states == []
        worker.cut()
        worker.begin()
        assert worker.make() == the_game(worker)
    finally:
        worker.die()


def test_answers_of_an_outage_are_on_the_board_when_it_ends(own_valkey: Store, own: Worker):
    """Redis is killed and comes back with its data: what was acknowledged meanwhile is there, once, and epochs are newer."""
    game, before = the_game(own), own.board.top(the_game(own), 5)
    own_valkey.kill()
    for _ in range(2):
        taken = own.accept(game, "bob", 0)
        assert taken.provisional
    assert taken.duplicate
    assert own.board.top(game, 5).provisional
    own_valkey.start()
    own.settle()
    board = own.board.top(game, 5)
    assert (board.provisional, own.listing(game)) == (False, [(1, "ann", 10), (1, "bob", 10)])
    assert board.edition > before.edition
    assert board.epoch > before.epoch
    assert not own.accept(game, "bob", 1).provisional
    assert not own.games.mirror.unconfirmed


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
        lambda: worker.games.players.kick(game, "ann"),
        lambda: worker.games.answers.reset(game),
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
            assert worker.accept(game, "ann", index).provisional
        assert not worker.breaker.closed
        for _ in range(3):
            worker.look()
            assert not worker.breaker.closed
    finally:
        for name, value in heal.items():
            client.config_set(name, value)
    worker.look()
    assert worker.breaker.closed
    assert worker.games.players.scores(game) == [("ann", 60)]


def test_a_redis_that_can_not_save_is_an_outage(own_valkey: Store, own: Worker):
    """MISCONF: its disk is full, it answers reads and refuses writes."""
    client, game = own_valkey.client(), the_game(own)
    client.config_set("dir", "/proc")  # nothing can be written there
    client.config_set("save", "1 1")
    client.execute_command("BGSAVE")
    while client.info("persistence")["rdb_bgsave_in_progress"]:
        pass
    assert own.accept(game, "bob", 0).provisional
    own.cut()
    own.look()
    assert not own.breaker.closed
    client.config_set("save", "")
    own.look()
    assert own.breaker.closed
    assert listed(own) == [("ann", 10), ("bob", 10)]
