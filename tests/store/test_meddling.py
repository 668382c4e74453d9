"""Workers whose journals somebody has cut off, removed or damaged while they are needed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import redis

from quiz.domain.game import Game
from quiz.ops.sampling import Sampler
from quiz.outage import Outage
from quiz.resilience.records import Answered, Joined, Moved, Opened, Removed, Reset
from quiz.store.keys import game_keys
from tests.chaos.store import Store
from tests.store.outages import Worker, the_game

Make = Callable[..., Worker]


def test_what_a_worker_knows_outlives_its_journals_being_cut_off(workers: Make, client: redis.Redis):
    """Redis forgets as well, and the worker dies: the game, its seats and the outage's answers are brought by its successor."""
    worker = workers()
    game = worker.make("single", "single", mode="self-paced")
    worker.seat(game, "ann", "bob", "eve")
    worker.games.players.kick(game, "eve")
    worker.games.answers.reset(game)
    worker.make(pin="222222", game_id="live")
    worker.cut()
    worker.answer(game, "ann")
    os.truncate(worker.journal.path, 0)
    worker.answer(game, "ann", 1)
    worker.journal.mend()
    worker.answer(game, "bob")
    kinds = [type(record) for record in worker.records()]
    again = {Opened: 2, Joined: 3, Removed: 1, Reset: 1, Moved: 1}
    assert {kind: kinds.count(kind) for kind in again} == again
    worker.die()
    client.flushall()
    successor = workers("w2")
    assert dict(successor.games.players.scores(game)) == {"ann": 20, "bob": 10}
    assert successor.games.players.standing(game, "eve").kicked


def _robbed(workers: Make) -> tuple[Worker, Game]:
    """A worker that has taken an answer in an outage, and whose journal was removed then."""
    worker = workers()
    game = worker.make(mode="self-paced")
    worker.seat(game, "ann")
    worker.cut()
    worker.answer(game, "ann")
    worker.journal.path.unlink()
    return worker, game


def test_an_outage_ends_though_the_journal_was_removed_in_it(workers: Make):
    """Redis gets the answers, and is used again, even before the file is there again."""
    worker, game = _robbed(workers)
    worker.keeper._behind = True
    worker.heal()
    assert worker.games.players.scores(game) == [("ann", 10)]


@pytest.mark.parametrize("possible", [True, False], ids=["made anew", "can't be made anew"])
def test_a_worker_that_ends_in_an_outage_names_a_file_that_is_there(
    workers: Make, caplog: pytest.LogCaptureFixture, possible: bool
):
    """A journal that was removed is there again; where that is impossible, no file is named to be kept."""
    worker, _ = _robbed(workers)
    if not possible:
        worker.journal.path.mkdir()
    worker.keeper.end(time.monotonic())
    assert ("keep that file" in caplog.text) == possible == worker.journal.path.is_file()
    assert ("1 answers go with this worker" in caplog.text) != possible


def _damaged(path: Path, begins: bytes) -> None:
    """Damages the lines that begin so."""
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line.replace(b'"', b"'") if line[9:].startswith(begins) else line for line in lines))


def _health(worker: Worker) -> dict[str, Any]:
    """What operators see of a worker's journal."""
    clients = {"client": worker.redis, "bus_client": worker.redis, "plain": worker.redis}
    stores = {"games": worker.games, "leaderboard": worker.board, "keeper": worker.keeper}
    outage = Outage(breaker=worker.breaker, journal=worker.journal, sampler=Sampler(), worker="w", **clients, **stores)  # type: ignore[arg-type]
    return outage.checks().components()["journal"]


def test_health_names_a_journal_that_can_not_be_opened(worker: Worker):
    """Its records may be lacking, so the component is not well until somebody has seen to it."""
    assert _health(worker)["status"] == "UP"
    worker.journal.unreadable["w9.journal"] = "Permission denied"
    seen = _health(worker)
    assert (seen["status"], seen["details"]["error"]) == (
        "DOWN",
        "journals that can't be opened: 1; w9.journal: Permission denied",
    )


@pytest.fixture
def nameless(own_valkey: Store, own: Worker) -> Worker:
    """A worker that died in an outage, when bob had answered; its journal does not say any more what the game is."""
    own.cut()
    own.answer(the_game(own), "bob")
    own.die()
    _damaged(own.journal.path, b'["game"')
    return own


def test_a_game_whose_record_is_damaged_is_brought_if_redis_knows_it(own_valkey: Store, nameless: Worker):
    """Its answers are worth no less for that."""
    successor = Worker(own_valkey.url, nameless.journal.folder, "w2").begin()
    assert dict(successor.games.players.scores(the_game(successor))) == {"ann": 10, "bob": 10}
    assert successor.keeper.courier.refused == {}
    successor.die()


def test_a_game_that_nobody_knows_is_named(own_valkey: Store, nameless: Worker, caplog: pytest.LogCaptureFixture):
    """Not passed over in silence: its records stay, it is named where operators look, and the log says it once."""
    client, game_id = own_valkey.client(), "g1"
    client.delete(game_keys("123456").game)
    successor = Worker(own_valkey.url, nameless.journal.folder, "w2").begin()
    successor.suspect()
    assert successor.breaker.closed
    assert {game_id: f"neither the journal nor Redis says what game {game_id} is"} == successor.keeper.courier.refused
    assert game_id in _health(successor)["details"]["error"]
    assert len([one for one in caplog.records if "says what game" in one.getMessage()]) == 1
    assert sorted(successor.answers()) == [("ann", 0), ("bob", 0)]
    client.set(f"quiz:archive:{game_id}", "{}")
    successor.suspect()
    assert successor.keeper.courier.refused == {}
    assert Answered in {type(record) for record in successor.records()}
    successor.die()
