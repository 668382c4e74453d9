"""What a worker does when it is told to stop: its clients come back elsewhere, and nothing is lost."""

from __future__ import annotations

import signal
import subprocess

import pytest
import requests

from tests.chaos.store import Store
from tests.harness.clients import host
from tests.harness.server import eventually, serving
from tests.realtime.conftest import furnish
from tests.transport.raw import Raw

CLOSE, TEXT = 8, 1


def _last_words(client: Raw) -> tuple[list[str], int]:
    """The texts that still came, and the code of the close frame."""
    texts = []
    while True:
        frame = client.frame()
        assert frame is not None, f"no close frame; there were {texts}"
        opcode, payload = frame
        if opcode == CLOSE:
            return texts, int.from_bytes(payload[:2], "big")
        texts.append(payload.decode())


def test_clients_are_told_to_reconnect_and_probes_that_the_instance_is_leaving():
    """Each gets the notice and the close code for a restart, readiness fails meanwhile, and the process ends by itself."""
    with serving(2, by_command=True, QUIZ_DRAIN__SECONDS="5", QUIZ_DRAIN__SPREAD_SECONDS="5") as server:
        furnish(server)
        clients = [Raw(server.port).enter() for _ in range(600)]
        # One request and the kept connection, so that it reaches a worker that is leaving already.
        with requests.Session() as probe:
            assert probe.get(f"{server.url}/actuator/health/readiness", timeout=60).status_code == 200
            server.process.send_signal(signal.SIGTERM)
            eventually(lambda: probe.get(f"{server.url}/actuator/health/readiness", timeout=60).status_code == 503)
            assert probe.get(f"{server.url}/actuator/health/liveness", timeout=60).status_code == 200
            turned_away = Raw(server.port).request()
            assert turned_away.startswith("HTTP/1.1 503")
            assert "Retry-After: 1" in turned_away
        for client in clients:
            texts, code = _last_words(client)
            assert (code, [text for text in texts if text.startswith("42")]) == (
                1012,
                ['42["notice",{"code":"draining","message":"this server is about to stop; reconnect now"}]'],
            )
            assert not [text for text in texts if text.startswith("41")]  # after which Socket.IO's clients stay away
            client.sock.close()
        assert server.process.wait(60) == 0
        assert "Traceback" not in server.log


def test_a_worker_that_stops_in_an_outage_waits_for_redis_and_brings_it_what_it_lacks():
    """Answers accepted without Redis are there when the process has ended, though it was told to stop in the outage."""
    store = Store()
    try:
        with serving(1, REDIS_URL=store.url, QUIZ_DRAIN__SECONDS="15") as server:
            furnish(server)
            teacher = host(server)
            pin = teacher.ok("create_game", {"quiz": "all-types", "mode": "self-paced"})["pin"]
            with Raw(server.port).enter() as ann:
                player = ann.call("join", {"pin": pin, "nickname": "Ann"})["player"]["id"]
                store.kill()
                ack = ann.call("submit_answer", {"question": "q1", "answer": 1})
                assert (ack["ok"], ack["provisional"]) == (True, True)
                server.process.send_signal(signal.SIGTERM)
                _last_words(ann)
            with pytest.raises(subprocess.TimeoutExpired):
                server.process.wait(2)
            store.start()
            assert server.process.wait(60) == 0
            assert store.client().hexists(f"quiz:{{{pin}}}:answers:0", player)
            teacher.close()
    finally:
        store.close()


def test_an_outage_that_outlasts_the_drain_leaves_the_journal_and_says_which():
    """The process ends when its time is over, the answer is in the file that the log names, and the next start brings it."""
    store = Store()
    try:
        with serving(1, REDIS_URL=store.url, QUIZ_DRAIN__SECONDS="1", QUIZ_DRAIN__SPREAD_SECONDS="1") as server:
            furnish(server)
            teacher = host(server)
            pin = teacher.ok("create_game", {"quiz": "all-types", "mode": "self-paced"})["pin"]
            with Raw(server.port).enter() as ann:
                player = ann.call("join", {"pin": pin, "nickname": "Ann"})["player"]["id"]
                store.kill()
                assert ann.call("submit_answer", {"question": "q1", "answer": 1})["provisional"]
            server.stop()
            assert "1 answers are in" in server.log
            store.start()
            server.start()
            assert store.client().hexists(f"quiz:{{{pin}}}:answers:0", player)
            teacher.close()
    finally:
        store.close()
