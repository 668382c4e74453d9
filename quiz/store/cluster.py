"""Redis Cluster: the map of its slots, and commands that each go to the node that has their key."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Sequence
from typing import Any

import gevent
import hiredis
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot
from redis.exceptions import AskError, ClusterDownError, ConnectionError, MovedError, RedisError

from config.redis_url import Address
from quiz.store.line import Line

log = logging.getLogger("quiz.store")

#: Seconds between two readings of the map that were asked for by what went wrong.
PACE = 0.1
#: Nodes that are asked for the map at once, the first answer counts; and redirections that one command follows.
ASKED, HOPS = 6, 3
#: Commands without a key, and those whose keys are counted.
_KEYLESS = frozenset(["CLIENT", "CLUSTER", "CONFIG", "ECHO", "FLUSHALL", "INFO", "PING", "PUBLISH", "SCRIPT", "TIME"])
_COUNTED = frozenset(["EVAL", "EVALSHA"])


class Cluster:
    """Which nodes there are and who has which slot, as far as is known; read when first needed and whenever it was wrong.

    Commands without a key go to one node, the home: the first of the masters by address, until it can't be reached. So all
    workers ask the same node for the time. A live game, though, goes by the clock of the node that has it, since its scripts
    do: the clocks of a cluster's nodes must agree to within a game's grace, as they do with NTP.
    """

    def __init__(
        self, seeds: Sequence[Address], new_connection: Callable[[Address], Any], timeout_s: float, port: str = "port"
    ) -> None:
        """`seeds`: some nodes. `new_connection` makes a redis-py connection to a node, with time-outs, not connected yet.

        `port`: what the nodes call the one to go to, `tls-port` with TLS.
        """
        self._port = port
        self._seeds, self._new_connection, self._timeout_s = seeds, new_connection, timeout_s
        self.masters: list[Address] = []
        self._owners: list[Address | None] = [None] * REDIS_CLUSTER_HASH_SLOTS
        self._home: Address | None = None
        self._turn = random.randrange(REDIS_CLUSTER_HASH_SLOTS)
        self._reading: gevent.Greenlet[..., Exception | None] | None = None
        self._read_at = float("-inf")

    def owner(self, slot: int | None) -> Address:
        """The master that has a slot, or the home. Raises ConnectionError, or ClusterDownError if nobody has it."""
        if self._home is None:
            self.read()
        found = self._home if slot is None else self._owners[slot]
        if found is None:
            self.reread()
            raise ClusterDownError("no node of the cluster has this slot")
        return found

    def another(self) -> Address:
        """A master, not the one of the last time if there are others."""
        if not self.masters:
            self.read()
        self._turn += 1
        return self.masters[self._turn % len(self.masters)]

    def moved(self, slot: int | None, to: Address) -> None:
        """A node said that another has the slot now: others may have moved too."""
        if slot is not None:
            self._owners[slot] = to
        self.reread()

    def lost(self, node: Address) -> None:
        """A connection to the node was lost, or could not be made."""
        if node == self._home and node in self.masters:
            self._home = self.masters[(self.masters.index(node) + 1) % len(self.masters)]
        self.reread()

    def forget(self) -> None:
        """The map is not believed any more: whoever needs it next reads it."""
        self.masters, self._home = [], None

    def reread(self) -> None:
        """Reads the map soon, and lets nobody wait for that."""
        if self._reading is None and time.monotonic() - self._read_at > PACE:
            self._reading = gevent.spawn(self._read)

    def read(self) -> None:
        """Reads the map, together with all who ask for it meanwhile. Raises ConnectionError, after the time-out at most."""
        if self._reading is None:
            self._reading = gevent.spawn(self._read)
        error = self._reading.get()
        if error is not None:
            raise ConnectionError(f"no node of the cluster tells who has what: {error}")

    def _read(self) -> Exception | None:
        """In a greenlet. Never fails: what went wrong is its result."""
        known = list(dict.fromkeys((*self.masters, *self._seeds)))
        asking = [gevent.spawn(self._ask, node) for node in random.sample(known, min(ASKED, len(known)))]
        problem: Exception = ConnectionError("none answers")
        try:
            for one in gevent.iwait(asking, timeout=self._timeout_s):
                if isinstance(one.value, list):
                    self._take(one.value)
                    return None
                problem = one.value or problem
            return problem
        finally:
            self._reading, self._read_at = None, time.monotonic()
            gevent.killall(asking, block=False)

    def _ask(self, node: Address) -> list[Any] | Exception:
        """The shards that a node knows: [(the master's address, whether it is well, its slots as [first, last, ...])]."""
        connection = self._new_connection(node)
        try:
            connection.connect()
            connection.send_command("CLUSTER", "SHARDS")
            shards = [_shard(_fields(shard), node[0], self._port) for shard in connection.read_response()]
            return [shard for shard in shards if shard] or ConnectionError("it knows no master")
        except (RedisError, OSError) as error:
            return error
        finally:
            connection.disconnect()

    def _take(self, shards: list[tuple[Address, bool, list[int]]]) -> None:
        self._owners = [None] * REDIS_CLUSTER_HASH_SLOTS
        for master, _, slots in shards:
            for first, last in zip(slots[::2], slots[1::2], strict=True):
                self._owners[first : last + 1] = [master] * (last + 1 - first)
        self.masters = sorted(master for master, well, slots in shards if well or slots)
        if self._home not in self.masters:
            self._home = self.masters[0] if self.masters else None


class ClusterLine:
    """`quiz.store.line.Line` over a cluster: one line to each node. Nothing is sent again but what a node did not do."""

    def __init__(
        self,
        cluster: Cluster,
        new_connection: Callable[[Address], Callable[[], Any]],
        timeout_s: float,
        greet: Callable[[Any], None],
    ) -> None:
        """`new_connection(node)()` makes a redis-py connection; the rest as for `Line`."""
        self._cluster, self._new_connection, self._timeout_s, self._greet = cluster, new_connection, timeout_s, greet
        self._lines: dict[Address, Line] = {}

    @property
    def waiting(self) -> int:
        """Calls under way."""
        return sum(line.waiting for line in self._lines.values())

    @property
    def open(self) -> int:
        """Connections that are there, or being made."""
        return sum(line.open for line in self._lines.values())

    def call(self, *args: Any) -> Any:
        """Sends a command to the node that has its first key; its reply. Raises redis-py's errors."""
        return self.call_packed(*self.pack(args))

    @staticmethod
    def pack(args: Sequence[Any]) -> tuple[bytes, int | None]:
        """See `Line.pack`."""
        return hiredis.pack_command(tuple(args)), slot_of(args)

    def call_packed(self, packed: bytes, slot: int | None) -> Any:
        """As `call`."""
        node, asking = self._cluster.owner(slot), False
        for _ in range(HOPS):
            line = self._line(node)
            if asking:
                line.post("ASKING")  # holds for the next command on the line, and nobody else's comes between
            try:
                return line.call_packed(packed)
            except MovedError as error:
                node, asking = (error.host or node[0], error.port), False
                self._cluster.moved(slot, node)
            except AskError as error:  # this key has moved, others of its slot have not yet
                node, asking = (error.host or node[0], error.port), True
        raise ClusterDownError("the nodes of the cluster do not agree who has this slot")

    def post(self, *args: Any) -> None:
        """Sends a command whose reply nobody waits for; an error is logged."""
        if self._cluster.masters:
            self._line(self._cluster.owner(slot_of(args))).post(*args)
        else:
            gevent.spawn(self._post_later, args)

    def close(self) -> None:
        """Gives all connections up, and the map; the next calls make new ones."""
        self._cluster.forget()
        for line in self._lines.values():
            line.close()

    def _post_later(self, args: tuple[Any, ...]) -> None:
        try:
            self._line(self._cluster.owner(slot_of(args))).post(*args)
        except RedisError as error:
            log.warning("Redis did not do what nobody waited for: %s", error)

    def _line(self, node: Address) -> Line:
        line = self._lines.get(node)
        if line is None:
            line = Line(self._new_connection(node), self._timeout_s, self._greet, lambda: self._cluster.lost(node))
            self._lines[node] = line
        return line


def slot_of(args: Sequence[Any]) -> int | None:
    """The slot of a command's first key; None if it has none."""
    name = args[0]
    at = 3 if name in _COUNTED else 1
    if name in _KEYLESS or len(args) <= at or (at == 3 and not int(args[2])):
        return None
    key = args[at]
    return key_slot(key if isinstance(key, bytes) else str(key).encode())


def _fields(flat: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(flat[::2], flat[1::2], strict=True))


def _shard(shard: dict[str, Any], asked: str, port: str) -> tuple[Address, bool, list[int]] | None:
    """A shard by its master; right after a failover it may have two, and one of them is not well."""
    nodes = [node for node in map(_fields, shard["nodes"]) if node["role"] == "master"]
    nodes.sort(key=lambda node: node["health"] != "online")
    if not nodes:
        return None
    host = nodes[0].get("endpoint") or nodes[0].get("ip") or asked
    slots = [int(slot) for slot in shard["slots"]]
    return (asked if host == "?" else host, int(nodes[0][port])), nodes[0]["health"] == "online", slots
