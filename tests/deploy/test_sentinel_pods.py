"""The Redis of the manifests: the scripts of its pods, run here side by side with addresses, paths and times changed alone."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
import yaml
from redis.exceptions import NoPermissionError

from bench.installation import free_port
from quiz.ops.valkey import binary
from quiz.store.connection import connect
from tests.harness.server import ROOT, eventually
from tests.store.stage import play
from tests.store.worlds import redis_world

MANIFEST = ROOT / "deploy" / "kubernetes" / "redis.yaml"
PASSWORD, QUIZ_PASSWORD = "a-password-of-nobody-else", "a-password-of-the-platform"
NUMBERS = range(3)


class Pods:
    """Three pods, each with a Redis and a sentinel."""

    def __init__(self, folder: Path) -> None:
        self.ports = [free_port() for _ in NUMBERS]
        self.sentinels = [free_port() for _ in NUMBERS]
        self._folder = folder
        self._scripts = next(one for one in yaml.safe_load_all(MANIFEST.read_text()) if one["kind"] == "ConfigMap")["data"]
        self._running: dict[tuple[int, str], subprocess.Popen[bytes]] = {}
        programs = folder / "bin"
        programs.mkdir()
        (programs / "valkey-server").symlink_to(binary())
        for number in NUMBERS:
            for name in ("data", "etc", "tmp"):
                (folder / str(number) / name).mkdir(parents=True)
            conf = self._here(self._scripts["valkey.conf"], number)
            (folder / str(number) / "etc" / "valkey.conf").write_text(f"{conf}repl-diskless-sync-delay 0\n")

    @property
    def url(self) -> str:
        """What REDIS_URL is to be, by the user that secret.yaml tells of."""
        places = ",".join(f"127.0.0.1:{port}" for port in self.sentinels)
        return f"redis+sentinel://quiz:{QUIZ_PASSWORD}@{places}/quiz/0?sentinel_username=quiz&sentinel_password={QUIZ_PASSWORD}"

    def _here(self, text: str, number: int) -> str:
        own, port = self._folder / str(number), str(self.ports[number])
        first = f"127.0.0.1 {self.ports[0]}"
        changes = {
            "redis-0.redis 6379": first,
            "$HOSTNAME.redis": "127.0.0.1",
            "26379": str(self.sentinels[number]),
            "port 6379": f"port {port}",
            "/data": f"{own}/data",
            "/etc/redis": f"{own}/etc",
            "/tmp": f"{own}/tmp",
            "milliseconds quiz 3000": "milliseconds quiz 1000",
            "timeout quiz 15000": "timeout quiz 3000",
            "protected-mode no": "bind 127.0.0.1",
        }
        return re.sub("|".join(map(re.escape, changes)), lambda found: changes[found[0]], text)

    def start(self) -> None:
        """All of them, as after a power cut."""
        for number in NUMBERS:
            for name in ("redis.sh", "sentinel.sh"):
                script = self._here(self._scripts[name], number)
                environ = {
                    "PASSWORD": PASSWORD,
                    "QUIZ_PASSWORD": QUIZ_PASSWORD,
                    "HOSTNAME": f"redis-{number}",
                    "PATH": f"{self._folder}/bin:{os.environ['PATH']}",
                }
                with (self._folder / f"{number}-{name}.log").open("ab") as log:
                    process = subprocess.Popen(["sh", "-c", script], env=environ, stdout=log, stderr=log, start_new_session=True)
                self._running[number, name] = process
        eventually(self._know_each_other, step=0.1)

    def _know_each_other(self) -> bool:
        with contextlib.suppress(redis.RedisError, KeyError):
            for port in self.sentinels:
                with redis.Redis(port=port, password=PASSWORD, socket_timeout=20) as sentinel:
                    sentinel.execute_command("SENTINEL DEBUG", "info-period", 500)  # they would look every 10 s
                    state = sentinel.sentinel_masters()["quiz"]
                    if state["num-other-sentinels"] != 2 or state["num-slaves"] != 2 or state["is_odown"]:
                        return False
            return self.links() == {"master": 1, "connected": 2}
        return False

    def links(self) -> dict[str, int]:
        """How many are the master, and how many follow it."""
        counted: dict[str, int] = {}
        for number in NUMBERS:
            with self.client(number) as client:
                role = client.role()
            state = "master" if role[0] == "master" else role[3]
            counted[state] = counted.get(state, 0) + 1
        return counted

    def client(self, number: int) -> redis.Redis:
        """To look into one."""
        return redis.Redis(port=self.ports[number], password=PASSWORD, socket_timeout=20, decode_responses=True)

    def master(self) -> int:
        """The one that most sentinels name."""
        named = []
        for port in self.sentinels:
            with redis.Redis(port=port, password=PASSWORD, socket_timeout=20) as sentinel:
                named.append(self.ports.index(int(sentinel.sentinel_get_master_addr_by_name("quiz")[1])))
        return max(named, key=named.count)

    def kill(self, number: int | None = None) -> None:
        """One Redis, or everything, at once."""
        gone = [key for key in self._running if number is None or key == (number, "redis.sh")]
        for key in gone:
            process = self._running.pop(key)
            process.send_signal(signal.SIGKILL)
            process.wait()


@pytest.fixture
def pods(tmp_path: Path) -> Iterator[Pods]:
    """Not started yet."""
    made = Pods(tmp_path)
    yield made
    made.kill()
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.mark.long
def test_the_platform_plays_as_a_user_that_may_no_more_than_it_must(pods: Pods):
    """By sentinels and servers of the manifests; none of them has refused anything, and the user may not reconfigure them."""
    pods.start()
    client = connect(pods.url, 5000)
    play(redis_world(client), "100001")
    with pytest.raises(NoPermissionError):
        client.execute_command("CONFIG GET", "*")
    client.line.close()
    for port in (*pods.sentinels, pods.ports[pods.master()]):
        with redis.Redis(port=port, password=PASSWORD, socket_timeout=20, decode_responses=True) as admin:
            assert [entry["object"] for entry in admin.acl_log()] in ([], ["config|get"])


@pytest.mark.long
def test_a_lost_master_is_replaced_and_after_a_power_cut_all_have_what_was_written_since(pods: Pods):
    """The first time redis-0 is the master; it does not take itself for it again, with what it held long ago."""
    pods.start()
    assert pods.master() == 0
    with pods.client(0) as client:
        client.set("kept", "1")
        assert client.wait(2, 5000) == 2
    pods.kill(0)
    chosen = eventually(pods.master, step=0.1)
    eventually(lambda: pods.client(chosen).role()[0] == "master")
    with pods.client(chosen) as client:
        client.set("later", "2")
        eventually(lambda: client.wait(1, 1000) == 1)

    pods.kill()
    pods.start()
    for number in NUMBERS:
        eventually(lambda number=number: pods.client(number).mget("kept", "later") == ["1", "2"], step=0.1)
