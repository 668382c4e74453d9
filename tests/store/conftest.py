"""A real Valkey and both stores."""

from tests.store.fixtures import client, haste, redis_store, valkey, workers, world

__all__ = ["client", "haste", "redis_store", "valkey", "workers", "world"]
