"""Pages from elsewhere can't connect, whatever they or a request say of themselves; the clients' addresses can't be made up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from config.addresses import lan_address
from quiz.transport.addresses import counted
from quiz.transport.origins import Origins
from tests.harness.metrics import look
from tests.harness.server import Server, eventually, serving
from tests.security.conftest import Visitor
from tests.transport.raw import Raw

POLL = "/socket.io/?EIO=4&transport=polling"


@pytest.fixture(scope="module")
def lan() -> Iterator[Server]:
    """A developer's instance that serves the local network, without a proxy."""
    limits = {"QUIZ_LIMITS__PER_ADDRESS": "true", "QUIZ_LIMITS__CONNECTIONS_PER_ADDRESS": "3", "QUIZ_DRAIN__SPREAD_SECONDS": "0"}
    with serving(1, QUIZ_ENV="development", HOST="0.0.0.0", **limits) as running:
        yield running


def polled(server: Server, **headers: str) -> requests.Response:
    """The answer to who begins with long-polling; a session is ended again."""
    reply = requests.get(server.url + POLL, headers=headers, timeout=60)
    if reply.status_code == 200:
        requests.post(f"{server.url}{POLL}&sid={json.loads(reply.text[1:])['sid']}", data="1", headers=headers, timeout=60)
    return reply


def refused(server: Server, origin: str, **headers: Any) -> bool:
    """Whether a page of this origin can't connect, by WebSocket nor by long-polling, which must be of one mind."""
    with Raw(server.port) as client:
        head = client.request(Origin=origin, **headers)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    reply = polled(server, Origin=origin, **named)
    assert head.split()[1] in ("101", "400")
    assert (reply.status_code == 400) == (head.split()[1] == "400")
    assert ("Access-Control-Allow-Origin" in reply.headers) == (reply.status_code == 200)
    return reply.status_code == 400


def hostile(port: int) -> list[tuple[str, dict[str, str]]]:
    """Origins of others, with what a request may say beside them."""
    rebinding = f"http://rebind.example:{port}"
    host = f"rebind.example:{port}"
    return [
        ("https://evil.example", {}),
        ("null", {}),
        ("", {}),
        ("file://", {}),
        (f"http://127.0.0.1:{port + 1}", {}),
        ("http://127.0.0.1", {}),
        (f"https://127.0.0.1:{port}", {}),
        (f"http://127.0.0.1:{port}.evil.example", {}),
        (f"http://127.0.0.1:{port}/", {}),
        (f"http://127.0.0.1:{port}, https://evil.example", {}),
        (rebinding, {"Host": host}),
        (rebinding, {"Host": host, "X_Forwarded_Host": host, "X_Forwarded_Proto": "http"}),
        ("https://evil.example", {"X_Forwarded_Host": "evil.example", "X_Forwarded_Proto": "https"}),
    ]


@pytest.mark.parametrize("which", [pytest.param("lan", marks=pytest.mark.long), "strict"])
def test_pages_of_others_are_refused_by_both_transports(request: pytest.FixtureRequest, which: str):
    """Evil, null, empty, a wrong port or scheme, and names that were made to lead here; before a proxy and without one."""
    server: Server = request.getfixturevalue(which)
    let_in = [(origin, said) for origin, said in hostile(server.port) if not refused(server, origin, **said)]
    assert let_in == []
    assert not refused(server, server.url)


@pytest.mark.long
def test_a_phone_plays_on_a_developers_machine_by_whatever_address_it_reaches_it(lan: Server):
    """Also by one that the server did not know at its start; a program needs no origin."""
    assert not refused(lan, f"http://{lan_address()}:{lan.port}")
    there = f"192.168.77.7:{lan.port}"
    assert not refused(lan, f"http://{there}", Host=there)
    assert refused(lan, f"http://{there}", Host=f"127.0.0.1:{lan.port}")
    assert polled(lan).status_code == 200


@pytest.mark.long
def test_without_a_trusted_proxy_nobody_gets_around_a_limit_by_naming_another_address(lan: Server):
    """X-Forwarded-For counts for nothing, over Socket.IO as over HTTP."""
    eventually(lambda: look(lan)["quiz_websocket_connections_active"] == 0)
    visitors = [Visitor(lan, f"198.51.100.{number}") for number in range(4)]
    assert [one.welcome[:2] for one in visitors] == ["40", "40", "40", "44"]
    for one in visitors:
        one.close()


def test_only_numeric_hosts_prove_where_a_page_is_from():
    """A name that leads here may be anybody's."""
    origins = Origins(["https://quiz.example"], own_port=8080)
    for host, allowed in (
        ("10.1.2.3:8080", True),
        ("[fd00::1]:8080", True),
        ("10.1.2.3:8081", False),
        ("10.1.2.3", False),
        ("10.1.2.3:99999", False),
        ("localhost:8080", False),
        ("10.1.2.3.nip.io:8080", False),
    ):
        assert origins(f"http://{host}", {"wsgi.url_scheme": "http", "HTTP_HOST": host}) is allowed
    assert origins("https://quiz.example", {})
    closed = Origins(["https://quiz.example"])
    assert not closed("http://10.1.2.3:8080", {"wsgi.url_scheme": "http", "HTTP_HOST": "10.1.2.3:8080"})


def test_addresses_stand_for_households():
    """IPv6 counts by its network of 64 bits, IPv4 in IPv6's clothes as itself, and ports are dropped."""
    assert counted("2001:db8:1:2:aaaa::1") == counted("[2001:db8:1:2:bbbb::9]:4711") == "2001:db8:1:2::/64"
    assert counted("2001:db8:1:3::1") != counted("2001:db8:1:2::1")
    assert counted("::ffff:203.0.113.7") == counted("203.0.113.7:5000") == counted(" 203.0.113.7 ") == "203.0.113.7"
    assert counted("unknown") == "unknown"
    assert len(counted("x" * 10_000)) == 64
