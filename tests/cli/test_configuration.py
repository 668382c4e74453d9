"""`flask config` and `flask doctor`."""

from __future__ import annotations

import json
import resource
import socket
from pathlib import Path
from typing import Any

import pytest

from quiz.resilience.journal import line_of
from tests.cli.conftest import Flask
from tests.harness.redis_fleet import PASSWORD, Server
from tests.harness.server import eventually

SECRET = "Zk3v9-QxT7bL2mWn8RfY4cHj6PdS1aGe"


BOTH = ["--docs", "--json"]


def test_the_settings_are_shown_with_where_they_come_from(tmp_path: Path) -> None:
    """As a table or as JSON; without a secret, whether it comes from a variable or from a file; and without a Redis."""
    file = tmp_path / "url"
    file.write_text("redis://:hunter2@nowhere\n")
    flask = Flask(QUIZ_VAR_DIR=str(tmp_path / "var"), SECRET_KEY=SECRET, REDIS_URL_FILE=str(file), PORT="9001")
    listed, as_json, docs, both = flask.each([["config", "show", *more] for more in ([], ["--json"], ["--docs"], BOTH)])
    rows = {line.split()[0]: line.split() for line in listed.lines}
    assert rows["port"] == ["port", "9001", "environment", "PORT"]
    assert rows["redis_url"][1:3] == ["redis://***@nowhere", "file:"]
    assert rows["leaderboard.top_n"][1:4] == ["10", "profile:", "development.toml"]
    assert {row["key"]: row["value"] for row in as_json.json}["secret_key"] == "(hidden)"
    for outcome in (listed, as_json):
        assert "hunter2" not in outcome.out
        assert SECRET not in outcome.out
    assert docs.lines == (Path(__file__).parents[2] / "docs" / "configuration.md").read_text("utf-8").splitlines()
    assert both.refusal == "--docs is Markdown: leave out --json"


def findings(outcome: Any) -> dict[str, dict[str, str]]:
    return {one["check"]: one for one in json.loads(outcome.out)}


def test_a_sound_installation_has_no_failures(tmp_path: Path) -> None:
    """With the embedded Valkey, for which nothing is to be set up."""
    done = Flask(QUIZ_VAR_DIR=str(tmp_path))("doctor")
    assert done.status == 0, done
    assert "OK    persistence: append-only file: on, to the disk: everysec" in done.lines
    assert "OK    eviction: noeviction" in done.lines
    assert not [line for line in done.lines if line.startswith("FAIL")]


def test_what_must_not_be_in_production(store: Any, redis_url: str, tmp_path: Path) -> None:
    """Each is named with what to do, in text and as JSON, and the exit status tells of it."""
    store.config_set("maxmemory-policy", "allkeys-lru")
    store.config_set("maxmemory", "100mb")
    journal = tmp_path / "journal"
    journal.mkdir()
    (journal / "gone-1.journal").write_bytes(line_of(b'["kick","g1","p1"]') + b"00000000 damaged\n")
    flask = Flask(
        QUIZ_ENV="production",
        REDIS_URL=redis_url,
        QUIZ_VAR_DIR=str(tmp_path),
        SECRET_KEY="change-me-change-me-change-me-change-me",
        WEB_CONCURRENCY="2",
        QUIZ_PUBLIC_URL="https://localhost",
        QUIZ_WEBSOCKET__MAX_CONNECTIONS="100000",
        QUIZ_LIMITS__PER_ADDRESS="false",
        REDIS_REPLICA_URLS="redis://127.0.0.1:1",
    )
    resource_limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    try:
        text, as_json = flask.each([["doctor"], ["doctor", "--json"]])
    finally:
        store.config_set("maxmemory", "0")
        store.config_set("maxmemory-policy", "noeviction")
    found = findings(as_json)
    assert {name: one["status"] for name, one in found.items() if one["status"] != "OK"} == {
        "journals": "FAIL",
        "secret key": "FAIL",
        "addresses": "FAIL",
        "workers": "WARN",
        **({"open files": "FAIL"} if 0 <= resource_limit < 104_500 else {}),
        "limits": "FAIL",
        "persistence": "FAIL",
        "eviction": "FAIL",
        "rights": "WARN",
        "replicas": "WARN",
        "replica redis://127.0.0.1:1": "WARN",
        **{name: "WARN" for name in ("connections at once", "data folder") if found[name]["status"] == "WARN"},
    }
    assert all(one["advice"] for one in found.values() if one["status"] != "OK")
    assert all("change-me" not in outcome.out + outcome.err for outcome in (text, as_json))
    for outcome in (text, as_json):
        assert outcome.status == 1
        assert "are FAIL: journals, secret key, addresses" in outcome.refusal
    assert "      -> set maxmemory-policy noeviction" in text.out


def test_what_is_away_is_a_finding(tmp_path: Path) -> None:
    """Redis, and the data folder; all else is examined nevertheless, and no password is shown."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"redis://:hunter2@127.0.0.1:{nobody.getsockname()[1]}"
        (tmp_path / "var").write_text("in the way of the folder")
        done = Flask(QUIZ_VAR_DIR=str(tmp_path / "var"), SECRET_KEY=SECRET, REDIS_URL=url)("doctor", "--json")
    found = findings(done)
    assert (found["redis"]["status"], found["data folder"]["status"], found["secret key"]["status"]) == ("FAIL", "FAIL", "OK")
    assert "QUIZ_VAR_DIR" in found["data folder"]["advice"]
    assert "hunter2" not in done.out + done.err
    assert "REDIS_URL" in found["redis"]["advice"]


@pytest.fixture
def stranger() -> Any:
    made = Server()
    eventually(lambda: made.ask("PING"))
    yield made
    made.close()


def test_a_replica_of_another_redis_is_a_failure(stranger: Server, redis_url: str, store: Any, tmp_path: Path) -> None:
    """Its boards would be of other games."""
    url = f"redis://:{PASSWORD}@127.0.0.1:{stranger.port}"
    done = Flask(QUIZ_VAR_DIR=str(tmp_path), REDIS_URL=redis_url, REDIS_REPLICA_URLS=url)("doctor", "--json")
    found = findings(done)
    assert found[f"replica redis://***@127.0.0.1:{stranger.port}"]["status"] == "FAIL"
    assert PASSWORD not in done.out
