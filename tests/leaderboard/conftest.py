"""A real Valkey and both stores."""

from tests.store.fixtures import client, redis_store, valkey, workers, world

__all__ = ["client", "redis_store", "valkey", "workers", "world"]
