"""A real Valkey, the stores, and workers."""

from tests.store.fixtures import client, haste, own, own_valkey, redis_store, valkey, worker, workers, world

__all__ = ["client", "haste", "own", "own_valkey", "redis_store", "valkey", "worker", "workers", "world"]
