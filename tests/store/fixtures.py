"""The fixtures of every folder that needs a store; a conftest there imports them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from tests.chaos.store import Store
from tests.store.outages import Bridged, Worker, age
from tests.store.worlds import World, memory_world, redis_client, redis_world, running_valkey


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    """The URL of a real Valkey."""
    with running_valkey() as url:
        yield url


@pytest.fixture
def client(valkey: str) -> Iterator[redis.Redis]:
    """A client of an empty Valkey."""
    made = redis_client(valkey)
    made.flushall()
    yield made
    made.close()
    made.connection_pool.disconnect()


@pytest.fixture
def redis_store(client: redis.Redis) -> World:
    """The store in an empty Redis."""
    return redis_world(client)


@pytest.fixture
def haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands leave at once, since those of tests come one after the other."""
    for pace in ("PACE", "BRIEF_PACE"):
        monkeypatch.setattr(f"quiz.store.line.{pace}", 1e-6)


@pytest.fixture
def workers(valkey: str, client: redis.Redis, haste: None, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Makes workers that have begun, on an empty Redis; `on` is the name of their instance."""
    made = []
    age(client)

    def make(name: str = "w1", on: str = "i1", **options: Any) -> Worker:
        made.append(Worker(valkey, tmp_path / on, name, **options))
        return made[-1].begin()

    yield make
    for worker in made:
        worker.die()


@pytest.fixture
def worker(workers: Callable[..., Worker]) -> Worker:
    """A worker that has begun, on an empty Redis."""
    return workers()


@pytest.fixture
def own_valkey() -> Iterator[Store]:
    """A Valkey of the test's own, which writes all to its disk at once."""
    made = Store(appendfsync="always", enable_protected_configs="yes")
    yield made
    made.close()


@pytest.fixture
def own(own_valkey: Store, haste: None, tmp_path: Path) -> Iterator[Worker]:
    """A worker on it, with a self-paced game of two questions in which ann has 10 points and bob has none."""
    age(own_valkey.client())
    worker = Worker(own_valkey.url, tmp_path, timeout_ms=2000).begin()
    game = worker.make("single", "single", mode="self-paced")
    worker.seat(game, "ann", "bob")
    worker.answer(game, "ann")
    yield worker
    worker.die()


STORES = ["memory", "redis", "guarded", "bridged"]
#: For tests of what an outage changes on purpose; and for long ones, whose rules other tests hold the guarded stores to.
without_outages = pytest.mark.parametrize("world", STORES[:3], indirect=True)
unguarded = pytest.mark.parametrize("world", STORES[:2], indirect=True)


@pytest.fixture(params=STORES)
def world(request: pytest.FixtureRequest) -> World:
    """Each store in turn, empty; the last is one for which each answer falls into an outage."""
    if request.param == "memory":
        return memory_world()
    if request.param == "redis":
        return request.getfixturevalue("redis_store")
    worker = request.getfixturevalue("workers")()
    return worker if request.param == "guarded" else Bridged(worker)
