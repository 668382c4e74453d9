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

#: How much longer than one command a call may wait for a free connection of the pool.
POOL_PATIENCE = 10

Greet = Callable[[Any], None]


class Servers(Protocol):
    """Makes redis-py's connections, which are not connected yet, and whose connecting raises redis-py's errors."""

    #: For redis-py's own purposes.
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


class _FewIdle:
    """To be mixed into one of redis-py's pools, which would keep all connections open: more than `max_idle` that nobody uses are
    closed, those first that were used last the longest ago.
    """

    def __init__(self, *args: Any, max_idle: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._max_idle = max_idle
        self._idle: dict[int, Any] = {}

    def get_connection(self, *args: Any, **options: Any) -> Any:
        connection = super().get_connection(*args, **options)  # type: ignore[misc]
        self._idle.pop(id(connection), None)
        return connection

    def release(self, connection: Any) -> None:
        super().release(connection)  # type: ignore[misc]
        self._idle[id(connection)] = connection
        while len(self._idle) > self._max_idle:
            self._idle.pop(next(iter(self._idle))).disconnect()


class _Pool(_FewIdle, redis.BlockingConnectionPool):
    """Of connections to one address."""


class _SentinelPool(_FewIdle, SentinelConnectionPool):
    """Of connections to the master that sentinels name."""


def servers(url: str, timeout_s: float, max_active: int, max_idle: int) -> Servers:
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
    mine |= {"max_connections": max_active, "max_idle": max_idle}
    if said.kind == "sentinel":
        each = timeout_s / len(said.hosts)  # they are asked one after the other
        theirs: dict[str, Any] = {"username": said.sentinel_username, "password": said.sentinel_password}
        theirs |= {"socket_timeout": each, "socket_connect_timeout": each}
        sentinel: Any = _Sentinels(said.hosts, sentinel_kwargs={**bounds, **theirs, **secure})  # type: ignore[no-untyped-call]
        return OneServer(_SentinelPool(said.service, sentinel, **bounds, **mine, **secure), timeout_s)
    patience = timeout_s * POOL_PATIENCE
    if said.kind == "cluster":
        host, port = said.hosts[0]
        kind = redis.SSLConnection if secure.pop("ssl", False) else redis.Connection
        pool = _Pool(connection_class=kind, host=host, port=port, timeout=patience, **bounds, **mine, **secure)
        return ClusterServers(said, pool, timeout_s)
    return OneServer(_Pool.from_url(url, timeout=patience, max_connections=max_active, max_idle=max_idle, **bounds), timeout_s)
