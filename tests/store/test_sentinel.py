"""Redis Sentinel: three real sentinels, a master and a replica, and what becomes of answers when the master changes."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator

import pytest
from redis.exceptions import ConnectionError

from quiz.store.connection import connect
from tests.chaos.audit import audit
from tests.harness.redis_fleet import PASSWORD, SENTINEL_PASSWORD, SERVICE, Sentinels, sentinels
from tests.harness.server import eventually
from tests.store.stage import Stage, play, stage
from tests.store.worlds import redis_world


@pytest.fixture(scope="module")
def fleet() -> Iterator[Sentinels]:
    with sentinels() as made:
        yield made


@pytest.fixture(scope="module")
def platform(fleet: Sentinels) -> Iterator[Stage]:
    with stage(fleet.url, instances=2, games=2) as made:
        yield made


def test_the_store_works_through_sentinels(fleet: Sentinels):
    """All goes to the master that they name, with its credentials and theirs."""
    client = connect(fleet.url, 10_000)
    play(redis_world(client), "100001")
    assert fleet.master.client().exists("quiz:{100001}:game")
    client.line.close()


def test_a_wrong_password_for_the_sentinels_is_an_outage(fleet: Sentinels):
    """The error says that none names a master, and no password."""
    client = connect(fleet.url.replace(SENTINEL_PASSWORD, "wrong"), 10_000)
    with pytest.raises(ConnectionError, match="quizmaster") as caught:
        client.ping()
    assert "wrong" not in str(caught.value)
    assert PASSWORD not in str(caught.value)


def test_sentinels_that_stall_hold_nobody_up(fleet: Sentinels):
    """Two of three are silent, and the call takes no longer than its time-out."""
    stalled = fleet.sentinels[:2]
    client = connect(fleet.url, 1500)
    for sentinel in stalled:
        sentinel.signal(signal.SIGSTOP)
    try:
        assert client.ping()
    finally:
        for sentinel in stalled:
            sentinel.signal(signal.SIGCONT)
        client.line.close()
    eventually(lambda: fleet.sentinels[0].ask("PING"))


def test_no_answer_is_lost_with_a_master_whose_replica_lagged(fleet: Sentinels, platform: Stage):
    """Answers go on in the meantime, and the new master is brought what it lacks; events flow again."""
    pin = platform.game()
    answers = f"quiz:{{{pin}}}:leaderboard"
    with platform.watchers(pin) as watchers, platform.crowd(pin) as crowd:
        platform.confirmed(crowd, time.monotonic())
        old, new = fleet.master, fleet.replica
        fleet.hold_back()
        platform.confirmed(crowd, time.monotonic())
        time.sleep(0.5)  # answers that the replica does not get
        assert new.ask("ZRANGE", answers, 0, -1, "WITHSCORES") != old.ask("ZRANGE", answers, 0, -1, "WITHSCORES")
        old.signal(signal.SIGKILL)
        killed = time.monotonic()
        eventually(lambda: any(ack.provisional for ack in crowd.acks(killed)))
        eventually(lambda: fleet.named == new.port and new.ask("ROLE")[0] == "master")
        platform.confirmed(crowd, time.monotonic())
        platform.heard(watchers, pin)
        crowd.settle()
        eventually(lambda: audit(crowd, new.client()).clean)
        assert not any(player.cut for player in crowd.players)


def test_a_master_of_the_past_that_goes_on_saying_yes_is_left(fleet: Sentinels, platform: Stage):
    """Sentinels name another, and nothing happens to the connections to the old one: what it got is brought to the new one."""
    pin = platform.game()
    old = fleet.master
    new = next(server for server in fleet.servers if server is not old)
    if not new.ask("PING"):  # the test before killed it
        new.start()
        eventually(lambda: new.ask("PING"))
    new.ask("REPLICAOF", "127.0.0.1", old.port)
    eventually(lambda: new.ask("ROLE")[3] == "connected")
    with platform.watchers(pin) as watchers, platform.crowd(pin) as crowd:
        platform.confirmed(crowd, time.monotonic())
        for sentinel in fleet.sentinels:
            sentinel.ask("SENTINEL", "REMOVE", SERVICE)
        new.ask("REPLICAOF", "NO", "ONE")
        time.sleep(0.5)  # answers that the new one does not get
        for sentinel in fleet.sentinels:
            sentinel.ask("SENTINEL", "MONITOR", SERVICE, "127.0.0.1", new.port, 2)
            sentinel.ask("SENTINEL", "SET", SERVICE, "auth-pass", PASSWORD)
        epoch = "HGET", f"quiz:{{{pin}}}:game", "epoch"
        eventually(lambda: new.ask(*epoch) != old.ask(*epoch))
        platform.confirmed(crowd, time.monotonic())
        platform.heard(watchers, pin)
        crowd.settle()
        eventually(lambda: audit(crowd, new.client()).clean)
        assert not audit(crowd, old.client()).clean
