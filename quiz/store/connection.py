"""How Redis is reached: bounded pools, short time-outs, no retries of the library's own, errors turned into ServerBusy."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Sequence
from importlib import resources
from typing import Any, TypeVar

import redis
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry

from quiz.domain.errors import ServerBusy, StoreAway
from quiz.resilience.guard import Away, Guard
from quiz.store.faults import is_unreachable
from quiz.store.line import Line
from quiz.store.lineage import Lineage

#: Commands whose success does not show that Redis takes writes.
_READS = frozenset(
    ["GET", "HGET", "HGETALL", "HLEN", "HMGET", "HVALS", "INFO", "PING", "PUBLISH", "SMEMBERS", "TIME", "ZRANGE", "ZRANGEBYSCORE"]
)
#: How much longer than one command a call may wait for a free connection: a storm of joins queues, it does not fail.
POOL_PATIENCE = 10

Class = TypeVar("Class", bound=type)


class SharedRedis(redis.Redis):
    """redis-py's client whose commands all go over one connection, and through a guard if it has one.

    Subscriptions take a connection of their own from the pool.
    """

    def __init__(self, pool: redis.ConnectionPool, timeout_s: float, guard: Guard | None, lineage: Lineage | None) -> None:
        super().__init__(connection_pool=pool)
        self.line = Line(pool.make_connection, timeout_s, lineage.greet) if lineage else Line(pool.make_connection, timeout_s)
        self.guard = guard

    def ask(self, *args: Any, writes: bool) -> Any:
        """Sends a command; its reply as it came."""
        return self.guard.use(self.line.call, *args, writes=writes) if self.guard else self.line.call(*args)

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """Sends a command and waits for its reply, in redis-py's form."""
        name: str = args[0]
        reply = self.ask(*name.split(), *args[1:], writes=name not in _READS)
        callback: Callable[..., Any] | None = dict.get(self.response_callbacks, name)
        options.pop("keys", None)
        return callback(reply, **options) if callback else reply

    def masters(self) -> list[Any]:
        """A new redis-py connection, not connected yet, to every server that takes writes."""
        return [self.connection_pool.make_connection()]

    def post(self, *args: Any) -> None:
        """Sends a command and does not wait."""
        if self.guard is None or self.guard.breaker.closed:
            self.line.post(*args)


class Script:
    """A Lua script, called by its hash; sent again to a Redis that has forgotten it."""

    def __init__(self, client: SharedRedis, text: str) -> None:
        self._client, self._text = client, text
        self._sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        self._writes = "\n-- Changes nothing.\n" not in text

    def __call__(self, keys: Sequence[str], args: Sequence[str | int | bytes]) -> Any:
        """The script's reply."""
        try:
            return self._client.ask("EVALSHA", self._sha, len(keys), *keys, *args, writes=self._writes)
        except NoScriptError:  # so it has not run
            self._client.ask("SCRIPT", "LOAD", self._text, writes=False)
            return self._client.ask("EVALSHA", self._sha, len(keys), *keys, *args, writes=self._writes)


def connect(
    url: str, timeout_ms: int, max_active: int, guard: Guard | None = None, lineage: Lineage | None = None
) -> SharedRedis:
    """A client with text replies, and a pool of at most `max_active` connections. Connects when first used.

    redis-py alone would retry ten times, which can apply one command three times: nothing here retries. `lineage` turns away
    connections to another Redis than the known one.
    """
    seconds = timeout_ms / 1000
    pool = redis.BlockingConnectionPool.from_url(
        url,
        max_connections=max_active,
        timeout=seconds * POOL_PATIENCE,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
        protocol=2,
        maint_notifications_config=MaintNotificationsConfig(enabled=False),  # a service of one vendor; others refuse it loudly
    )
    return SharedRedis(pool, seconds, guard, lineage)


def script(client: SharedRedis, package: str, name: str) -> Script:
    """A Lua script that lies beside the code of `package`."""
    return Script(client, resources.files(package).joinpath("scripts", f"{name}.lua").read_text())


def busy_if_unreachable(cls: Class) -> Class:
    """Class decorator: each public method raises ServerBusy where Redis can't be reached or refuses."""
    for name, method in list(vars(cls).items()):
        if callable(method) and not name.startswith("_"):
            setattr(cls, name, _translating(method))
    return cls


def _translating(method: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with StoreAway or ServerBusy in place of the library's errors."""

    @functools.wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except (RedisError, Away) as error:
            kind = StoreAway if is_unreachable(error) else ServerBusy
            raise kind("the store can't be reached right now; try again") from error

    return call
