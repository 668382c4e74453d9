"""A disk that takes no more records."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import redis

from quiz.domain import game as machine
from quiz.domain.errors import ServerBusy
from tests.store.outages import Worker

ROOT = Path(__file__).parents[2]


def test_a_full_disk_refuses_answers_and_keeps_nothing_of_them(valkey: str, client: redis.Redis, tmp_path: Path):
    """They are server_busy, with Redis and without it; `problem` says why; reading goes on; it heals when there is room."""
    command = f"""
import resource, signal, sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from quiz.domain.errors import ServerBusy, StoreAway
from tests.store.outages import Worker
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
worker = Worker({valkey!r}, Path({str(tmp_path)!r})).begin()
game = worker.make(*["single"] * 4, mode="self-paced")
worker.seat(game, "ann", "bob")
worker.answer(game, "ann", 0)
before = worker.records()

def room(spare):
    size = worker.journal.path.stat().st_size + spare if spare is not None else resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

def refused(player, index):
    try:
        worker.answer(game, player, index)
    except ServerBusy as error:
        return type(error) is ServerBusy and error.retryable
    return False

room(10)
assert refused("ann", 1), "with Redis"
worker.cut()
assert all(refused("ann", index) for index in (1, 2, 3)), "without Redis"
assert worker.journal.problem
assert worker.records() == before
assert worker.games.players.view(game, "ann").standing.nickname == "ann"
assert not worker.games.mirror.unconfirmed
room(None)
receipt, again = worker.answer(game, "ann", 2)
assert not again and worker.journal.problem is None
worker.heal()
assert not refused("bob", 0)
print(worker.answers(), worker.games.players.scores(game), flush=True)
worker.die()
"""
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, timeout=60, env={**os.environ})
    assert done.returncode == 0, done.stderr
    answers, scores = done.stdout.strip().split("] [")
    assert answers == "[('ann', 0), ('ann', 2), ('bob', 0)"
    assert "('bob', 10)" in scores


def test_with_a_full_disk_nothing_new_is_begun(worker: Worker, monkeypatch: pytest.MonkeyPatch):
    """Creating, joining, moving, kicking and resetting are refused before Redis is told of them."""
    game = worker.make()
    worker.seat(game, "ann")
    old, now = worker.games.phase(game)
    worker.journal.problem = "no space left on device"
    monkeypatch.setattr(os, "write", refuse)
    for call in (
        lambda: worker.make(pin="222222", game_id="g2"),
        lambda: worker.seat(game, "bob"),
        lambda: worker.games.move(game, old, machine.start(game, old, now)),
        lambda: worker.games.players.kick(game, "ann"),
        lambda: worker.games.answers.reset(game),
    ):
        with pytest.raises(ServerBusy):
            call()
    monkeypatch.undo()
    assert worker.games.phase(game)[0] == old
    assert worker.games.players.scores(game) == [("ann", 0)]
    assert worker.games.game("222222") is None


def refuse(*_: Any) -> int:
    raise OSError(28, "no space left on device")
