"""What somebody has done to the platform's keys by hand: it is told of, kept apart, and mended as soon as it can be."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
import redis

from quiz.domain.errors import ServerBusy, StoreAway
from quiz.domain.game import Game
from quiz.ops.sampling import Sampler
from quiz.outage import Outage
from quiz.resilience.replay import remains
from quiz.store import keys
from quiz.store.keeper import RETRY
from quiz.store.keys import game_keys
from quiz.store.reconciler import RedisReconciler
from tests.store.outages import Worker
from tests.store.worlds import redis_world

Make = Callable[..., Worker]

SPOILS: dict[str, Callable[[redis.Redis], Any]] = {
    "no number": lambda client: client.set(keys.EPOCH, "abc"),
    "no text": lambda client: (client.delete(keys.EPOCH), client.hset(keys.EPOCH, "a", "b")),
}


def said(caplog: pytest.LogCaptureFixture, words: str) -> int:
    """How many warnings say this."""
    return sum(words in record.getMessage() for record in caplog.records if record.levelno == logging.WARNING)


def health(worker: Worker) -> dict[str, Any]:
    """The components of a worker's health."""
    return (
        Outage(
            breaker=worker.breaker,
            journal=worker.journal,
            client=worker.redis,
            bus_client=worker.redis,
            plain=worker.redis,
            sampler=Sampler(),
            worker="w1",
            games=worker.games,
            leaderboard=worker.board,  # type: ignore[arg-type]
            keeper=worker.keeper,
        )
        .checks()
        .components()
    )


def broken(worker: Worker, client: redis.Redis) -> Game:
    """A game with an answer from an outage, which Redis refuses, since something else is where its board was."""
    game = worker.make(mode="self-paced")
    worker.seat(game, "ann")
    worker.cut()
    worker.answer(game, "ann")
    client.delete(game_keys(game.pin).leaderboard)
    client.set(game_keys(game.pin).leaderboard, "something else")
    worker.heal()
    assert list(worker.keeper.courier.refused) == [game.id]
    return game


@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS)
def test_an_epoch_that_is_none_is_another_memory(workers: Make, client: redis.Redis, spoil, caplog):
    """Who is there brings what it has, and who begins begins; a number stands there again, and one warning is logged."""
    worker = workers()
    game = worker.make(mode="self-paced")
    worker.seat(game, "ann")
    worker.answer(game, "ann")
    client.delete(game_keys(game.pin).leaderboard)
    spoil(client)
    worker.settle()
    assert worker.breaker.why == "Redis has lost its memory"
    assert worker.games.players.scores(game) == [("ann", 10)]
    assert str(client.get(keys.EPOCH)).isdigit()
    spoil(client)
    assert workers("w2", "i2").breaker.closed
    assert str(client.get(keys.EPOCH)).isdigit()
    assert said(caplog, "quiz:epoch is no time") == 2


def test_a_worker_begins_as_in_an_outage_whatever_goes_wrong(valkey: str, client: redis.Redis, tmp_path, caplog):
    """What nobody has foreseen keeps no worker from starting."""
    worker = Worker(valkey, tmp_path)
    whole, worker.keeper.courier.restorer.epoch = worker.keeper.courier.restorer.epoch, lambda now: 1 // 0  # type: ignore[method-assign]
    try:
        worker.begin()
        assert (worker.breaker.closed, worker.breaker.why) == (False, "integer division or modulo by zero")
        (record,) = [one for one in caplog.records if "begins without it" in one.getMessage()]
        assert record.exc_info
        worker.keeper.courier.restorer.epoch = whole  # type: ignore[method-assign]
        worker.heal()
    finally:
        worker.die()


def test_a_refusal_is_said_and_logged(worker: Worker, client: redis.Redis, caplog):
    """A command that Redis refuses is no outage; who asked is told to try again, and the log says what it was."""
    game = worker.make(mode="self-paced")
    worker.seat(game, "ann")
    client.delete(game_keys(game.pin).leaderboard)
    client.set(game_keys(game.pin).leaderboard, "something else")
    with pytest.raises(ServerBusy, match=r"^this can't be done right now; try again$") as caught:
        worker.accept(game, "ann")
    assert not isinstance(caught.value, StoreAway)
    assert said(caplog, "Redis refuses a part of accepted: WRONGTYPE") == 1


@pytest.mark.parametrize("rights", [["eval", "evalsha"], ["hset"]], ids=["scripts", "a command in them"])
def test_a_user_who_may_no_longer_do_what_is_needed_has_no_redis(worker: Worker, client: redis.Redis, rights, caplog):
    """NOPERM: answers are kept without it, the breaker opens, and no trial closes it before the right is back."""
    game = worker.make(*["single"] * 6, mode="self-paced")
    worker.seat(game, "ann")
    client.execute_command("ACL", "SETUSER", "default", *(f"-{name}" for name in rights))
    try:
        assert all(worker.accept(game, "ann", index).provisional for index in range(6))
        assert said(caplog, "Redis is away: ") == 1
        assert said(caplog, "Redis refuses a part of accepted: ") == 5
        worker.look()
        assert not worker.breaker.closed
        redis_component = health(worker)["redis"]
        assert "permissions" in redis_component["details"]["error"]
        assert redis_component["details"]["since"]
    finally:
        client.execute_command("ACL", "SETUSER", "default", *(f"+{name}" for name in rights))
    worker.settle()
    assert worker.games.players.scores(game) == [("ann", 60)]
    assert health(worker)["redis"]["status"] == "UP"


def test_what_was_refused_is_tried_again(worker: Worker, client: redis.Redis):
    """Half a minute after somebody has put it right all is there; health named the game until then."""
    game, told = broken(worker, client), []
    worker.keeper.courier.board_changed = told.append
    assert f"1 ({game.pin}); WRONGTYPE" in health(worker)["journal"]["details"]["error"]
    worker.look(after=RETRY)
    assert list(worker.keeper.courier.refused) == [game.id]
    client.delete(game_keys(game.pin).leaderboard)
    worker.look(after=RETRY - 1)
    assert list(worker.keeper.courier.refused) == [game.id]
    worker.look(after=1)
    assert (worker.keeper.courier.refused, told) == ({}, [game])
    assert worker.games.players.scores(game) == [("ann", 10)]
    assert health(worker)["journal"]["status"] == "UP"


def test_what_was_refused_stays_so_through_an_outage(worker: Worker, client: redis.Redis, monkeypatch):
    """Redis goes while it is tried again: nothing is forgotten."""
    game = broken(worker, client)
    monkeypatch.setattr(
        worker.keeper.courier.restorer, "restore", lambda *args: (_ for _ in ()).throw(redis.ConnectionError("gone"))
    )
    with pytest.raises(redis.ConnectionError):
        worker.look(after=RETRY)
    assert list(worker.keeper.courier.refused) == [game.id]


def test_what_a_game_is_about_is_brought_back(worker: Worker, client: redis.Redis):
    """Its content was deleted, and it was struck off the list of games: that is missing, and comes with the rest of the game."""
    game = worker.make(mode="self-paced")
    worker.seat(game, "ann")
    worker.answer(game, "ann")
    reconciler, k = RedisReconciler(worker.redis), game_keys(game.pin)
    client.delete(k.content)
    client.zrem(keys.GAMES, game.pin)
    of = remains(worker.journal.lines())[game.id]
    compared = reconciler.compare(game, of)
    assert (compared.whole, compared.answers, compared.seats) == (True, [], [])
    reconciler.bring(game, of, worker.games.now())
    assert not reconciler.compare(game, of).whole
    fresh = redis_world(client).games
    assert fresh.game(game.pin) == game
    assert fresh.running() == [game]
    client.expire(k.game, 100)
    client.delete(k.content)
    reconciler.bring(game, of, worker.games.now())
    assert 0 < client.ttl(k.content) <= 100


def test_a_game_whose_making_was_cut_short_is_listed_when_it_is_enlisted(worker: Worker, client: redis.Redis):
    """It is there, and nobody was told: the store went away before its PIN came to the list."""
    game = worker.make()
    client.zrem(keys.GAMES, game.pin)
    assert worker.games.running() == []
    worker.games.enlist(game)
    assert worker.games.running() == [game]
