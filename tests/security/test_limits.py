"""Each limit: who goes beyond it is told `rate_limited` and when to come back, others notice nothing, and it is counted."""

from __future__ import annotations

import contextlib
import json
import threading

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from quiz.ops.metrics import LIMITS
from tests.harness.nginx import before
from tests.harness.server import Server, eventually
from tests.security.conftest import PINS, Visitor, ended
from tests.transport.client_frames import text
from tests.transport.raw import Raw


def rejected(server: Server) -> dict[str, float]:
    """What each limit has refused so far."""
    families = text_string_to_metric_families(requests.get(f"{server.url}/metrics", timeout=60).text)
    family = next(one for one in families if one.name == "quiz_limit_rejected")
    return {one.labels["limit"]: one.value for one in family.samples if one.name.endswith("_total")}


@pytest.fixture
def counted(strict: Server):
    """Says of a limit how often it has refused since the test began."""
    before = rejected(strict)
    return lambda limit: rejected(strict)[limit] - before[limit]


def limited(told: dict) -> bool:
    """Whether an acknowledgement is a refusal as it must be."""
    error = told.get("error", {})
    return error.get("code") == "rate_limited" and error["retryable"] and error["retry_after_ms"] > 0


def test_all_limits_are_counted_from_the_start(strict: Server):
    """An alert on one that never refused anybody finds its metric."""
    assert set(rejected(strict)) == set(LIMITS)


def test_an_address_has_only_so_many_connections_and_ipv6_counts_by_household(strict: Server, counted):
    """The first too many is told so in Socket.IO's words, the many after it by HTTP; who leaves makes room."""
    here = [Visitor(strict, f"2001:db8:0:1::{number:x}") for number in range(6)]
    assert [one.welcome[:2] for one in here] == ["40"] * 6
    refused = Visitor(strict, "2001:db8:0:1:ffff::1")
    told = json.loads(refused.welcome[2:])
    assert (told["message"], told["data"]["code"]) == ("rate_limited", "rate_limited")
    assert told["data"]["retry_after_ms"] > 0
    others = [Visitor(strict, "2001:db8:0:1::99") for _ in range(20)]
    assert others[-1].head.startswith("HTTP/1.1 429")
    assert "Retry-After: " in others[-1].head
    reply = requests.get(
        f"{strict.url}/socket.io/?EIO=4&transport=polling", headers={"X-Forwarded-For": "2001:db8:0:1::98"}, timeout=10
    )
    assert (reply.status_code, reply.json()["error"]["code"]) == (429, "rate_limited")
    with Visitor(strict, "2001:db8:0:2::1") as neighbour:
        assert neighbour.join(PINS[0], "Neighbour") == "ok"
    assert counted("connections_per_address") >= 3
    for one in (refused, *others, here[0]):
        one.close()
    eventually(lambda: Visitor(strict, "2001:db8:0:1::7").welcome.startswith("40"))
    for one in here:
        one.close()


@pytest.mark.parametrize("leaves", [True, False])
def test_a_player_has_one_allowance_over_connections_one_after_the_other(strict: Server, leaves: bool):
    """Two connections' worth here: who comes again and again brings none, whether the seat is given up before or not."""
    acks, token = [], ""
    for number in range(4):
        with Visitor(strict, f"198.51.100.{number + 10}") as one:
            joined = one.ask("join", {"pin": PINS[4 + leaves], "nickname": "Again", **({"token": token} if token else {})})
            token = token or joined["token"]
            acks += [one.ask("state", {}) for _ in range(8)]
            if leaves:
                one.ask("leave", {})
    assert 12 <= sum(ack["ok"] for ack in acks) <= 26


def test_a_player_has_one_allowance_over_all_connections(strict: Server, counted):
    """Two connections' worth here, and ten tabs are no more than two."""
    first = Visitor(strict, "198.51.100.1")
    token = first.ask("join", {"pin": PINS[1], "nickname": "Tabs"})["token"]
    tabs = [first] + [Visitor(strict, f"198.51.100.{number}") for number in range(2, 6)]
    assert {tab.join(PINS[1], token=token) for tab in tabs[1:]} == {"ok"}
    acks = [tab.ask("state", {}) for tab in tabs for _ in range(9)]
    served = sum(ack["ok"] for ack in acks)
    assert 10 <= served <= 24
    assert all(ack["ok"] or limited(ack) for ack in acks)
    assert counted("player") == len(acks) - served
    for tab in tabs:
        tab.close()


def test_who_leaves_the_namespace_and_comes_again_brings_no_new_bucket(strict: Server, counted):
    """Otherwise a connection would be as good as any number of them."""
    with Visitor(strict, "198.51.100.20") as client:
        acks = [client.ask("nonsense", {}) for _ in range(11)]
        assert limited(acks[-1])
        client.send(text("41"), text("40"))
        told = json.loads(client.packet("44")[2:])
        assert told["data"]["code"] == "rate_limited"
    assert counted("connection") >= 2


def test_seats_have_an_allowance_by_address_and_by_game_but_tokens_need_none(strict: Server, counted):
    """A script can't fill a game with players that nobody is, from one address nor from many."""
    pupils = [Visitor(strict, "198.51.100.30") for _ in range(5)]
    acks = [pupil.ask("join", {"pin": PINS[2], "nickname": f"P{number}"}) for number, pupil in enumerate(pupils)]
    assert [ack["ok"] for ack in acks] == [True] * 4 + [False]
    assert limited(acks[-1])
    assert pupils[4].join(PINS[2], token=acks[0]["token"]) == "ok"
    assert counted("joins_per_address") == 1
    bots = [Visitor(strict, f"198.51.100.{number}") for number in range(31, 34)]
    assert [bot.join(PINS[2], f"B{number}") for number, bot in enumerate(bots)] == ["ok", "ok", "rate_limited"]
    assert bots[2].join(PINS[3]) == "ok"
    assert counted("joins_per_pin") == 1
    for one in (*pupils, *bots):
        one.close()


def test_a_host_has_only_so_many_games_whichever_way_they_are_made(strict: Server, counted):
    """By Socket.IO and by HTTP alike; another host is not concerned, nor who asks again for a game that was made."""
    wanted = {"quiz": "guessed", "mode": "self-paced"}
    token = strict.sign_in("teacher", "a good password")

    def post(**more: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return requests.post(f"{strict.url}/api/v1/games", json={**wanted, **more}, headers=headers, timeout=60)

    made = post(attempt="somebody's attempt")
    with Visitor(strict, "198.51.100.40", "/host", json.dumps({"token": token})) as teacher:
        assert [teacher.ask("create_game", wanted)["ok"] for _ in range(2)] == [True] * 2
        assert limited(teacher.ask("create_game", wanted))
    again = post(attempt="somebody's attempt")
    assert (again.status_code, again.json()) == (201, made.json())
    assert post(attempt="short").status_code == 400
    reply = post()
    assert (reply.status_code, reply.json()["code"]) == (429, "rate_limited")
    assert int(reply.headers["Retry-After"]) > 0
    token = strict.sign_in("colleague", "a good password")
    with Visitor(strict, "198.51.100.41", "/host", json.dumps({"token": token})) as colleague:
        assert colleague.ask("create_game", wanted)["ok"]
    assert counted("games_per_host") == 2


def test_behind_a_proxy_each_client_has_an_address_of_its_own_and_none_of_its_choice(strict: Server):
    """Over Socket.IO too: nginx says who it is, and what the client says of itself counts for nothing."""
    with before("nginx.conf", [strict.port] * 3) as nginx:

        def come(address: str, number: int) -> str:
            client = Raw(nginx.port, source=address)
            clients.append(client)
            assert client.request(X_Forwarded_For=f"198.51.100.{number}").startswith("HTTP/1.1 101")
            client.packet("0")
            client.send(text("40"))
            return client.packet("40", "44")[:2]

        clients: list[Raw] = []
        assert [come("127.0.0.2", number) for number in range(7)] == ["40"] * 6 + ["44"]
        assert come("127.0.0.3", 1) == "40"
        for client in clients:
            client.sock.close()


def test_who_goes_on_asking_for_what_is_refused_is_cut_off(school: Server):
    """With a reason, also where the bucket of the connection would last for long."""
    with Visitor(school, "198.51.100.50") as client:
        joins = [json.dumps(["join", {"pin": str(800_000 + number), "nickname": "Eve"}]) for number in range(120)]
        threading.Thread(target=client.send, args=[text(f"42{number}{join}") for number, join in enumerate(joins)]).start()
        assert json.loads(client.packet("42[")[2:])[1]["code"] == "rate_limited"
        assert ended(client)


def test_a_flood_is_not_answered_message_by_message(strict: Server):
    """Who has gone on long enough hears why it is over, and nothing of the thousands that it sent meanwhile."""
    with Visitor(strict, "2001:db8:0:77::1") as client:
        flood = [text(f'42{number}["state",{{}}]') for number in range(5000)]
        threading.Thread(target=_pour, args=(client, flood)).start()
        told = []
        while (frame := client.frame()) is not None:
            told.append(frame[1].decode("utf-8", "replace"))
    assert sum(one.startswith("43") for one in told) < 300
    assert any(one.startswith('42["notice",{"code":"rate_limited"') for one in told)


def test_who_leaves_while_being_cut_off_is_cut_off(strict: Server):
    """The connection ends as announced, and not when its heartbeats are missed."""
    with Visitor(strict, "2001:db8:0:78::1") as client:
        asked, told = 0, ""
        while not told.startswith('42["notice"'):
            asked += 1
            client.send(text(f'42{asked}["state",{{}}]'))
            told = client.packet('42["notice"', f"43{asked}[")
    with Visitor(strict, "2001:db8:0:79::1") as client:
        for number in range(1, asked):
            client.send(text(f'42{number}["state",{{}}]'))
            client.packet(f"43{number}[")
        client.send(text(f'42{asked}["state",{{}}]'), text("41"))
        heard = []
        while (frame := client.frame()) is not None:
            heard.append(frame[1])
    assert any(one.startswith(b'42["notice"') for one in heard)
    assert b"2" not in heard


def _pour(client: Visitor, frames: list[bytes]) -> None:
    with contextlib.suppress(OSError):  # it is cut off, as it should be
        client.send(*frames)


def test_a_body_is_bounded_before_it_is_read(strict: Server):
    """Only quizzes and files may be longer than 64 KB."""
    body = json.dumps({"name": "x" * 70_000, "password": "y"})
    for path in ("session", "games"):
        reply = requests.post(
            f"{strict.url}/api/v1/{path}",
            data=body,
            headers={"Authorization": f"Bearer {strict.sign_in('teacher', 'a good password')}"},
            timeout=60,
        )
        assert (reply.status_code, path) == (413, path)
