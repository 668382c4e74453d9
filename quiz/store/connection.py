"""How Redis is reached: bounded pools, short time-outs, no retries of the library's own, errors turned into ServerBusy."""

from __future__ import annotations

import functools
from collections.abc import Callable
from importlib import resources
from typing import Any, TypeVar

import redis
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.exceptions import RedisError
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry

from quiz.domain.errors import ServerBusy

#: How much longer than one command a call may wait for a free connection: a storm of joins queues, it does not fail.
POOL_PATIENCE = 10

Class = TypeVar("Class", bound=type)


def connect(url: str, timeout_ms: int, max_active: int) -> redis.Redis:
    """A client with text replies over at most `max_active` connections. Connects when first used.

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
        maint_notifications_config=MaintNotificationsConfig(enabled=False),  # a service of one vendor; others refuse it loudly
    )
    return redis.Redis(connection_pool=pool)


def script(client: redis.Redis, package: str, name: str) -> Script:
    """A Lua script that lies beside the code of `package`; it is sent again by itself to a Redis that has forgotten it."""
    return client.register_script(resources.files(package).joinpath("scripts", f"{name}.lua").read_text())


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
