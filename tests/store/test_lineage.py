"""Which Redis a worker talks to, and which it does not."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import redis
from redis.exceptions import ConnectionError

from quiz.resilience.guard import Away
from quiz.store.connection import connect
from quiz.store.faults import Stranger, is_outage
from quiz.store.lineage import Lineage, identity
from tests.chaos.store import Store


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    made = Store(keeps=False)
    yield made
    made.close()


def who(url: str) -> str:
    """The identity of the Redis at an address."""
    connection = connect(url, 10_000).connection_pool.make_connection()
    try:
        connection.connect()
        return identity(connection)
    finally:
        connection.disconnect()


def test_one_that_was_admitted_is_greeted_again_and_again(store: Store):
    """A new connection to the same run of the same server is nothing to notice."""
    lineage = Lineage()
    lineage.admit(frozenset({who(store.url)}))
    for _ in range(3):
        client = connect(store.url, 1000, lineage=lineage)
        assert client.ping()
        client.line.close()
    assert not lineage.met_stranger


def test_a_stranger_is_turned_away_before_anything_is_asked_of_it(store: Store):
    """The call fails as an outage does, does nothing there, and it is noticed; once admitted, the stranger is none."""
    lineage, plain = Lineage(), store.client()
    lineage.admit(frozenset({"another"}))
    client = connect(store.url, 1000, lineage=lineage)
    with pytest.raises(Stranger) as caught:
        client.set("mark", "1")
    assert is_outage(caught.value)
    assert plain.get("mark") is None
    assert lineage.met_stranger
    lineage.admit(frozenset({"another", who(store.url)}))
    assert not lineage.met_stranger
    assert client.set("mark", "1")
    client.line.close()


def test_one_that_was_not_met_yet_is_neither_used_nor_a_failure(store: Store):
    """Whoever asks goes without, whatever is posted is lost; no connection is made, and nothing noticed."""
    lineage = Lineage()
    client = connect(store.url, 10_000, lineage=lineage)
    with pytest.raises(Away):
        client.set("unmet", "1")
    client.post("SET", "unmet", "1")
    assert (client.used, client.line.open, lineage.met_stranger) == (False, 0, False)
    lineage.admit(frozenset({who(store.url)}))
    assert client.used
    assert client.get("unmet") is None
    client.line.close()


def test_a_restarted_server_is_another(store: Store):
    """The same address and, as far as one can see, the same data."""
    before = who(store.url)
    assert who(store.url) == before
    store.kill()
    store.start()
    assert who(store.url) != before


def test_a_replica_is_no_place_to_write(store: Store):
    """As soon as it is promoted it is one, and the same as before."""
    client, before = store.client(), who(store.url)
    client.replicaof("127.0.0.1", "1")
    try:
        with pytest.raises(ConnectionError, match="replica") as caught:
            who(store.url)
        assert is_outage(caught.value)
    finally:
        client.replicaof("NO", "ONE")
    assert who(store.url) == before


def test_a_server_that_is_loading_its_data_is_not_there_yet():
    """It answers before it knows what it had."""
    store = Store(
        keeps=False,
        save="900 100000",
        key_load_delay="0",
        loading_process_events_interval_bytes="1024",
        enable_debug_command="yes",
    )
    try:
        with store.client() as client:
            for number in range(400):
                client.set(f"key {number}", "x" * 100)
            client.save()
        store.kill()
        store._settings["key_load_delay"] = "1000"
        starting = threading.Thread(target=store.start)
        starting.start()
        refusals, deadline = set(), time.monotonic() + 60
        while starting.is_alive() and time.monotonic() < deadline:
            try:
                who(store.url)
            except redis.RedisError as error:
                refusals.add((str(error), is_outage(error)))
        starting.join(60)
        assert ("Redis is loading its data", True) in refusals
        assert who(store.url)
    finally:
        store.close()


def test_a_server_that_may_drop_what_it_was_told_is_named_once(store: Store, caplog: pytest.LogCaptureFixture):
    """One that drops keys when its memory is full loses running games; connections after the first one say nothing new."""
    plain, lineage = store.client(), Lineage()
    lineage.admit(frozenset({who(store.url)}))
    for policy, maxmemory, warned in (
        ("noeviction", "1gb", 0),
        ("volatile-lru", "1gb", 0),
        ("allkeys-lru", "0", 0),
        ("allkeys-lru", "1gb", 1),
        ("allkeys-lfu", "1gb", 1),
    ):
        plain.config_set("maxmemory", maxmemory)
        plain.config_set("maxmemory-policy", policy)
        client = connect(store.url, 1000, lineage=lineage)
        assert client.ping()
        client.line.close()
        assert sum("maxmemory-policy" in one.getMessage() for one in caplog.records) == warned
    plain.config_set("maxmemory", "0")
    plain.config_set("maxmemory-policy", "noeviction")


def test_a_server_that_does_not_say_who_it_is_is_one_like_all_such(store: Store):
    """A user without the right to ask may play; then the epoch alone tells of a loss."""
    store.client().execute_command("ACL", "SETUSER", "player", "on", ">secret", "~*", "+@all", "-info")
    url = store.url.replace("redis://", "redis://player:secret@")
    assert who(url) == "unnamed"
    lineage = Lineage()
    lineage.admit(frozenset({"unnamed"}))
    client = connect(url, 1000, lineage=lineage)
    assert client.ping()
    client.line.close()
