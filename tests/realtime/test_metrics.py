"""What Prometheus is told."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import redis
import requests

from tests.harness.clients import Client
from tests.harness.metrics import look
from tests.harness.server import Server, eventually
from tests.realtime.conftest import Table
from tests.transport.raw import Raw

COUNTERS = [
    "quiz_websocket_connections_total",
    "quiz_websocket_disconnections_total",
    "quiz_websocket_disconnections_abnormal_total",
    "quiz_websocket_heartbeat_received_total",
    "quiz_websocket_stale_sessions_cleaned_total",
    "quiz_websocket_messages_join_total",
    "quiz_websocket_messages_submit_total",
    "quiz_websocket_messages_errors_total",
    "quiz_rate_limit_allowed_total",
    "quiz_rate_limit_rejected_total",
    "quiz_redis_operation_errors_total",
    "quiz_redis_fallback_used_total",
]
GAUGES = ["quiz_websocket_connections_active", "quiz_redis_pool_in_use", "quiz_redis_healthy", "quiz_redis_circuit_breaker_state"]
HISTOGRAMS = ["quiz_redis_operation_duration", "quiz_websocket_message_duration", "quiz_leaderboard_broadcast_delay"]
PROCESS = [
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "process_virtual_memory_bytes",
    "process_start_time_seconds",
    "process_open_fds",
    "process_max_fds",
]


def at_rest(server: Server) -> Counter[str]:
    """As `look`, when what others did is over: clients are gone, and the last boards told."""

    def same() -> Counter[str] | None:
        first = look(server)
        time.sleep(0.6)
        second = look(server)
        names = ("quiz_leaderboard_broadcast_delay_count", "quiz_websocket_disconnections_total", "quiz_players_seated")
        return second if all(first[name] == second[name] for name in names) else None

    return eventually(same, step=0.05)


def test_every_name_of_the_contract_is_there_from_the_start_of_traffic(table: Table):
    """As text for Prometheus, on both paths; and one by one with dots, with and without `total`."""
    table.game("self-paced")
    table.player("Ann").ok("submit_answer", {"question": "q1", "answer": 1})
    expected = {*COUNTERS, *GAUGES, *PROCESS}
    expected |= {f"{name}_{end}" for name in HISTOGRAMS for end in ("bucket", "sum", "count")}
    for path in ("/metrics", "/actuator/prometheus"):
        assert expected <= look(table.server, path).keys()
    with requests.Session() as session:
        for name in (*COUNTERS, *GAUGES, *HISTOGRAMS, *PROCESS):
            for spelled in (name, name.removesuffix("_total")):
                dotted = spelled.replace("_", ".")
                reply = session.get(f"{table.server.url}/actuator/metrics/{dotted}", timeout=60)
                assert (reply.status_code, reply.json()["name"]) == (200, dotted)
                assert reply.json()["measurements"]


def test_what_is_counted_is_what_happened(table: Table):
    """By whichever worker: connections and how they ended, events by what came of them."""
    server = table.server
    before = at_rest(server)
    table.game("self-paced")
    ann, bob = table.player("Ann"), table.player("Bob")
    for player in (ann, bob):
        player.ok("submit_answer", {"question": "q1", "answer": 1})
        player.error("submit_answer", {"question": "q9", "answer": 1})
        player.error("an event of my own", {})
        player.ok("state")
    ann.error("join", {"pin": "x"})
    bob.close()
    with Raw(server.port) as torn:
        torn.enter()

    def grown() -> bool:
        now = look(server)
        gone = now["quiz_websocket_connections_total"] - now["quiz_websocket_connections_active"]
        if gone != now["quiz_websocket_disconnections_total"]:
            return False  # read while a worker counted
        # By transport it is counted rarely.
        connected = now["quiz_websocket_connections_by_transport"] == now["quiz_websocket_connections_active"]
        return connected and {name: now[name] - before[name] for name in expected} == expected

    expected = {
        "quiz_websocket_connections_total": 3,
        "quiz_websocket_disconnections_total": 2,
        "quiz_websocket_disconnections_abnormal_total": 1,
        "quiz_websocket_connections_active": 1,
        "quiz_websocket_messages_join_total": 3,
        "quiz_websocket_messages_submit_total": 4,
        "quiz_websocket_messages_errors_total": 5,
        "quiz_websocket_refusals_total": 5,
        "quiz_rate_limit_allowed_total": 13,
        "quiz_rate_limit_rejected_total": 0,
        "quiz_websocket_message_duration_count": 13,
        "quiz_leaderboard_broadcast_delay_count": 2,
        "quiz_redis_operation_errors_total": 0,
        "quiz_redis_fallback_used_total": 0,
    }
    eventually(grown, step=0.1)
    now = look(server)
    workers = len(server.workers())
    assert (now["quiz_redis_healthy"], now["quiz_redis_circuit_breaker_state"], now["quiz_bus_deaf"]) == (1, 0, 0)
    assert now["quiz_redis_pool_in_use"] == 4 * workers
    assert (now["quiz_players_seated"], now["quiz_games_served"]) == (1, 1)
    text = requests.get(f"{server.url}/metrics", timeout=60).text
    assert "an event of my own" not in text
    assert 'event="unknown"' in text


def test_connections_to_redis_are_as_many_as_redis_has_whoever_plays(table: Table):
    """Four for each worker, one more while its keeper looks who answers, and one while the master does: no players add any."""
    server, most = table.server, 5 * len(table.server.workers()) + 1
    table.game("self-paced")
    players = [table.player(f"P{number}") for number in range(12)]
    with (
        redis.Redis(unix_socket_path=str(server.folder / "var" / "valkey" / "valkey.sock")) as store,
        ThreadPoolExecutor() as pool,
    ):

        def connected() -> int:
            return len(store.client_list()) - 1

        asking = [pool.submit(player.ok, "state") for player in players * 10]
        while not all(one.done() for one in asking):
            assert (count := connected()) <= most, (count, store.client_list())
        for one in asking:
            one.result()
        eventually(lambda: connected() == look(server)["quiz_redis_pool_in_use"] == 4 * len(server.workers()), step=0.05)


def test_the_rate_limit_is_told_apart_from_errors(small_table: Table):
    """Who asks too much is rejected, not in error, and the fullest bucket is seen."""
    before = look(small_table.server)
    client = small_table.connect()
    acks = [client.call("state") for _ in range(60)]  # on a busy machine some come back meanwhile
    rejected = sum(ack["error"]["code"] == "rate_limited" for ack in acks)
    now = look(small_table.server)
    assert rejected
    assert now["quiz_rate_limit_rejected_total"] - before["quiz_rate_limit_rejected_total"] == rejected
    assert now["quiz_websocket_messages_errors_total"] - before["quiz_websocket_messages_errors_total"] == 60 - rejected

    def seen() -> bool:
        for _ in range(3):  # what has come back meanwhile; many more would have it cut off
            client._socket.emit("state", {})
        client.call("state")
        return look(small_table.server)["quiz_rate_limit_utilization"] > 0.9

    eventually(seen)


def test_each_answer_that_moves_a_board_is_counted_with_its_delay(table: Table):
    """By whichever worker it was taken and whichever is asked, on both paths alike."""
    name = "quiz_leaderboard_broadcast_delay_count"
    table.game("self-paced")
    players = [table.player(nickname) for nickname in ("Ann", "Bob", "Cid")]
    before = at_rest(table.server)[name]
    for player in players:
        player.ok("submit_answer", {"question": "q1", "answer": 1})
        player.ok("submit_answer", {"question": "q3", "answer": True})
        player.ok("submit_answer", {"question": "q4", "answer": "wrong"})
    eventually(
        lambda: [look(table.server, path)[name] for path in ("/metrics", "/actuator/prometheus")] == [before + 6] * 2, step=0.05
    )


def test_requests_are_measured_by_rule_whatever_is_asked_for(table: Table):
    """No path, no PIN and no made-up method becomes a label."""
    pin = table.game("self-paced")
    for method, path in (("GET", f"/play/{pin}"), ("GET", "/nowhere/else"), ("FROB", f"/play/{pin}"), ("FROB", "/nowhere")):
        requests.request(method, table.server.url + path, timeout=60)
    text = requests.get(f"{table.server.url}/metrics", timeout=60).text
    assert 'url_rule="/play/<pin>"' in text
    assert 'flask_http_request_total{method="GET",status="404"}' in text
    for word in (pin, "nowhere", "FROB"):
        assert word not in text


def test_what_a_dead_worker_was_goes_and_what_it_did_stays(table: Table):
    """Its connections are no longer there; its counts are, and the instance's CPU time never falls."""
    server = table.server
    table.game("self-paced")
    clients = [Client(server.url) for _ in range(6)]
    eventually(lambda: look(server)["quiz_websocket_connections_active"] == 7, step=0.1)
    before = look(server)
    victim = server.workers()[0]
    os.kill(victim, signal.SIGKILL)
    folder = server.folder / "var" / "metrics"
    eventually(lambda: not list(folder.glob(f"*_{victim}.db")))
    eventually(lambda: victim not in server.workers() and _answers(server))
    here = sum(client.connected for client in (*clients, table.host))
    eventually(lambda: look(server)["quiz_websocket_connections_active"] == here, step=0.1)
    now = look(server)
    for name in ("quiz_websocket_connections_total", "quiz_rate_limit_allowed_total", "process_cpu_seconds_total"):
        assert now[name] >= before[name] > 0, name
    came, went = (now[f"quiz_websocket_{what}_total"] for what in ("connections", "disconnections"))
    assert came - went == now["quiz_websocket_connections_active"]
    for client in clients:
        client.close()


def _answers(server: Server) -> bool:
    with contextlib.suppress(requests.RequestException):
        return requests.get(f"{server.url}/actuator/health/readiness", timeout=60).ok
    return False
