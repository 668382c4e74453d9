"""Boards from a replica, against a real master with a real replica."""

from __future__ import annotations

import contextlib
import json
import signal

import pytest

from quiz.leaderboard.board_redis import RedisLeaderboard
from quiz.leaderboard.board_replica import PAUSE, ShownBoards
from quiz.store.connection import connect
from tests.harness.redis_fleet import PASSWORD, Server
from tests.harness.server import eventually
from tests.store.outages import Worker, age


@pytest.fixture
def pair():
    with contextlib.ExitStack() as stack:
        master = stack.enter_context(contextlib.closing(Server()))
        of = f"replicaof 127.0.0.1 {master.port}\nprimaryauth {PASSWORD}"
        replica = stack.enter_context(contextlib.closing(Server(config=of)))
        eventually(lambda: replica.ask("ROLE") and replica.ask("ROLE")[3] == "connected")
        yield master, replica


def url(server: Server) -> str:
    return f"redis://:{PASSWORD}@127.0.0.1:{server.port}"


def test_boards_come_from_the_replica_unless_it_is_behind_or_away(pair, tmp_path):
    """Nobody is shown a board that is older than one that was told here; the master is asked as if there were no other."""
    master, replica = pair
    age(master.client())
    worker = Worker(url(master), tmp_path).begin()
    now = 0.0
    client = connect(url(replica), 10_000)
    boards = ShownBoards(
        worker.board, worker.games.mirror.told, lambda: worker.breaker.closed, [RedisLeaderboard(client)], lambda: now
    )

    def reads() -> int:
        stats = replica.client().info("commandstats")
        return sum(stats.get(f"cmdstat_{name}", {"calls": 0})["calls"] for name in ("evalsha", "eval"))

    def tell() -> None:
        board = worker.board.top(game, 10)
        worker.games.bridge.learn_board(game.id, json.dumps(["leaderboard", board.payload(game.pin)]))

    game = worker.make("single", "single", mode="self-paced")
    worker.seat(game, "ann", "bob")
    assert boards.top(game, 10) == worker.board.top(game, 10)
    assert reads() == 0, "nothing is known here of what was told"
    tell()
    eventually(lambda: boards.top(game, 10) == worker.board.top(game, 10) and reads() > 0)

    replica.client().replicaof("NO", "ONE")  # as if it were far behind from now on
    worker.answer(game, "bob")
    assert boards.top(game, 10).top[0].player == "ann", "the newer board has been told to nobody yet"
    tell()
    before = reads()
    assert boards.top(game, 10).top[0].player == "bob"
    assert reads() == before + 1
    replica.client().flushall()
    assert boards.top(game, 10).top[0].player == "bob"

    replica.signal(signal.SIGKILL)
    assert boards.top(game, 10).top[0].player == "bob"
    replica.start()
    eventually(lambda: replica.ask("PING"))
    assert boards.top(game, 10).top[0].player == "bob"
    assert reads() == 0, "it is left alone for a while"
    now = PAUSE
    assert boards.top(game, 10).top[0].player == "bob"
    assert reads() == 2, "by its hash, and then whole"
    worker.die()
