"""Where Redis's servers are and how a new connection to one is made: by address, by asking sentinels, or in a cluster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import redis
from redis.backoff import NoBackoff
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry
from redis.sentinel import MasterNotFoundError, Sentinel, SentinelConnectionPool

from config.redis_url import RedisUrl, check_files, parse
from quiz.store.cluster import Cluster, ClusterLine
from quiz.store.line import Line

Greet = Callable[[Any], None]


class Servers(Protocol):
    """Makes redis-py's connections, which are not connected yet, and whose connecting raises redis-py's errors."""

    #: redis-py's, which tells how connections are made; none is taken from it.
    pool: redis.ConnectionPool

    def connection(self) -> Any:
        """To a server where the messages of the bus are heard."""

    def masters(self) -> list[Any]:
        """To each server that takes writes. Raises redis-py's errors if that can't be found out."""

    def line(self, greet: Greet) -> Line | ClusterLine:
        """Commands to whichever server has the keys; `greet` may turn a connection away."""


class _Sentinels(Sentinel):
    """redis-py's, whose error would list every sentinel with every option."""

    def discover_master(self, service_name: str) -> Any:
        try:
            return super().discover_master(service_name)  # type: ignore[no-untyped-call]
        except MasterNotFoundError:
            raise MasterNotFoundError(f"no sentinel names a master called {service_name!r} that is well") from None


class OneServer:
    """A Redis by its address; or the master that sentinels name, who are asked anew for each connection."""

    def __init__(self, pool: redis.ConnectionPool, timeout_s: float) -> None:
        self.pool, self._timeout_s = pool, timeout_s

    def connection(self) -> Any:
        """See `Servers.connection`. Not by `make_connection`, which remembers each one."""
        return self.pool.connection_class(**self.pool.connection_kwargs)

    def masters(self) -> list[Any]:
        """See `Servers.masters`."""
        return [self.connection()]

    def line(self, greet: Greet) -> Line:
        """See `Servers.line`."""
        return Line(self.connection, self._timeout_s, greet)


class ClusterServers:
    """A Redis Cluster."""

    def __init__(self, url: RedisUrl, pool: redis.ConnectionPool, timeout_s: float) -> None:
        self.pool, self._timeout_s = pool, timeout_s
        self._cluster = Cluster(url.hosts, self._to, timeout_s, "port" if url.tls is None else "tls-port")

    def _to(self, address: tuple[str, int]) -> Any:
        host, port = address
        return self.pool.connection_class(**{**self.pool.connection_kwargs, "host": host, "port": port})

    def connection(self) -> Any:
        """See `Servers.connection`: every node passes the bus's messages on to all others. Another node each time."""
        return self._to(self._cluster.another())

    def masters(self) -> list[Any]:
        """See `Servers.masters`."""
        self._cluster.read()
        return [self._to(address) for address in self._cluster.masters]

    def line(self, greet: Greet) -> ClusterLine:
        """See `Servers.line`."""
        return ClusterLine(self._cluster, lambda address: lambda: self._to(address), self._timeout_s, greet)


def servers(url: str, timeout_s: float) -> Servers:
    """Those behind a REDIS_URL. Raises SettingsError.

    redis-py alone would retry ten times, which can apply one command three times: nothing here retries, and nothing waits
    for longer than `timeout_s`, for sentinels either.
    """
    said = parse(url)
    check_files(url)
    bounds: dict[str, Any] = {
        "socket_timeout": timeout_s,
        "socket_connect_timeout": timeout_s,
        "retry": Retry(NoBackoff(), 0),
        "decode_responses": True,
        "protocol": 2,
        "maint_notifications_config": MaintNotificationsConfig(enabled=False),  # one vendor's; others refuse it loudly
    }
    secure: dict[str, Any] = {} if said.tls is None else {"ssl": True, **dict(said.tls)}
    mine: dict[str, Any] = {"username": said.username, "password": said.password, "db": said.database}
    if said.kind == "sentinel":
        each = timeout_s / len(said.hosts)  # they are asked one after the other
        theirs: dict[str, Any] = {"username": said.sentinel_username, "password": said.sentinel_password}
        theirs |= {"socket_timeout": each, "socket_connect_timeout": each}
        sentinel: Any = _Sentinels(said.hosts, sentinel_kwargs={**bounds, **theirs, **secure})  # type: ignore[no-untyped-call]
        pool = SentinelConnectionPool(said.service, sentinel, **bounds, **mine, **secure)  # type: ignore[no-untyped-call]
        return OneServer(pool, timeout_s)
    if said.kind == "cluster":
        host, port = said.hosts[0]
        kind = redis.SSLConnection if secure.pop("ssl", False) else redis.Connection
        return ClusterServers(said, redis.ConnectionPool(kind, host=host, port=port, **bounds, **mine, **secure), timeout_s)
    return OneServer(redis.ConnectionPool.from_url(url, **bounds), timeout_s)
