"""A real Valkey and both stores."""

from tests.store.fixtures import client, redis_store, valkey, world

__all__ = ["client", "redis_store", "valkey", "world"]
