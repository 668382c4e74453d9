"""What is wrong or misspelt stops the start with one line that names it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import inspect

import config.settings
from config.settings import Settings, SettingsError, load
from config.sources import kind, profile_values, said, variable
from tests.config.starts import given, kinds, production, refusal

REQUIRED = "host = 'localhost'\nlog_level = 'INFO'\nlog_level_root = 'INFO'\n"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "0", "from 1 to 65535"),
        ("PORT", "http", "whole number"),
        ("HOST", "a b", "text"),
        ("WEB_CONCURRENCY", "0", "from 1 to 256"),
        ("QUIZ_ENV", "prod", "development, staging, production"),
        ("QUIZ_INSTANCE_ID", "../up", "text"),
        ("QUIZ_LEADERBOARD__TOP_N", "1001", "from 1 to 1000"),
        ("QUIZ_LEADERBOARD__TOP_N", "ten", "whole number"),
        ("QUIZ_LEADERBOARD__WINDOW_MS", "9", "from 10 to 10000"),
        ("QUIZ_WEBSOCKET__HEARTBEAT__TIMEOUT_MULTIPLIER", "1", "from 1.1 to 20"),
        ("QUIZ_RATE_LIMIT__REFILL_PERIOD_SECONDS", "nan", "from 0.01 to 3600"),
        ("QUIZ_LIMITS__PER_ADDRESS", "perhaps", "true or false"),
        ("QUIZ_REDIS__TIMEOUT_MS", "", "from 10 to 10000"),
        ("QUIZ_LOG_LEVEL", "LOUD", "DEBUG"),
        ("QUIZ_LOG_LIMIT", "0", "from 1 to 100000"),
        ("QUIZ_LOG_LEVELS", "quiz.store=LOUD", "each with one of DEBUG"),
        ("QUIZ_LOG_LEVELS", "quiz.store", "name=value, separated by commas"),
        ("QUIZ_LOG_LEVELS", "quiz store=INFO", "name=value, separated by commas"),
        ("QUIZ_LOG_LEVELS", "engineio.server=DEBUG", "what clients send"),
        ("QUIZ_PUBLIC_URL", "quiz.example.org", "https://"),
        ("QUIZ_ORIGINS", "*", "https://"),
        ("QUIZ_ACTUATOR__ACCESS", "all", "networks, open, port"),
        ("QUIZ_ACTUATOR__NETWORKS", "10.0.0.0/33", "a network such as"),
        ("QUIZ_ORIGINS", "https://quiz.example.org/play", "without a path"),
    ],
)
def test_a_wrong_value_is_refused_by_name(var_dir, name, value, words):
    """The line names the variable, the value, and what is expected."""
    line = refusal(var_dir, **{name: value})
    assert line.startswith(f"{name}={value!r}: ")
    assert words in line


def test_the_metrics_have_no_port_that_the_platform_has(var_dir):
    """It would be listened on twice."""
    line = refusal(var_dir, PORT="8081", QUIZ_ACTUATOR__ACCESS="port")
    assert line.startswith("QUIZ_ACTUATOR__PORT=8081: ")


def test_clients_are_not_sent_elsewhere_for_longer_than_a_worker_waits(var_dir):
    """The rest of its time is for a Redis that lacks something."""
    line = refusal(var_dir, QUIZ_DRAIN__SECONDS="4")
    assert line.startswith("QUIZ_DRAIN__SPREAD_SECONDS=5: ")
    assert "QUIZ_DRAIN__SECONDS=4" in line
    assert given(var_dir, QUIZ_DRAIN__SECONDS="5").drain.spread_seconds == 5


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("QUIZ_LEADERBORD__TOP_N", "QUIZ_LEADERBOARD__TOP_N"),
        ("QUIZ_REDIS__POOL_MAX_ACTIVE", "QUIZ_REDIS__POOL__MAX_ACTIVE"),
        ("QUIZ_PORT", "PORT"),
        ("QUIZ_SECRET_KEY", "SECRET_KEY"),
    ],
)
def test_a_misspelt_variable_is_refused_with_a_hint(var_dir, name, meant):
    """A setting that nobody reads is worse than a start that fails."""
    line = refusal(var_dir, **{name: "7"})
    assert line.startswith(name)
    assert line.endswith(f"did you mean {meant}?")


def test_variables_of_kubernetes_are_no_misspelt_settings(var_dir):
    """In a cluster a service called quiz puts QUIZ_PORT and others into every container."""
    links = {
        "QUIZ_PORT": "tcp://10.0.0.7:8080",
        "QUIZ_SERVICE_HOST": "10.0.0.7",
        "QUIZ_SERVICE_PORT_HTTP": "8080",
        "QUIZ_REDIS_PORT_6379_TCP_ADDR": "10.0.0.8",
    }
    assert given(var_dir, **links).port == 8080


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("host = 5", "development.toml: host=5: expected text that matches"),
        (f"{REQUIRED}[leaderboard]\ntop_n = 0", "development.toml: leaderboard.top_n=0: expected a whole number from 1 to 1000"),
        (
            f"{REQUIRED}[log_levels]\nquiz = 'LOUD'",
            "development.toml: log_levels={'quiz': 'LOUD'}: expected names, each with one of DEBUG",
        ),
        ("[leaderboard]\ntop = 3", "development.toml: leaderboard.top=3: there is no such setting"),
        ("leaderboard = 3", "development.toml: leaderboard=3: there is no such setting"),
        ("host = ", "development.toml: cannot be read"),
        ("host = 'localhost'", "development.toml: log_level is missing"),
    ],
)
def test_a_wrong_profile_is_refused_by_key(tmp_path, monkeypatch, text, line):
    """Unknown, missing and wrong keys of a profile are named as they stand there."""
    (tmp_path / "development.toml").write_text(text)
    monkeypatch.setattr(config.settings, "_HERE", tmp_path)
    assert refusal(tmp_path).startswith(line)


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path):
    """A file stands where the folder should be."""
    (tmp_path / "var").write_text("")
    assert refusal(tmp_path / "var").startswith(f"QUIZ_VAR_DIR='{tmp_path}/var': ")


def test_checking_the_settings_from_the_command_line():
    """`python -m config` says one line and fails when something is wrong, so that a start can stop before it begins."""
    done = subprocess.run(
        [sys.executable, "-m", "config"],
        env={"WEB_CONCURRENCY": "many"},
        cwd=Path(config.settings.__file__).parent.parent,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "quiz: WEB_CONCURRENCY='many': expected a whole number from 1 to 256\n"


#: Of settings whose type takes any text: variables that are wrong, and what else is set.
WRONG_TEXTS: dict[str, list[dict[str, str]]] = {
    "redis_url": [{"REDIS_URL": "http://redis"}],
    "redis.replica_urls": [{"REDIS_REPLICA_URLS": "redis+sentinel://a/quiz", "REDIS_URL": "redis://a"}],
    "secret_key": [{"SECRET_KEY": "hunter2", "QUIZ_ENV": "production", "REDIS_URL": "redis://a"}],
    "secret_key_previous": [production(SECRET_KEY_PREVIOUS="hunter2")],
    "public_url": [{"QUIZ_PUBLIC_URL": "quiz.example.org"}],
    "origins": [{"QUIZ_ORIGINS": "https://quiz.example.org/play"}],
    "var_dir": [{"QUIZ_VAR_DIR": "/dev/null/var"}],
    "nicknames.blocked": [],
    "nicknames.languages": [{"QUIZ_NICKNAMES__LANGUAGES": "klingon"}],
    "nicknames.allowed": [],
    "log_levels": [{"QUIZ_LOG_LEVELS": "quiz=LOUD"}, {"QUIZ_LOG_LEVELS": "socketio.server=DEBUG"}, {"QUIZ_LOG_LEVELS": "quiz"}],
    "images.folder": [{"QUIZ_IMAGES__FOLDER": "/no/such/folder"}],
    "actuator.networks": [{"QUIZ_ACTUATOR__NETWORKS": "10.0.0.0/99"}],
}


def wrong_texts(key: str) -> list[dict[str, str]]:
    """Sets of variables with which a start must stop; the first of each is the wrong one."""
    path, field = kinds()[key]
    match kind(field):
        case inspect.IntType(ge=least, le=most):
            wrong = [str(least - 1), str(most + 1), "some", f"{least}.5"]
        case inspect.FloatType(ge=least, le=most):
            wrong = [str(least - 0.001), str(most + 1), "some", "nan"]
        case inspect.BoolType():
            wrong = ["perhaps", "2"]
        case inspect.LiteralType():
            wrong = ["other"]
        case inspect.StrType(pattern=str()):
            wrong = ["a b", "/"]
        case _:
            return WRONG_TEXTS[key]
    return [{variable(path): value} for value in wrong]


@pytest.mark.parametrize("key", kinds())
def test_every_setting_refuses_what_is_wrong_by_name_and_value(tmp_path, monkeypatch, key):
    """Below its least, above its most, of another type: from the environment, and in a profile."""
    path, field = kinds()[key]
    for environ in wrong_texts(key):
        name, value = next((name, value) for name, value in environ.items() if name == variable(path))
        with pytest.raises(SettingsError) as raised:
            load({"SECRET_KEY": "", "QUIZ_VAR_DIR": str(tmp_path), **environ})
        line = str(raised.value)
        assert line.startswith((f"{name}={value!r}", f"{name}: ", f"{name} is ")), line
        assert "\n" not in line
        assert not said(field, "secret") or said(field, "secret") == "url" or value not in line

    wrong = [5] if isinstance(kind(field), inspect.IntType | inspect.FloatType | inspect.BoolType) else 5
    written = {**profile_values(Settings, config.settings.profile("development")), path: wrong}
    (tmp_path / "development.toml").write_text("\n".join(f"{'.'.join(at)} = {json.dumps(one)}" for at, one in written.items()))
    monkeypatch.setattr(config.settings, "_HERE", tmp_path)
    with pytest.raises(SettingsError) as raised:
        load({} if key == "var_dir" else {"QUIZ_VAR_DIR": str(tmp_path)})
    shown = "(hidden)" if said(field, "secret") == "hidden" else wrong
    assert str(raised.value).startswith(f"development.toml: {key}={shown}: expected ")
