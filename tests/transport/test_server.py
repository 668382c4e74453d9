"""The transport as clients meet it: handshakes, long-polling, admission, hearts that stop, and packets that make no sense."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio

from tests.harness.metrics import look
from tests.harness.server import Server, eventually
from tests.transport.client_frames import masked, text
from tests.transport.raw import Raw

LISTEN = "0A"  # in /proc/net/tcp
WRONG_HANDSHAKES: list[dict[str, Any]] = [
    {"Sec_WebSocket_Key": "no base64!"},
    {"Sec_WebSocket_Key": "c2hvcnQ="},
    {"Sec_WebSocket_Key": None},
    {"Sec_WebSocket_Version": "12"},
    {"Sec_WebSocket_Version": None},
    {"Upgrade": None, "Connection": None},
    {"Origin": "https://elsewhere.example"},
]


@pytest.mark.parametrize("headers", WRONG_HANDSHAKES)
def test_a_wrong_handshake_is_refused_before_it_becomes_a_websocket(small: Server, headers: dict[str, Any]):
    """With a status of 4xx, and nothing but words after it."""
    with Raw(small.port) as client:
        head = client.request(**headers, **({} if "Connection" in headers else {"Connection": "Upgrade, close"}))
    assert head.split()[1] in ("400", "426"), head


def test_an_allowed_origin_is_let_in(small: Server):
    """And a program, which has none."""
    with Raw(small.port) as client:
        assert client.request(Origin=small.url).startswith("HTTP/1.1 101")


def test_a_client_may_send_before_it_has_read_the_answer(small: Server):
    """What comes together with the handshake is part of the connection."""
    with Raw(small.port) as client:
        assert client.request(ahead=text("40")).startswith("HTTP/1.1 101")
        assert client.packet("40")


@pytest.mark.parametrize(
    "words", ["42{}", "42[]", '42["a"', "4x", "4", "421", "45-", "47", "4" + "9" * 30, "42[5]x", '4599-["a"]']
)
def test_what_is_no_socket_io_packet_ends_its_connection_alone(small: Server, words: str):
    """Neither the log nor anybody else notices."""
    with Raw(small.port) as other, Raw(small.port) as client:
        other.enter()
        client.enter()
        client.send(text(words), text(words))
        while (frame := client.frame()) is not None and frame[0] != 8:
            pass
        assert other.call("state", {})["error"]["code"] == "not_joined"
    assert "Traceback" not in small.log


def test_unknown_engine_io_packets_and_binary_ones_do_no_harm(small: Server):
    """They mean nothing here."""
    with Raw(small.port) as client:
        client.enter()
        client.send(text("6"), text("9"), text("3"), text("2"))
        assert client.call("state", {})["error"]["code"] == "not_joined"
        client.send(text('451-7["state",{"_placeholder":true,"num":0}]'), masked(2, b"\xff\x00"))
        assert json.loads(client.packet("437[")[3:])[0]["error"]["code"] == "invalid_payload"
    assert "Traceback" not in small.log


def test_who_is_one_too_many_is_told_when_to_come_back(small: Server):
    """In Socket.IO's words; health checks get in; and there is room again when somebody has left."""
    clients = [Raw(small.port).enter() for _ in range(6)]
    try:
        with Raw(small.port) as one_more:
            one_more.request()
            one_more.packet("0")
            one_more.send(text("40"))
            refusal = json.loads(one_more.packet("44")[2:])
        assert refusal["message"] == refusal["data"]["code"] == "server_busy"
        assert refusal["data"]["retry_after_ms"] == 7000
        assert refusal["data"]["retryable"]
        assert requests.get(f"{small.url}/actuator/health/readiness", timeout=60).status_code == 200
        clients.pop().sock.close()

        def admitted() -> bool:
            with Raw(small.port) as client:
                client.request()
                client.packet("0")
                client.send(text("40"))
                return client.packet("40", "44").startswith("40")

        eventually(admitted, step=0.05)
    finally:
        for client in clients:
            client.sock.close()


def test_a_stale_client_is_cut_off_and_its_descriptor_freed(small: Server):
    """Within interval x (multiplier + 1): one that reads, but does not answer, and one whose machine is gone without a word.

    The metrics count it as stale and as abnormal.
    """
    (worker,) = small.workers()
    names = ("quiz_websocket_stale_sessions_cleaned_total", "quiz_websocket_disconnections_abnormal_total")

    eventually(lambda: look(small)["quiz_websocket_connections_active"] == 0, step=0.05)
    counted = look(small)
    eventually(lambda: not _descriptors(worker, small.port), step=0.05)
    with Raw(small.port) as client:
        client.enter()
        assert _descriptors(worker, small.port)
        while client.frame() is not None:
            pass
        eventually(lambda: not _descriptors(worker, small.port))
    now = look(small)
    assert [now[name] - counted[name] for name in names] == [1, 1]


def _descriptors(worker: int, port: int) -> list[str]:
    """The worker's open sockets that are connections of the server's port, in whatever state."""
    connections = {
        f"socket:[{inode}]"
        for _, here, _, state, _, _, _, _, _, inode, *_ in map(
            str.split, Path(f"/proc/{worker}/net/tcp").read_text().splitlines()[1:]
        )
        if here.endswith(f":{port:04X}") and state != LISTEN
    }
    links = []
    for descriptor in Path(f"/proc/{worker}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed in between
            links.append(os.readlink(descriptor))
    return [link for link in links if link in connections]


def test_long_polling_serves_a_game_with_one_worker(small: Server):
    """A client that knows nothing else plays, is told, and leaves; the metrics know by what way it is here."""
    polling = 'quiz_websocket_connections_by_transport{transport="polling"} '
    hearts = look(small)["quiz_websocket_heartbeat_received_total"]
    client = socketio.Client(reconnection=False)
    client.connect(small.url, transports=["polling"], wait_timeout=60)
    assert client.transport() == "polling"
    assert client.call("state", {})["error"]["code"] == "not_joined"
    eventually(lambda: look(small)["quiz_websocket_heartbeat_received_total"] > hearts + 2)
    assert client.call("nothing", {})["error"]["code"] == "unknown_event"
    assert f"{polling}1.0" in requests.get(f"{small.url}/metrics", timeout=60).text
    client.disconnect()
    eventually(lambda: f"{polling}0.0" in requests.get(f"{small.url}/metrics", timeout=60).text, step=0.05)


def test_a_client_of_long_polling_changes_to_a_websocket(small: Server):
    """And stays the same session."""
    client = socketio.Client(reconnection=False)
    client.connect(small.url, wait_timeout=60)
    assert client.transport() == "websocket"
    sid = client.get_sid()
    hearts = look(small)["quiz_websocket_heartbeat_received_total"]
    assert client.call("state", {})["error"]["code"] == "not_joined"
    eventually(lambda: look(small)["quiz_websocket_heartbeat_received_total"] > hearts + 2)
    assert client.get_sid() == sid
    assert client.connected
    client.disconnect()
    assert "Traceback" not in small.log


def test_a_flood_from_one_client_is_cut_off_and_others_hardly_notice(small: Server):
    """20,000 events at once; what is promised about time is in the benchmarks."""
    with Raw(small.port) as flood, Raw(small.port) as other:
        flood.enter()
        other.enter()
        burst = b"".join(text('42["nothing",{}]') for _ in range(20_000))
        flood.sock.setblocking(False)
        at = 0
        for _ in range(20):
            with contextlib.suppress(BlockingIOError, ConnectionError):
                at += flood.sock.send(burst[at:])
            assert other.call("nothing", {})["error"]["code"] == "unknown_event"


def test_20_mb_frames_endless_fragments_and_unmasked_frames_end_their_connection_alone(small: Server):
    """Each gets its code; another client is served all along."""
    huge = b"\x82\xff" + (20_000_000).to_bytes(8, "big") + b"mask" + b"x" * 60_000
    endless = b"".join(masked(1 if n == 0 else 0, b"a" * 100, final=False) for n in range(400))
    with Raw(small.port) as other:
        other.enter()
        for sent, code in ((huge, 1009), (endless, 1009), (masked(1, b"a", mask=None), 1002)):
            with Raw(small.port) as bad:
                bad.enter()
                bad.send(sent)
                while (frame := bad.frame()) is not None and frame[0] != 8:
                    pass
                assert frame is not None
                assert int.from_bytes(frame[1][:2], "big") == code
                assert other.call("nothing", {})["error"]["code"] == "unknown_event"
