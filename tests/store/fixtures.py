"""The fixtures of every folder that needs a store; a conftest there imports them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis

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


@pytest.fixture(params=["memory", "redis"])
def world(request: pytest.FixtureRequest) -> World:
    """Each store in turn, empty."""
    return memory_world() if request.param == "memory" else request.getfixturevalue("redis_store")
