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

from quiz.domain.errors import ServerBusy
from quiz.store.line import Line

#: How much longer than one command a call may wait for a free connection: a storm of joins queues, it does not fail.
POOL_PATIENCE = 10

Class = TypeVar("Class", bound=type)


class SharedRedis(redis.Redis):
    """redis-py's client whose commands all go over one connection; pipelines and subscriptions take one from the pool."""

    def __init__(self, pool: redis.ConnectionPool, timeout_s: float) -> None:
        super().__init__(connection_pool=pool)
        self.line = Line(pool.make_connection, timeout_s)

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """Sends a command and waits for its reply, in redis-py's form."""
        name: str = args[0]
        reply = self.line.call(*name.split(), *args[1:]) if " " in name else self.line.call(*args)
        callback: Callable[..., Any] | None = dict.get(self.response_callbacks, name)
        options.pop("keys", None)
        return callback(reply, **options) if callback else reply

    def post(self, *args: Any) -> None:
        """Sends a command and does not wait."""
        self.line.post(*args)


class Script:
    """A Lua script, called by its hash; sent again to a Redis that has forgotten it."""

    def __init__(self, client: SharedRedis, text: str) -> None:
        self._line, self._text = client.line, text
        self._sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def __call__(self, keys: Sequence[str], args: Sequence[str | int | bytes]) -> Any:
        """The script's reply."""
        try:
            return self._line.call("EVALSHA", self._sha, len(keys), *keys, *args)
        except NoScriptError:  # so it has not run
            self._line.call("SCRIPT", "LOAD", self._text)
            return self._line.call("EVALSHA", self._sha, len(keys), *keys, *args)


def connect(url: str, timeout_ms: int, max_active: int) -> SharedRedis:
    """A client with text replies, and a pool of at most `max_active` connections. Connects when first used.

    redis-py alone would retry ten times, which can apply one command three times: nothing here retries.
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
    return SharedRedis(pool, seconds)


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
    @functools.wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except RedisError as error:
            raise ServerBusy("the store can't be reached right now; try again") from error

    return call
