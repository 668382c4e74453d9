"""The shared connection to Redis, against a real server that is stopped, killed and made to forget."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gevent
import gevent.event
import pytest
import redis
from redis.exceptions import ConnectionError, NoScriptError, RedisError, ResponseError, TimeoutError

from quiz.ops.valkey import binary
from quiz.store.connection import Script, SharedRedis, connect
from quiz.store.faults import Crowded, is_outage
from quiz.store.line import MOST_WAITING, Line
from tests.harness.folders import passing

#: Of who is to be seen giving up, and of all others, for whom a busy machine may be slow.
TIMEOUT_MS, PATIENCE_MS = 300, 10_000


class Valkey:
    """A Valkey of the test's own."""

    def __init__(self, folder: str) -> None:
        self.folder, self.socket = folder, f"{folder}/s"
        self.process: subprocess.Popen[bytes]
        self.start()

    def start(self) -> None:
        command = [binary(), "--port", "0", "--unixsocket", self.socket, "--save", "", "--appendonly", "no", "--dir", self.folder]
        self.process = subprocess.Popen([*map(str, command)], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while True:
            try:
                with redis.Redis(unix_socket_path=self.socket) as probe:
                    probe.ping()
                return
            except redis.ConnectionError:
                assert time.monotonic() < deadline
                time.sleep(0.01)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        Path(self.socket).unlink(missing_ok=True)


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    with passing("qv") as folder:
        valkey = Valkey(str(folder))
        yield valkey
        valkey.kill()


@pytest.fixture
def client(valkey: Valkey) -> Iterator[SharedRedis]:
    client = connect(f"unix://{valkey.socket}", PATIENCE_MS)
    client.flushall()
    yield client
    client.line.close()


@pytest.fixture
def impatient(valkey: Valkey) -> Iterator[SharedRedis]:
    client = connect(f"unix://{valkey.socket}", TIMEOUT_MS)
    yield client
    client.line.close()


def outcome(work: Any) -> Any:
    """What a call gave or raised."""
    try:
        return work()
    except RedisError as error:
        return error


def together(works: list[Any], seconds: float = 60) -> list[Any]:
    """The outcomes of many calls made at once."""
    callers = [gevent.spawn(outcome, work) for work in works]
    gevent.joinall(callers, timeout=seconds)
    return [caller.get(block=False) for caller in callers]


def connections(client: SharedRedis) -> int:
    return int(client.info("clients")["connected_clients"])


def test_every_caller_gets_its_own_reply_over_one_connection(client: SharedRedis):
    """A hundred greenlets, ten calls each."""
    before = connections(client)

    def caller(number: int) -> list[str]:
        return [client.echo(f"{number}-{turn}") for turn in range(10)]

    replies = together([lambda number=number: caller(number) for number in range(100)])
    assert replies == [[f"{number}-{turn}" for turn in range(10)] for number in range(100)]
    assert connections(client) == before == 1


def test_what_gathers_leaves_in_few_writes(client: SharedRedis, monkeypatch: pytest.MonkeyPatch):
    """A hundred calls of one turn of the loop."""
    monkeypatch.setattr("quiz.store.line.BRIEF_PACE", 0.05)
    monkeypatch.setattr("quiz.store.line.BRIEF_AHEAD", 0.15)
    client.ping()
    link, writes = client.line._link, []

    class Counting:
        def __init__(self, sock: Any) -> None:
            self._sock = sock

        def send(self, data: bytes) -> int:
            writes.append(len(data))
            return self._sock.send(data)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._sock, name)

    link.sock = Counting(link.sock)
    assert together([lambda: client.incr("n")] * 100) == list(range(1, 101))
    assert len(writes) <= 12  # the first few leave at once; a slow machine needs more than one turn to make so many calls


@pytest.mark.parametrize("pace", ["", "BRIEF_"])
def test_calls_leave_at_once_until_there_are_many(client: SharedRedis, monkeypatch: pytest.MonkeyPatch, pace: str):
    """Over a while and in a moment: a few in a row, as one that answers makes them; then each waits for the next write."""
    monkeypatch.setattr(f"quiz.store.line.{pace}PACE", 60.0)
    monkeypatch.setattr(f"quiz.store.line.{pace}AHEAD", 180.0)
    for _ in range(4):
        with gevent.Timeout(20):
            assert client.ping()
    with pytest.raises(gevent.Timeout), gevent.Timeout(0.2):
        client.ping()


def test_what_the_kernel_takes_in_pieces_arrives_whole(client: SharedRedis):
    """The record of a large game; and what is asked meanwhile comes after it."""
    record = os.urandom(2_000_000).hex()
    assert together([lambda: client.set("record", record), lambda: client.get("record"), client.ping]) == [True, record, True]


def test_replies_have_the_form_that_redis_py_gives_them(client: SharedRedis):
    """As over a connection of its own."""
    with redis.Redis(
        unix_socket_path=client.connection_pool.connection_kwargs["path"], decode_responses=True, protocol=2
    ) as plain:
        for one in (client, plain):
            one.flushall()
            one.zadd("z", {"a": 1.5, "b": 2})
            one.hset("h", mapping={"é": "ü", "n": 1})
        for ask in (
            lambda r: r.zrange("z", 0, -1, withscores=True),
            lambda r: r.hgetall("h"),
            lambda r: r.hmget("h", ["n", "none"]),
            lambda r: r.set("k", "v"),
            lambda r: r.get("none"),
            lambda r: r.smembers("none"),
            lambda r: r.config_get("maxmemory"),
            lambda r: [*r.pipeline().incr("p").delete("p").execute()],
        ):
            assert ask(client) == ask(plain)


def test_an_error_reply_is_its_callers_alone(client: SharedRedis):
    """Those before and behind it get what they asked for; so does one whose reply is no UTF-8."""
    client.set("text", "x")
    client.line.call("SET", "bytes", b"\xff\xfe")
    before, wrong, other, missing, after = together(
        [
            lambda: client.echo("a"),
            lambda: client.incr("text"),
            lambda: client.get("bytes"),
            lambda: client.evalsha("0" * 40, 0),
            lambda: client.echo("b"),
        ]
    )
    assert (before, after, other) == ("a", "b", "\udcff\udcfe")
    assert isinstance(wrong, ResponseError)
    assert isinstance(missing, NoScriptError)


def test_a_script_is_sent_again_to_a_server_that_forgot_it(client: SharedRedis):
    """And runs once."""
    count = Script(client, "return redis.call('INCR', KEYS[1])")
    assert count(["n"], []) == 1
    client.script_flush()
    assert together([lambda: count(["n"], [])] * 5) == [2, 3, 4, 5, 6]


def test_who_gave_up_waiting_disturbs_nobody(client: SharedRedis):
    """Its reply is thrown away, and the next caller does not get it."""
    client.ping()

    def impatient() -> str:
        with gevent.Timeout(0, False):
            return str(client.line.call("BLPOP", "what never comes", "0.5"))
        return "gave up"

    assert together([impatient, lambda: client.echo("mine")]) == ["gave up", "mine"]
    killed = gevent.spawn(client.echo, "killed")
    gevent.sleep(0)
    killed.kill()
    assert client.echo("next") == "next"


def test_what_is_posted_is_done_and_nobody_waits(client: SharedRedis, caplog: pytest.LogCaptureFixture):
    """An error goes to the log."""
    client.post("SET", "posted", "1")
    client.post("INCRBY", "posted", "x")
    assert client.get("posted") == "1"
    assert "not an integer" in caplog.text


def test_a_killed_server_ends_every_call_at_once_and_none_is_sent_twice(valkey: Valkey, client: SharedRedis):
    """Afterwards the line is made anew."""
    client.ping()
    os.kill(valkey.process.pid, signal.SIGSTOP)
    callers = [gevent.spawn(outcome, lambda: client.incr("n")) for _ in range(50)]
    gevent.sleep(0.02)
    valkey.kill()
    gevent.joinall(callers, timeout=60)
    assert {type(caller.value) for caller in callers} == {ConnectionError}
    assert isinstance(outcome(client.ping), ConnectionError)
    valkey.start()
    assert client.get("n") is None
    assert client.incr("n") == 1


def test_a_server_that_stalls_lets_nobody_wait_long_and_late_replies_reach_nobody(
    valkey: Valkey, client: SharedRedis, impatient: SharedRedis
):
    """They are told that their time is over, also those who come while it stalls."""
    impatient.ping()
    os.kill(valkey.process.pid, signal.SIGSTOP)
    try:
        replies = together([lambda n=n: impatient.echo(f"old {n}") for n in range(50)])
        assert {type(reply) for reply in replies} == {TimeoutError}
        assert isinstance(outcome(lambda: impatient.echo("another")), RedisError)
    finally:
        os.kill(valkey.process.pid, signal.SIGCONT)
    client.ping()  # it is awake again
    assert together([lambda n=n: impatient.echo(f"new {n}") for n in range(50)]) == [f"new {n}" for n in range(50)]


def test_a_busy_process_does_not_take_its_own_slowness_for_the_servers(impatient: SharedRedis):
    """The reply came in time, and nobody had time to read it."""
    impatient.ping()
    caller = gevent.spawn(outcome, lambda: impatient.echo("here"))
    gevent.sleep(0)
    gevent.sleep(0)
    time.sleep(2 * TIMEOUT_MS / 1000)
    assert caller.get(timeout=60) == "here"


def test_no_more_wait_than_can_be_remembered(valkey: Valkey, client: SharedRedis, monkeypatch: pytest.MonkeyPatch):
    """The next one is refused at once."""
    monkeypatch.setattr("quiz.store.line.MOST_WAITING", 10)
    assert MOST_WAITING > 10
    client.ping()
    replies = together([lambda: client.echo("a")] * 15)
    assert replies[:10] == ["a"] * 10
    assert [type(reply) for reply in replies[10:]] == [Crowded] * 5
    assert not is_outage(replies[10])  # it is not the server that fails
    assert client.echo("b") == "b"


def test_a_refused_connection_is_an_error_for_all_who_waited():
    """And is tried again by the next."""
    client = connect("redis://127.0.0.1:1/0", PATIENCE_MS)
    replies = together([client.ping] * 5)
    assert {type(reply) for reply in replies} == {ConnectionError}
    assert isinstance(outcome(client.ping), ConnectionError)


def test_while_a_connection_is_being_made_nobody_waits_longer_than_a_call_may(valkey: Valkey):
    """To look up a name may take long: who waited is told, those who come later are served when it is done."""
    ready, real = gevent.event.Event(), connect(f"unix://{valkey.socket}", TIMEOUT_MS)

    class Slow:
        def __call__(self) -> Any:
            connection = real.servers.pool.make_connection()
            connect_, connection.connect = connection.connect, lambda: (ready.wait(), connect_())[1]
            return connection

    line = Line(Slow(), TIMEOUT_MS / 1000)
    with pytest.raises(TimeoutError):
        line.call("SET", "late", "1")
    gevent.spawn(ready.set)
    assert line.call("GET", "late") is None
    line.close()
