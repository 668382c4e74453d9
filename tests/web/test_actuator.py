"""Who is told what an instance is like inside."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.middleware.proxy_fix import ProxyFix

from bench.installation import free_port
from config.groups import Actuator
from quiz.ops.exposition import Exposition
from quiz.ops.health import Health, component
from quiz.web import actuator, problems
from tests.harness.server import serving

INSIDE = ("/actuator/metrics", "/actuator/metrics/quiz.info", "/actuator/prometheus", "/metrics")
UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "x" * 22 + "==", "Sec-WebSocket-Version": "13"}
ALWAYS = ("/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness")


def client(proxies: int = 0, draining: bool = False, **given: Any) -> FlaskClient:
    app = Flask(__name__)
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies)
    health = Health()
    health.register("redis", lambda: component(False, error="away"))
    settings = SimpleNamespace(actuator=Actuator(**given), trusted_proxies=proxies, instance_id="one")
    problems.register(app)
    actuator.register(app, SimpleNamespace(settings=settings, health=health), Exposition(lambda: None), lambda: draining)
    return app.test_client()


@pytest.mark.parametrize(
    ("address", "proxies", "forwarded", "inside"),
    [
        ("127.0.0.1", 0, None, True),
        ("10.1.2.3", 0, None, True),
        ("::1", 0, None, True),
        ("::ffff:192.168.0.9", 0, None, True),
        ("203.0.113.9", 0, None, False),
        ("2001:db8::1", 0, None, False),
        ("", 0, None, False),
        # By a proxy that is trusted it is the client's address that counts, and what the client itself claims does not.
        ("10.0.0.1", 1, "203.0.113.9", False),
        ("10.0.0.1", 1, "10.9.9.9", True),
        ("10.0.0.1", 1, "10.9.9.9, 203.0.113.9", False),
        # Nobody is inside because a proxy is that nobody spoke of.
        ("10.0.0.1", 0, "203.0.113.9", False),
        ("10.0.0.1", 1, "203.0.113.9, 10.0.0.2", False),
    ],
)
def test_in_the_named_networks_all_is_told_and_elsewhere_only_how_it_is(address, proxies, forwarded, inside):
    """Liveness, readiness and the bare status are for everybody."""
    asking = client(proxies, access="networks")
    options: dict[str, Any] = {"environ_overrides": {"REMOTE_ADDR": address}}
    if forwarded:
        options["headers"] = {"X-Forwarded-For": forwarded}
    for path in INSIDE:
        reply = asking.get(path, **options)
        assert reply.status_code == (200 if inside else 403), path
        if not inside:
            assert reply.content_type == "application/problem+json"
    for path in ALWAYS:
        assert asking.get(path, **options).status_code == 200
    health = asking.get("/actuator/health", **options).json
    assert health["status"] == "DEGRADED"
    assert ("components" in health, "instance" in health, "version" in health) == (inside,) * 3


def test_open_is_for_all_and_networks_may_be_named():
    """As development has it; and a network of one's own excludes all others."""
    there = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}}
    assert client(access="open").get("/metrics", **there).status_code == 200
    named = client(access="networks", networks=("203.0.113.0/24",))
    assert named.get("/metrics", **there).status_code == 200
    assert named.get("/metrics").status_code == 403


def test_metrics_are_told_one_by_one():
    """A number that is unknown is a problem of its own; a counter, a gauge and a histogram say what they have."""
    asking = client(access="open")
    unknown = asking.get("/actuator/metrics/quiz.no.such")
    assert (unknown.status_code, unknown.content_type) == (404, "application/problem+json")
    found = {name: asking.get(f"/actuator/metrics/{name}").json for name in asking.get("/actuator/metrics").json["names"]}
    assert all(metric["name"] == name and metric["measurements"] for name, metric in found.items())

    def statistics(name: str) -> list[str]:
        return [one["statistic"] for one in found[name]["measurements"]]

    assert statistics("quiz.rate_limit.rejected") == ["COUNT"]
    assert statistics("quiz.redis.circuit_breaker.state") == ["VALUE"]
    assert statistics("quiz.leaderboard.broadcast.delay") == ["COUNT", "TOTAL_TIME"]
    assert (statistics("quiz.websocket.connections"), statistics("quiz.websocket.connections.total")) == (["VALUE"], ["COUNT"])


def test_who_drains_is_alive_and_not_ready():
    """The balancer sends nobody more."""
    asking = client(draining=True)
    assert asking.get("/actuator/health/liveness").json == {"status": "UP"}
    reply = asking.get("/actuator/health/readiness")
    assert (reply.status_code, reply.json) == (503, {"status": "OUT_OF_SERVICE"})


def test_on_a_port_of_its_own_it_is_all_there_is():
    """The main port keeps the probes; what a client says of its port changes nothing."""
    port = free_port()
    with serving(2, QUIZ_ACTUATOR__ACCESS="port", QUIZ_ACTUATOR__PORT=str(port), QUIZ_TRUSTED_PROXIES="1") as server:
        inside = f"http://127.0.0.1:{port}"
        for path in INSIDE:
            assert requests.get(inside + path, timeout=60).status_code == 200
            pretending = {"X-Forwarded-Host": f"quiz:{port}", "X-Forwarded-Port": str(port), "Host": f"quiz:{port}"}
            assert requests.get(server.url + path, headers=pretending, timeout=60).status_code == 403
        for path in ALWAYS:
            assert requests.get(server.url + path, timeout=60).status_code == 200
            assert requests.get(inside + path, timeout=60).status_code == 200
        assert requests.get(server.url + "/", timeout=60).status_code == 200
        for path in ("/", "/socket.io/?EIO=4&transport=polling", "/socket.io/?EIO=4&transport=websocket"):
            headers = UPGRADE if "websocket" in path else {}
            assert requests.get(inside + path, headers=headers, timeout=60).status_code == 404, path
        shown = requests.get(f"{inside}/actuator/health", timeout=60).json()
        assert set(shown["components"]) == {"redis", "breaker", "journal", "bus", "connections", "event_loop", "disk"}
        assert "components" not in requests.get(f"{server.url}/actuator/health", timeout=60).json()
