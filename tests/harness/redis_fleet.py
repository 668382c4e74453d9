"""Several Valkeys that belong together: a master with a replica and three sentinels, or a cluster of three masters."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.crc import key_slot
from redis.retry import Retry

from bench.installation import free_port
from quiz.ops.valkey import binary
from tests.harness.folders import folder
from tests.harness.server import eventually

#: Of the servers with the data, and of the sentinels; and of the replicas among themselves.
PASSWORD, SENTINEL_PASSWORD, REPLICATION = "data-secret", "sentinel-secret", "replication-secret"
SERVICE = "quizmaster"
SLOTS = 16_384


class Server:
    """One process in a folder of its own."""

    def __init__(self, *options: str, password: str = PASSWORD, config: str = "") -> None:
        """`config` is what its configuration file says besides; it may be written by the server."""
        self.port, self._password = free_port(), password
        self.folder = folder("qf")
        self._config = self.folder / "valkey.conf"
        own = f"port {self.port}\nbind 127.0.0.1\ndir {self.folder}\nlogfile log\n" + (
            f"requirepass {password}\n" if password else ""
        )
        self._config.write_text(f"{own}save ''\nrepl-diskless-sync-delay 0\n{config}\n")
        self._options = options
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Starts it; `client().ping()` may fail for some time yet."""
        command = [str(binary()), str(self._config), *self._options]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)

    def client(self) -> redis.Redis:
        """A client to look inside, which fails at once where nobody answers."""
        options = {"decode_responses": True, "socket_timeout": 20, "retry": Retry(NoBackoff(), 0)}
        return redis.Redis(port=self.port, password=self._password, **options)

    def ask(self, *args: Any) -> Any:
        """What it answers to a command, None if it does not."""
        with self.client() as client, contextlib.suppress(redis.RedisError):
            return client.execute_command(*args)

    def signal(self, number: int) -> None:
        """SIGKILL, SIGSTOP or SIGCONT."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, number)
        if number == signal.SIGKILL:
            self.process.wait()

    def close(self) -> None:
        """Ends it for good."""
        self.signal(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)


class Sentinels:
    """A master, a replica and three sentinels, who agree on a new master within two seconds."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        users = f"user replicator on >{REPLICATION} ~* &* +@all\nprimaryuser replicator\nprimaryauth {REPLICATION}"
        self.servers = [stack.enter_context(contextlib.closing(Server(config=users)))]
        of = f"replicaof 127.0.0.1 {self.servers[0].port}\n{users}"
        self.servers.append(stack.enter_context(contextlib.closing(Server(config=of))))
        eventually(lambda: self.servers[1].ask("ROLE") and self.servers[1].ask("ROLE")[3] == "connected")
        watch = "\n".join(
            [
                f"sentinel monitor {SERVICE} 127.0.0.1 {self.servers[0].port} 2",
                f"sentinel down-after-milliseconds {SERVICE} 500",
                f"sentinel failover-timeout {SERVICE} 3000",
                f"sentinel auth-pass {SERVICE} {PASSWORD}",
                f"sentinel sentinel-pass {SENTINEL_PASSWORD}",
            ]
        )
        self.sentinels = [
            stack.enter_context(contextlib.closing(Server("--sentinel", password=SENTINEL_PASSWORD, config=watch)))
            for _ in range(3)
        ]
        eventually(self._ready)

    def _ready(self) -> bool:
        return all(
            state and state[SERVICE]["num-other-sentinels"] == 2 and state[SERVICE]["num-slaves"] == 1
            for state in (sentinel.ask("SENTINEL MASTERS") for sentinel in self.sentinels)
        )

    @property
    def url(self) -> str:
        """What REDIS_URL is to be."""
        places = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self.sentinels)
        return f"redis+sentinel://default:{PASSWORD}@{places}/{SERVICE}/0?sentinel_password={SENTINEL_PASSWORD}"

    @property
    def named(self) -> int:
        """The port of the master that the first sentinel names."""
        return int(self.sentinels[0].ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", SERVICE)[1])

    @property
    def master(self) -> Server:
        """The server that the first sentinel names."""
        return next(server for server in self.servers if server.port == self.named)

    @property
    def replica(self) -> Server:
        """The other one."""
        return next(server for server in self.servers if server.port != self.named)

    def hold_back(self) -> None:
        """From now on the replica hears nothing new, and neither it nor the sentinels mind yet."""
        master = self.master
        assert master.ask("ACL", "SETUSER", "replicator", "off")
        master.ask("CLIENT", "KILL", "TYPE", "replica")


class Nodes:
    """A cluster of three masters, each with a third of the slots; keeps its data on disk."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self.nodes: list[Server] = []
        for _ in range(3):
            config = f"cluster-enabled yes\ncluster-node-timeout 1000\ncluster-port {free_port()}\nappendonly yes"
            self.nodes.append(stack.enter_context(contextlib.closing(Server(config=config))))
        for number, node in enumerate(self.nodes):
            eventually(lambda node=node: node.ask("PING"))
            first, last = number * SLOTS // 3, (number + 1) * SLOTS // 3 - 1
            assert node.ask("CLUSTER", "ADDSLOTSRANGE", first, last)
            assert node.ask("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        for node in self.nodes[1:]:
            cluster_port = int(self.nodes[0].ask("CONFIG GET", "cluster-port")["cluster-port"])
            assert node.ask("CLUSTER", "MEET", "127.0.0.1", self.nodes[0].port, cluster_port)
        self.await_ok()

    def await_ok(self) -> None:
        """Waits until all nodes know each other and take commands."""

        def well(node: Server) -> bool:
            info = node.ask("CLUSTER INFO") or {}
            return info.get("cluster_state") == "ok" and info.get("cluster_known_nodes") == "3"

        eventually(lambda: all(map(well, self.nodes)))

    @property
    def url(self) -> str:
        """What REDIS_URL is to be; it names one node."""
        return f"redis+cluster://default:{PASSWORD}@127.0.0.1:{self.nodes[0].port}"

    def owner(self, key: str) -> Server:
        """The node that has a key's slot, as the first living one sees it."""
        slot = key_slot(key.encode())
        ranges = next(found for found in (node.ask("CLUSTER", "SLOTS") for node in self.nodes) if found)
        port = next(master[1] for first, last, master, *_ in ranges if first <= slot <= last)
        return next(node for node in self.nodes if node.port == port)

    def begin_move(self, key: str, to: Server) -> Server:
        """The slot of `key` begins to go to another node; where it comes from."""
        slot, source = key_slot(key.encode()), self.owner(key)
        assert to.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", source.ask("CLUSTER", "MYID"))
        assert source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", to.ask("CLUSTER", "MYID"))
        return source

    def carry(self, key: str, source: Server, to: Server) -> None:
        """The keys of the slot go over."""
        keys = source.ask("CLUSTER", "GETKEYSINSLOT", key_slot(key.encode()), 1000)
        if keys:
            assert source.ask("MIGRATE", "127.0.0.1", to.port, "", 0, 5000, "AUTH", PASSWORD, "KEYS", *keys)

    def end_move(self, key: str, source: Server, to: Server) -> None:
        """The slot has gone."""
        slot, name = key_slot(key.encode()), to.ask("CLUSTER", "MYID")
        for node in (to, source):
            assert node.ask("CLUSTER", "SETSLOT", slot, "NODE", name)


@contextlib.contextmanager
def sentinels() -> Iterator[Sentinels]:
    """For the time of a `with` block."""
    with contextlib.ExitStack() as stack:
        yield Sentinels(stack)


@contextlib.contextmanager
def cluster() -> Iterator[Nodes]:
    """For the time of a `with` block."""
    with contextlib.ExitStack() as stack:
        yield Nodes(stack)
