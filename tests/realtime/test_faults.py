"""What happens when processes die: a worker in the middle of a question, and the whole instance."""

from __future__ import annotations

import json
import os
import signal
from types import SimpleNamespace

import redis
import requests
import socketio

from quiz.ops import embedded
from quiz.store.keys import game_keys
from tests.harness.clients import Client, host
from tests.harness.metrics import look
from tests.harness.server import eventually, serving
from tests.realtime.conftest import Table, furnish


def _quick(server) -> None:
    furnish(server)
    questions = [{"text": f"{n}?", "choices": ["a", "b"], "correct": 0, "time_limit": 3} for n in (1, 2)]
    file = server.folder / "quick.json"
    file.write_text(json.dumps({"title": "Quick", "questions": questions}))
    server.flask("quiz", "import", str(file))


def test_a_question_closes_on_time_and_the_game_goes_on_though_its_worker_was_killed():
    """Each worker is killed in the middle of a question, one after the other: the reveal comes in time, answers count."""
    with serving(2, by_command=True) as server:
        _quick(server)
        teacher = host(server)
        pin = teacher.ok(
            "create_game", {"quiz": "quick", "options": {"countdown_ms": 0, "auto_close": False, "scoring": "flat"}}
        )["pin"]
        teacher.ok("watch", {"pin": pin})
        ann = Client(server.url)
        token = ann.ok("join", {"pin": pin, "nickname": "Ann"})["token"]
        teacher.ok("start")
        ann.wait("question")
        ann.ok("submit_answer", {"question": "q1", "answer": 0})
        for pid in server.workers():
            os.kill(pid, signal.SIGKILL)
        eventually(lambda: not ann.connected and not teacher.connected)
        ann = eventually(lambda: _back(lambda: Client(server.url)))
        ack = ann.ok("join", {"pin": pin, "token": token})
        if ack["game"]["state"] == "question":
            assert ack["you"]["answered"] == ["q1"]
            ann.wait("reveal")
        teacher = eventually(lambda: _back(lambda: host(server)))
        watched = teacher.ok("watch", {"pin": pin})
        assert (watched["game"]["state"], watched["reveal"]["distribution"]) == ("reveal", [{"answer": 0, "count": 1}])
        assert ann.ok("state")["you"]["score"] == 1000
        teacher.ok("next")
        teacher.ok("next")
        ann.wait("question", lambda q: q["id"] == "q2")
        ann.close()
        teacher.close()


def test_players_of_a_killed_worker_are_no_longer_waited_for():
    """The host sees that they are gone; the question closes when all who are left have answered, long before its time is up."""
    with serving(2) as server:
        furnish(server)
        question = {"text": "Right?", "choices": ["a", "b"], "correct": 0, "time_limit": 240}
        (server.folder / "long.json").write_text(json.dumps({"title": "Long", "questions": [question]}))
        server.flask("quiz", "import", str(server.folder / "long.json"))
        teacher, players = host(server), []
        pin = teacher.ok("create_game", {"quiz": "long", "options": {"countdown_ms": 0}})["pin"]
        before = {pid: _open_files(pid) for pid in server.workers()}
        while len(players) < 4 or any(_open_files(pid) < files + 2 for pid, files in before.items()):
            assert len(players) < 60, "both workers have some"
            players.append(Client(server.url))
            players[-1].ok("join", {"pin": pin, "nickname": f"P{len(players)}"})
        teacher.ok("start")
        os.kill(next(iter(before)), signal.SIGKILL)
        teacher.close()
        teacher = eventually(lambda: _back(lambda: host(server)))

        def here() -> list[str]:
            return [player["nickname"] for player in teacher.ok("watch", {"pin": pin})["players"] if player["connected"]]

        left = eventually(lambda: (now := here()) and len(now) < len(players) and now, step=0.5)
        living = [players[int(name.removeprefix("P")) - 1] for name in left]
        for player in living:
            player.ok("submit_answer", {"question": "q1", "answer": 0})
        assert living[0].wait("reveal")["distribution"] == [{"answer": 0, "count": len(left)}]
        for client in (teacher, *players):
            client.close()


def _open_files(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def _back(client_of):
    """A client, or None while no worker answers."""
    try:
        return client_of()
    except (socketio.exceptions.ConnectionError, requests.RequestException):
        return None


def test_a_restart_brings_games_scores_seats_and_sign_ins_back():
    """After the instance ends and starts again, tokens of host and player still open the same doors."""
    with serving(1) as server:
        furnish(server)
        teacher = host(server)
        pin = teacher.ok("create_game", {"quiz": "all-types", "mode": "self-paced"})["pin"]
        ann = Client(server.url)
        token = ann.ok("join", {"pin": pin, "nickname": "Ann"})["token"]
        ann.ok("submit_answer", {"question": "q1", "answer": 1})
        auth = teacher.auth
        ann.close()
        teacher.close()
        server.stop()
        server.start()
        teacher, ann = Client(server.url, "/host", auth), Client(server.url)
        assert teacher.ok("watch", {"pin": pin})["players"][0]["nickname"] == "Ann"
        ack = ann.ok("join", {"pin": pin, "token": token})
        assert ack["you"] == {"score": 10, "rank": 1, "answered": ["q1"]}
        bearer = {"Authorization": f"Bearer {auth['token']}"}
        assert requests.get(f"{server.url}/api/v1/session", headers=bearer, timeout=60).json()["name"] == "teacher"
        ann.close()
        teacher.close()


def test_an_embedded_valkey_that_died_is_started_again():
    """What was answered before and meanwhile is there after, and the log says what happened."""
    with serving(1) as server:
        furnish(server)
        teacher = host(server)
        pin = teacher.ok("create_game", {"quiz": "all-types", "mode": "self-paced"})["pin"]
        ann = Client(server.url)
        ann.ok("join", {"pin": pin, "nickname": "Ann"})
        ann.ok("submit_answer", {"question": "q1", "answer": 1})
        os.kill(int((server.folder / "var" / "valkey" / "valkey.pid").read_text()), signal.SIGKILL)
        ann.ok("submit_answer", {"question": "q3", "answer": True})
        eventually(lambda: "it was started again" in server.log)
        eventually(lambda: "provisional" not in ann.ok("submit_answer", {"question": "q3", "answer": True}))
        assert ann.ok("state")["you"] == {"score": 20, "rank": 1, "answered": ["q1", "q3"]}
        teacher.close()
        ann.close()


def test_who_was_kicked_while_their_worker_heard_nothing_is_sent_away_when_it_hears_again(small_table: Table):
    """The others stay."""
    pin = small_table.game()
    ann, bob = small_table.player("Ann"), small_table.player("Bob")
    url = embedded.url(SimpleNamespace(redis_url=None, var_dir=small_table.server.folder / "var"))
    with redis.Redis.from_url(url) as store:
        store.sadd(game_keys(pin).kicked, ann.ack["player"]["id"])
        store.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    assert ann.wait("kicked")["reason"] == "the host removed you from the game"
    eventually(lambda: not ann.connected)
    assert bob.ok("state")
    assert not bob.all("kicked")


def test_with_several_workers_only_the_websocket_is_offered():
    """Long-polling requests would reach different workers: with two it is refused, with one it works."""
    for workers, expected in ((1, 200), (2, 400)):
        with serving(workers) as server:
            reply = requests.get(f"{server.url}/socket.io/?EIO=4&transport=polling", headers={"Connection": "close"}, timeout=60)
            assert reply.status_code == expected


def test_without_redis_an_instance_starts_degraded_and_says_so_to_clients():
    """The instance is ready and DEGRADED, and an event gets server_busy in bounded time instead of hanging.

    What alerts and dashboards look at says so: unhealthy, open, and errors that go on being counted.
    """
    with serving(1, REDIS_URL="redis://127.0.0.1:1/0") as server:
        health = requests.get(f"{server.url}/actuator/health", timeout=60)
        assert (health.status_code, health.json()["status"]) == (200, "DEGRADED")
        told = eventually(lambda: (now := look(server))["quiz_redis_healthy"] == 0 and now)
        assert told["quiz_redis_circuit_breaker_state"] > 0
        assert told["quiz_redis_operation_errors_total"] > 0
        client = Client(server.url)
        ack = client.call("join", {"pin": "123456", "nickname": "Ann"})
        assert (ack["error"]["code"], ack["error"]["retryable"]) == ("server_busy", True)
        client.close()
        eventually(
            lambda: look(server)["quiz_redis_operation_errors_total"] > told["quiz_redis_operation_errors_total"], step=0.2
        )


def test_a_foreign_origin_is_refused_and_a_missing_one_accepted():
    """Browsers of other sites get no connection; programs, which send no Origin, do."""
    with serving(1) as server:
        url = f"{server.url}/socket.io/?EIO=4&transport=polling"
        for origin, expected in ((None, 200), (server.url, 200), ("http://evil.example", 400), ("null", 400)):
            headers = {"Origin": origin} if origin else {}
            assert requests.get(url, headers=headers, timeout=60).status_code == expected, origin
