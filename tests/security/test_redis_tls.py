"""Redis over TLS: Debian's, with certificates of both sides."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.errors import SettingsError
from config.redis_url import check_trust
from config.settings import load
from tests.harness.clients import Client, host
from tests.harness.flask import Outcome, flask
from tests.harness.redis_tls import Certificates, TlsRedis, tls_redis
from tests.harness.server import eventually, serving
from tests.realtime.conftest import furnish


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """For a server at 127.0.0.1."""
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def secure(certificates: Certificates) -> Iterator[TlsRedis]:
    """A server that asks for a certificate."""
    with tls_redis(certificates) as made:
        eventually(lambda: made.ask(certificates, "PING"))
        yield made


@pytest.fixture
def shown(tmp_path: Path) -> Callable[[str], Outcome]:
    """Puts a quiz into the Redis behind a URL, with the project's own command; what that said."""
    file = tmp_path / "quiz.json"
    file.write_text(json.dumps({"title": "Secret", "questions": [{"text": "2 + 2?", "choices": ["3", "4"], "correct": 1}]}))

    def show(url: str) -> Outcome:
        environ = {"PATH": os.environ["PATH"], "QUIZ_ENV": "staging", "REDIS_URL": url, "QUIZ_VAR_DIR": str(tmp_path / "var")}
        return flask("quiz", "import", str(file), environ=environ)

    return show


def test_redis_is_used_over_tls(secure: TlsRedis, certificates: Certificates, shown: Callable[[str], Outcome]):
    """With the authority's certificate to trust, and one of our own to show."""
    assert shown(f"rediss://127.0.0.1:{secure.port}/0?{certificates.options()}").lines[-1] == "secret"
    assert secure.ask(certificates, "EXISTS", "quiz:quiz:secret") == 1


def test_who_cannot_prove_to_be_our_redis_is_refused(
    secure: TlsRedis, certificates: Certificates, shown: Callable[[str], Outcome]
):
    """Signed by nobody whom we trust, or good for another name; in one line that says so, and no password."""
    port = secure.port
    for place, options, why in (
        (f"127.0.0.1:{port}", certificates.options(trusted=certificates.stranger), "certificate verify failed"),
        (f"127.0.0.1:{port}", "", "certificate verify failed"),
        (f"localhost:{port}", certificates.options(), "hostname mismatch"),
    ):
        refusal = shown(f"rediss://:hunter2@{place}?{options}").refusal
        assert why in refusal.lower()
        assert "hunter2" not in refusal


def test_a_certificate_file_that_is_not_there_is_named(secure: TlsRedis, shown: Callable[[str], Outcome]):
    """The line says what is lacking."""
    assert "/nowhere/ca.pem" in shown(f"rediss://127.0.0.1:{secure.port}?ssl_ca_certs=/nowhere/ca.pem").refusal


def test_redis_lets_nobody_in_who_shows_no_certificate_or_speaks_no_tls(
    secure: TlsRedis, certificates: Certificates, shown: Callable[[str], Outcome]
):
    """Where it asks for one; and nothing falls back to plain text."""
    assert shown(f"rediss://127.0.0.1:{secure.port}?{certificates.options(shown=False)}").refusal
    assert shown(f"redis://127.0.0.1:{secure.port}").refusal


def test_sentinels_and_the_master_that_they_name_are_reached_over_tls(
    secure: TlsRedis, certificates: Certificates, shown: Callable[[str], Outcome]
):
    """Both with the same certificates; and whoever can't prove to be a sentinel is none."""
    watch = f"sentinel monitor quiz 127.0.0.1 {secure.port} 1"
    with tls_redis(certificates, "--sentinel", config=watch) as sentinel:
        eventually(lambda: sentinel.ask(certificates, "PING"))
        place = f"127.0.0.1:{sentinel.port}/quiz/0"
        assert shown(f"rediss+sentinel://{place}?{certificates.options()}").lines[-1] == "secret"
        for url in (
            f"rediss+sentinel://{place}?{certificates.options(trusted=certificates.stranger)}",
            f"redis+sentinel://{place}",
        ):
            assert "no sentinel names a master" in shown(url).refusal


@pytest.mark.long
def test_a_cluster_is_reached_over_tls(certificates: Certificates, shown: Callable[[str], Outcome]):
    """By the ports that its nodes have for that."""
    with tls_redis(certificates, config="cluster-enabled yes\ntls-cluster yes") as node:
        eventually(lambda: node.ask(certificates, "PING"))
        node.ask(certificates, "CLUSTER", "ADDSLOTSRANGE", 0, 16_383)
        eventually(lambda: b"cluster_state:ok" in node.ask(certificates, "CLUSTER INFO"))
        assert shown(f"rediss+cluster://127.0.0.1:{node.port}?{certificates.options()}").lines[-1] == "secret"
        assert shown(f"rediss+cluster://127.0.0.1:{node.port}").refusal


@pytest.mark.parametrize("option", ["ssl_cert_reqs=none", "ssl_cert_reqs=optional", "ssl_check_hostname=False"])
def test_production_takes_nobody_for_redis_who_cannot_prove_it(option: str, tmp_path: Path):
    """The start is refused in one line that says what to do; elsewhere it may be tried."""
    url = f"rediss://:hunter2@redis?{option}"
    settings: dict[str, Any] = {"REDIS_URL": url, "SECRET_KEY": "x" * 40, "QUIZ_VAR_DIR": str(tmp_path)}
    with pytest.raises(SettingsError, match="ssl_ca_certs") as caught:
        load({**settings, "QUIZ_ENV": "production"})
    assert "hunter2" not in str(caught.value)
    assert load({**settings, "QUIZ_ENV": "staging"}).redis_url == url
    check_trust("rediss://redis?ssl_cert_reqs=required&ssl_check_hostname=True")


@pytest.mark.long
def test_a_game_goes_on_over_tls_and_through_a_stall(certificates: Certificates):
    """A whole server: answers in a stall are provisional, and confirmed when Redis goes on."""
    with tls_redis(certificates) as redis:
        url = f"rediss://127.0.0.1:{redis.port}/0?{certificates.options()}"
        hasty = {"QUIZ_REDIS__BREAKER__OPEN_SECONDS": "1", "QUIZ_REDIS__TIMEOUT_MS": "1500"}
        with serving(1, REDIS_URL=url, **hasty) as server, contextlib.ExitStack() as stack:
            furnish(server)
            teacher, player = host(server), Client(server.url)
            stack.callback(teacher.close)
            stack.callback(player.close)
            pin = teacher.ok("create_game", {"quiz": "all-types", "mode": "self-paced"})["pin"]
            player.ok("join", {"pin": pin, "nickname": "Ada"})
            player.ok("submit_answer", {"question": "q1", "answer": 1})
            redis.signal(signal.SIGSTOP)
            eventually(lambda: player.ok("submit_answer", {"question": "q2", "answer": [1, 3]}).get("provisional"))
            redis.signal(signal.SIGCONT)
            eventually(lambda: "provisional" not in player.ok("submit_answer", {"question": "q3", "answer": True}))
            board = server.flask("leaderboard", "top", pin, "--json")
            assert '"score": 30' in board
            assert "Traceback" not in server.log
