"""How Redis is used: one connection to each server, through a guard, scripts by their hash, errors turned into ServerBusy."""

from __future__ import annotations

import functools
import hashlib
import logging
from collections.abc import Callable, Sequence
from importlib import resources
from time import perf_counter
from typing import Any, TypeVar

import hiredis
import redis
from redis.exceptions import NoScriptError, RedisError, ResponseError

from quiz.domain.errors import ServerBusy, StoreAway
from quiz.ops import tracing
from quiz.ops.sampling import Labelled, nowhere
from quiz.resilience.guard import Away, Guard
from quiz.store.faults import is_unreachable
from quiz.store.lineage import Lineage
from quiz.store.servers import Servers, servers

log = logging.getLogger("quiz.store.refusals")

#: Commands whose success does not show that Redis takes writes.
_READS = frozenset(
    [
        "GET",
        "HGET",
        "HGETALL",
        "HLEN",
        "HMGET",
        "HVALS",
        "INFO",
        "PING",
        "PUBLISH",
        "SMEMBERS",
        "TIME",
        "ZRANGE",
        "ZRANGEBYSCORE",
        "ZSCORE",
    ]
)

Class = TypeVar("Class", bound=type)


class SharedRedis(redis.Redis):
    """redis-py's client whose commands all go over one connection to each server, and through a guard if it has one.

    Plain Redis, Sentinel and Cluster look the same from here. In a cluster there are no pipelines, and no command takes keys
    of several slots. No method of redis-py's that takes a connection of its own (pipeline, pubsub, lock) is used anywhere.
    `took` is told how long each use of Redis takes, by the name of its script, or as read or write.
    """

    def __init__(self, servers: Servers, guard: Guard | None, lineage: Lineage | None, took: Labelled | None = None) -> None:
        super().__init__(connection_pool=servers.pool)
        self.servers, self.guard, self._took = servers, guard, nowhere() if took is None else took
        self._lineage = lineage
        self.line = servers.line(lineage.greet if lineage else lambda connection: None)

    def ask(self, *args: Any, writes: bool, name: str = "") -> Any:
        """Sends a command; its reply as it came. `name`: the script's."""
        packed, slot = self.line.pack(args)
        return self.ask_packed(packed, slot, str(args[0]), writes, name or ("write" if writes else "read"))

    def ask_packed(self, packed: bytes, slot: int | None, verb: str, writes: bool, name: str) -> Any:
        """As `ask`, of what `line.pack` made of a command that begins with `verb`."""
        if tracing.spans is not None:
            with tracing.spans.call(verb):
                return self._asked(packed, slot, writes, name)
        return self._asked(packed, slot, writes, name)

    def _asked(self, packed: bytes, slot: int | None, writes: bool, name: str) -> Any:
        if not self._met:
            raise Away("this worker has not met Redis yet")
        took = self._took[name]
        return self.guard.use(self._timed, took, packed, slot, writes=writes) if self.guard else self._timed(took, packed, slot)

    def _timed(self, took: Callable[[float], None], packed: bytes, slot: int | None) -> Any:
        began = perf_counter()
        try:
            return self.line.call_packed(packed, slot)
        finally:
            took(perf_counter() - began)

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """Sends a command and waits for its reply, in redis-py's form."""
        name: str = args[0]
        reply = self.ask(*name.split(), *args[1:], writes=name not in _READS)
        callback: Callable[..., Any] | None = dict.get(self.response_callbacks, name)
        options.pop("keys", None)
        return callback(reply, **options) if callback else reply

    def masters(self) -> list[Any]:
        """A new redis-py connection, not connected yet, to every server that takes writes. Raises redis-py's errors."""
        return self.servers.masters()

    @property
    def _met(self) -> bool:
        """Before it has, a worker that begins hears what others tell it already; that is no failure of Redis's."""
        return self._lineage is None or bool(self._lineage.known)

    @property
    def used(self) -> bool:
        """Whether Redis is, or left alone for now."""
        return self._met and (self.guard is None or self.guard.breaker.closed)

    def post(self, *args: Any) -> None:
        """Sends a command and does not wait."""
        if self.used:
            self.line.post(*args)


class Script:
    """A Lua script, called by its hash; sent again to a Redis that has forgotten it."""

    def __init__(self, client: SharedRedis, text: str, name: str = "script") -> None:
        self.client, self._text, self.name = client, text, name
        self.sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        self.writes = "\n-- Changes nothing.\n" not in text

    def __call__(self, keys: Sequence[str], args: Sequence[str | int | bytes]) -> Any:
        """The script's reply."""
        try:
            return self.client.ask("EVALSHA", self.sha, len(keys), *keys, *args, writes=self.writes, name=self.name)
        except NoScriptError:
            return self.taught(keys, args)

    def taught(self, keys: Sequence[str], args: Sequence[str | int | bytes]) -> Any:
        """The reply of one that was not known, so that it has not run: the server that has the keys is the one to know it."""
        return self.client.ask("EVAL", self._text, len(keys), *keys, *args, writes=self.writes, name=self.name)

    def prepared(self, keys: Sequence[str], args: Sequence[str | int | bytes], more: int) -> Prepared:
        """The script with its keys and first arguments; `more` follow with each call."""
        return Prepared(self, keys, args, more)


class Prepared:
    """A script whose keys and first arguments are in Redis's own form already: for one that runs for every answer."""

    def __init__(self, script: Script, keys: Sequence[str], args: Sequence[str | int | bytes], more: int) -> None:
        self._script, self._keys, self._args, self._client = script, keys, args, script.client
        known = ("EVALSHA", script.sha, len(keys), *keys, *args)
        packed, self._slot = self._client.line.pack(known)
        self._length = len(b"*%d\r\n" % more)  # of the head of a list, which goes before its items
        self._head = b"*%d\r\n%s" % (len(known) + more, packed[len(b"*%d\r\n" % len(known)) :])

    def __call__(self, *more: Any) -> Any:
        """The script's reply; `more` are str, int or bytes."""
        script = self._script
        try:
            packed = self._head + hiredis.pack_command(more)[self._length :]
            return self._client.ask_packed(packed, self._slot, "EVALSHA", script.writes, script.name)
        except NoScriptError:
            return script.taught(self._keys, (*self._args, *more))


def connect(
    url: str,
    timeout_ms: int,
    *,
    guard: Guard | None = None,
    lineage: Lineage | None = None,
    took: Labelled | None = None,
) -> SharedRedis:
    """A client with text replies. Connects when first used. Raises SettingsError for a URL of another kind.

    `lineage` turns away connections to another Redis than the known one.
    """
    return SharedRedis(servers(url, timeout_ms / 1000), guard, lineage, took)


def script(client: SharedRedis, package: str, name: str) -> Script:
    """A Lua script that lies beside the code of `package`."""
    return Script(client, resources.files(package).joinpath("scripts", f"{name}.lua").read_text(), name)


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
            if isinstance(error, ResponseError):  # what succeeds in between may keep the breaker closed
                log.warning("Redis refuses a part of %s: %s", method.__name__, error)
            if is_unreachable(error):
                raise StoreAway("the store can't be reached right now; try again") from error
            raise ServerBusy("this can't be done right now; try again") from error

    return call
