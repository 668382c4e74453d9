"""Redis Cluster: three real masters, nodes that go and come back, and slots that move."""

from __future__ import annotations

import re
import shutil
import signal
import time
from collections.abc import Iterator
from importlib import resources

import gevent
import pytest
from redis.exceptions import ClusterDownError, ConnectionError, RedisError, TimeoutError

from quiz.realtime.wire import CHANNEL
from quiz.store import disks, keys
from quiz.store.backup import everything
from quiz.store.backup_file import BackupWriter, entries
from quiz.store.backup_restore import Restore, clear, holdings
from quiz.store.channel import Channel
from quiz.store.cluster import slot_of
from quiz.store.connection import Script, connect
from quiz.store.faults import is_outage
from quiz.store.keys import game_keys
from tests.chaos.audit import audit
from tests.harness.redis_fleet import PASSWORD, Nodes, Server, cluster
from tests.harness.server import eventually
from tests.store.outages import Worker
from tests.store.stage import Stage, play, stage, write
from tests.store.worlds import redis_world

#: PINs whose games lie on three different nodes.
PINS = ("100000", "100001", "100002", "100003", "100004", "100005")


@pytest.fixture(scope="module")
def fleet() -> Iterator[Nodes]:
    with cluster() as made:
        yield made


@pytest.fixture
def client(fleet: Nodes):
    made = connect(fleet.url, 10_000)
    yield made
    made.line.close()


@pytest.fixture(scope="module")
def platform(fleet: Nodes) -> Iterator[Stage]:
    with stage(fleet.url, instances=1, games=3) as made:
        yield made


def test_the_store_works_in_a_cluster(fleet: Nodes, client):
    """Games and quizzes on every node, by one client; scripts reach the nodes that have never seen them."""
    assert len({fleet.owner(game_keys(pin).game) for pin in PINS}) == 3
    for pin in PINS:
        play(redis_world(client), pin)
        assert fleet.owner(game_keys(pin).game).client().exists(game_keys(pin).game)
    for slug in ("a", "b", "c", "d"):
        client.delete(keys.SWEPT)
        write(client, slug)
    assert len({fleet.owner(keys.quiz(slug, "ann")) for slug in ("a", "b", "c", "d")}) > 1


def test_a_backup_of_all_nodes(fleet: Nodes, client, tmp_path):
    """Games and records of every node come back to where they belong."""
    clear(client)
    world = redis_world(client)
    for number, pin in enumerate(PINS):
        game = world.make("single", mode="self-paced", pin=pin, game_id=f"saved-{number}")
        world.seat(game, "ann")
        world.answer(game, "ann")
        client.set(keys.archive(f"old-{number}"), "{}")
    with BackupWriter(tmp_path / "backup", 0) as writer:
        for entry in everything(client):
            writer.add(entry)
    clear(client)
    assert holdings(client) == {}
    Restore(client, lambda record: None, with_journals=False).take(entries(tmp_path / "backup"))
    assert holdings(client) == {"games": len(PINS), "archives": len(PINS)}
    for pin in PINS:
        found = world.games.game(pin)
        assert [(place.player, place.score) for place in world.board.top(found, 10).top] == [("ann", 10)]
    clear(client)


def test_a_worker_that_ends_waits_for_the_disk_of_every_node(fleet: Nodes, tmp_path, monkeypatch: pytest.MonkeyPatch):
    """Also where a call may take less time than a disk; and what a node is asked about follows a write to that node."""
    asked, told = disks.asked, []

    def record(connection, *command):
        reply = asked(connection, *command)
        told.append((connection.port, command, reply[0]))
        return reply

    monkeypatch.setattr(disks, "asked", record)
    worker = Worker(fleet.url, tmp_path, timeout_ms=200).begin()
    worker.keeper.end(time.monotonic() + 5)
    worker.die()
    for node in fleet.nodes:
        done = [(command, reply) for port, command, reply in told if port == node.port]
        assert [done[0][0][0], done[0][1]] == ["SET", "O"]
        assert [done[-1][0][0], done[-1][1]] == ["WAITAOF", 1]
        assert done[-1][0][3] < 200


def test_scripts_use_the_keys_they_were_given_and_no_others():
    """A cluster can't tell where any other key is."""
    for package in ("quiz.store", "quiz.leaderboard"):
        for file in resources.files(package).joinpath("scripts").iterdir():
            text = file.read_text()
            used = set(re.findall(r"redis\.call\((?:'[A-Z]+'|ARGV\[2\]), ([^,)]+)", text))
            named = {one for one in used if not one.startswith("KEYS[")}
            loops = set(re.findall(r"for _, (\w+) in ipairs\(KEYS\)|local (\w+) = KEYS\[", text))
            assert named <= {name for pair in loops for name in pair}, file.name


@pytest.mark.parametrize(
    ("command", "key"),
    [
        (("GET", "a"), b"a"),
        (("ZADD", "quiz:{123456}:board", 1, "x"), b"123456"),
        (("EVALSHA", "0" * 40, 2, "{t}a", "{t}b", "x"), b"t"),
        (("EVAL", "return 1", 1, b"{t}a"), b"t"),
        (("EVAL", "return 1", 0), None),
        (("PUBLISH", CHANNEL, "x"), None),
        (("TIME",), None),
        (("SCRIPT", "FLUSH"), None),
    ],
)
def test_the_first_key_decides_where_a_command_goes(fleet: Nodes, command, key):
    """As the nodes see it; what has no key may go anywhere."""
    slot = None if key is None else fleet.nodes[0].ask("CLUSTER", "KEYSLOT", key)
    assert slot_of(command) == slot


def test_a_slot_that_moves_is_followed(fleet: Nodes, client, monkeypatch: pytest.MonkeyPatch):
    """What has moved already is asked for where it is going; when all has moved, one redirection is enough."""
    monkeypatch.setattr("quiz.store.cluster.PACE", 60.0)  # the map is not read anew meanwhile
    first, second = "{moving}1", "{moving}2"
    count = Script(client, "return redis.call('INCR', KEYS[1])")
    client.set(first, 1)
    source = fleet.owner(first)
    to = next(node for node in fleet.nodes if node is not source)
    fleet.begin_move(first, to)
    assert client.incr(first) == 2  # still here
    assert [count([second], []) for _ in range(3)] == [1, 2, 3]  # not here any more, so there
    assert to.client().execute_command("CLUSTER", "COUNTKEYSINSLOT", slot_of(("GET", first))) == 1
    assert gevent.joinall([gevent.spawn(client.incr, second) for _ in range(20)] + [gevent.spawn(client.incr, first)], 5)
    fleet.carry(first, source, to)
    assert (client.get(first), client.get(second)) == ("3", "23")
    fleet.end_move(first, source, to)
    before = redirections(source)
    assert [client.get(key) for key in (first, second) * 10] == ["3", "23"] * 10
    assert redirections(source) == before + 1
    assert count([first], []) == 4


def test_a_node_that_is_lost_is_not_asked_for_what_has_left_it(fleet: Nodes, client):
    """It can't say any more where that went; the others can."""
    key = "{left}1"
    client.set(key, "x")
    source = fleet.owner(key)
    to = next(node for node in fleet.nodes if node is not source)
    fleet.begin_move(key, to)
    fleet.carry(key, source, to)
    fleet.end_move(key, source, to)
    others = [node for node in fleet.nodes if node is not source]
    for node in others:  # who notices that one is lost wants to be complete, and says nothing any more
        assert node.ask("CONFIG", "SET", "cluster-node-timeout", 60_000)
    source.signal(signal.SIGKILL)
    try:
        assert isinstance(outcome(lambda: client.get(key)), ConnectionError)
        eventually(lambda: outcome(lambda: client.get(key)) == "x")
    finally:
        for node in others:
            assert node.ask("CONFIG", "SET", "cluster-node-timeout", 1000)
        source.start()
        fleet.await_ok()


def test_keys_that_are_half_moved_are_an_outage_and_change_nothing(fleet: Nodes, client):
    """A script whose keys lie on both sides does not run; later it does."""
    both = ["{half}1", "{half}2"]
    count = Script(client, "return {redis.call('INCR', KEYS[1]), redis.call('INCR', KEYS[2])}")
    assert count(both, []) == [1, 1]
    source = fleet.owner(both[0])
    to = next(node for node in fleet.nodes if node is not source)
    fleet.begin_move(both[0], to)
    assert source.ask("MIGRATE", "127.0.0.1", to.port, both[0], 0, 5000, "AUTH", PASSWORD) is not None
    with pytest.raises(RedisError, match="rehashing") as caught:
        count(both, [])
    assert is_outage(caught.value)
    fleet.carry(both[0], source, to)
    fleet.end_move(both[0], source, to)
    assert count(both, []) == [2, 2]


def test_the_bus_is_heard_on_any_node(fleet: Nodes, client):
    """Each listener takes another node, and all hear what one publishes."""
    heard: list[str] = []

    def listen() -> None:
        for message in Channel(client, "news").messages():
            heard.append(message)

    listeners = [gevent.spawn(listen) for _ in range(3)]
    try:
        with gevent.Timeout(60):
            while heard.count("") < 3:
                gevent.sleep(0.01)
            client.publish("news", "hello")
            while heard.count("hello") < 3:
                gevent.sleep(0.01)
        assert all(node.client().pubsub_channels() == ["news"] for node in fleet.nodes)
    finally:
        gevent.killall(listeners)


def test_a_stalled_node_holds_nobody_up_for_longer_than_the_time_out(fleet: Nodes, client):
    """Who needs it gets an error in time, all others get what they want, and what needs no node goes to another."""
    keys = [f"k{n}" for n in range(30)]
    for key in keys:
        client.set(key, key)
    client = connect(fleet.url, 500)
    client.time()
    stalled = next(node for node in fleet.nodes if node.port == client.servers._cluster.owner(None)[1])
    lost = [key for key in keys if fleet.owner(key) is stalled]
    stalled.signal(signal.SIGSTOP)
    try:
        asked = [gevent.spawn(outcome, lambda key=key: client.get(key)) for key in keys]
        assert len(gevent.joinall(asked, timeout=60)) == len(keys)
        for key, one in zip(keys, asked, strict=True):
            assert isinstance(one.value, TimeoutError | ConnectionError | ClusterDownError) if key in lost else one.value == key
        with gevent.Timeout(60):
            assert isinstance(client.time(), tuple)
    finally:
        stalled.signal(signal.SIGCONT)
        fleet.await_ok()
    eventually(lambda: outcome(lambda: client.get(lost[0])) == lost[0])
    client.line.close()


def test_no_node_at_all_is_an_error_in_time():
    """A cluster that is not there is away, as any Redis is."""
    client = connect("redis+cluster://127.0.0.1:1", 300)
    with gevent.Timeout(60), pytest.raises(ConnectionError):
        client.get("a")


def redirections(node: Server) -> int:
    """How often a node has said that somebody else has a slot."""
    return int(node.client().info("errorstats").get("errorstat_MOVED", {"count": 0})["count"])


def outcome(work):
    """What a call gave or raised."""
    try:
        return work()
    except RedisError as error:
        return error


@pytest.mark.parametrize("empty", [False, True], ids=["with its data", "empty"])
def test_no_answer_is_lost_with_a_node(fleet: Nodes, platform: Stage, empty: bool):
    """The node with the game is killed and comes back: answers go on in the meantime, and it is brought what it lacks."""
    pin = platform.game()
    node = fleet.owner(game_keys(pin).game)
    with platform.watchers(pin) as watchers, platform.crowd(pin) as crowd:
        platform.confirmed(crowd, time.monotonic())
        node.signal(signal.SIGKILL)
        killed = time.monotonic()
        eventually(lambda: sum(ack.provisional for ack in crowd.acks(killed)) > 50)
        if empty:
            shutil.rmtree(node.folder / "appendonlydir")
        node.start()
        fleet.await_ok()
        platform.confirmed(crowd, time.monotonic())
        platform.heard(watchers, pin)
        crowd.settle()
        eventually(lambda: audit(crowd, node.client()).clean)
        assert not any(player.cut for player in crowd.players)


def test_no_answer_is_lost_with_a_slot_that_moves_under_use(fleet: Nodes, platform: Stage):
    """A game goes from one node to another while it is played."""
    pin = platform.game()
    key = game_keys(pin).game
    source = fleet.owner(key)
    to = next(node for node in fleet.nodes if node is not source)
    with platform.crowd(pin) as crowd:
        platform.confirmed(crowd, time.monotonic())
        fleet.begin_move(key, to)
        time.sleep(0.3)
        for _ in range(3):  # what is new in the meantime goes over too
            fleet.carry(key, source, to)
        fleet.end_move(key, source, to)
        platform.confirmed(crowd, time.monotonic())
        crowd.settle()
        eventually(lambda: audit(crowd, to.client()).clean)
        assert not any(player.cut for player in crowd.players)
