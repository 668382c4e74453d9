"""Settings that come of profiles and variables."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import config.settings
from config.settings import load
from tests.config.starts import SECRET, given, production, refusal

PROFILES = ("development", "staging", "production")


@pytest.mark.parametrize(
    ("env", "host", "capacity", "interval", "levels"),
    [
        ("development", "127.0.0.1", 100, 10, ("DEBUG", "INFO")),
        ("staging", "0.0.0.0", 20, 30, ("INFO", "INFO")),
        ("production", "0.0.0.0", 10, 30, ("INFO", "WARN")),
    ],
)
def test_each_profile_has_the_values_that_operators_were_promised(var_dir, env, host, capacity, interval, levels):
    """The three differ in where they listen, the bucket, the heartbeat, the log level, who sees metrics, and in nothing else."""
    settings = given(var_dir, **production(QUIZ_ENV=env))
    assert (settings.env, settings.host, settings.port, settings.workers) == (env, host, 8080, 1)
    assert settings.actuator.access == ("open" if env == "development" else "networks")
    limit, heartbeat = settings.rate_limit, settings.websocket.heartbeat
    assert (limit.capacity, limit.refill_tokens, limit.refill_period_seconds) == (capacity, 5, 1)
    assert (heartbeat.interval_seconds, heartbeat.timeout_multiplier) == (interval, 2)
    assert (settings.log_level, settings.log_level_root) == levels
    assert (settings.leaderboard.top_n, settings.leaderboard.window_ms, settings.redis.timeout_ms) == (10, 100, 500)
    assert (settings.redis.pool.max_active, settings.redis.breaker.failure_threshold, settings.redis.breaker.open_seconds) == (
        8,
        5,
        30,
    )
    assert settings.limits.per_address is True


def test_the_profiles_name_the_same_keys():
    """Whoever adds a key to one profile adds it to all."""
    folder = Path(config.settings.__file__).parent
    shapes = [_shape(tomllib.loads((folder / f"{env}.toml").read_text())) for env in PROFILES]
    assert shapes[0] == shapes[1] == shapes[2]


def _shape(table: dict[str, object]) -> object:
    return {key: _shape(value) if isinstance(value, dict) else type(value) for key, value in table.items()}


def test_environment_variables_go_before_the_profile(var_dir):
    """Nested keys, plain names, lists, booleans and fractions can all be set from the environment."""
    settings = given(
        var_dir,
        PORT="9001",
        WEB_CONCURRENCY="3",
        QUIZ_INSTANCE_ID="quiz-0",
        QUIZ_LEADERBOARD__TOP_N="25",
        QUIZ_WEBSOCKET__HEARTBEAT__INTERVAL_SECONDS="0.5",
        QUIZ_WEBSOCKET__HEARTBEAT__TIMEOUT_MULTIPLIER="1.5",
        QUIZ_REDIS__BREAKER__OPEN_SECONDS="2",
        QUIZ_LIMITS__PER_ADDRESS="false",
        QUIZ_TRUSTED_PROXIES="2",
        QUIZ_NICKNAMES__BLOCKED="rude, ruder,",
        QUIZ_LOG_LEVELS="quiz.store=DEBUG, gunicorn = ERROR,",
    )
    assert (settings.port, settings.workers, settings.instance_id) == (9001, 3, "quiz-0")
    assert settings.leaderboard.top_n == 25
    assert (settings.websocket.heartbeat.interval_seconds, settings.websocket.heartbeat.timeout_multiplier) == (0.5, 1.5)
    assert settings.redis.breaker.open_seconds == 2
    assert settings.limits.per_address is False
    assert settings.trusted_proxies == 2
    assert settings.nicknames.blocked == ("rude", "ruder")
    assert settings.log_levels == {"quiz.store": "DEBUG", "gunicorn": "ERROR"}


def test_words_of_a_fixed_list_are_taken_in_any_case(var_dir):
    """Log levels above all, of single loggers too; the settings have them as the list does."""
    settings = given(
        var_dir,
        QUIZ_LOG_LEVEL="debug",
        QUIZ_LOG_LEVEL_ROOT="Warn",
        QUIZ_LOG_LEVELS="quiz.store=error",
        QUIZ_JOURNAL__SYNC="ALWAYS",
    )
    assert (settings.log_level, settings.log_level_root, settings.journal.sync) == ("DEBUG", "WARN", "always")
    assert settings.log_levels == {"quiz.store": "ERROR"}
    assert "what clients send" in refusal(var_dir, QUIZ_LOG_LEVELS="engineio.server=debug")


def test_levels_of_single_loggers_are_a_table_of_the_profile(tmp_path, monkeypatch):
    """Their names have dots, so they are quoted there; case does not count."""
    text = (Path(config.settings.__file__).parent / "development.toml").read_text()
    (tmp_path / "development.toml").write_text(text.replace("[log_levels]", "[log_levels]\n'quiz.store' = 'error'\n"))
    monkeypatch.setattr(config.settings, "_HERE", tmp_path)
    assert given(tmp_path).log_levels == {"quiz.store": "ERROR"}


def test_an_empty_plain_variable_counts_as_unset(var_dir):
    """Compose files and shells pass `PORT=` on when nobody chose a port."""
    settings = given(var_dir, PORT="", HOST="", REDIS_URL="", SECRET_KEY="", WEB_CONCURRENCY="", QUIZ_ENV="", QUIZ_PUBLIC_URL="")
    assert (settings.port, settings.host, settings.redis_url, settings.public_url) == (8080, "127.0.0.1", None, None)


def test_the_data_folder_is_absolute(tmp_path, monkeypatch):
    """The default lies in the project wherever a command runs; a given path is relative to where it was given."""
    monkeypatch.chdir(tmp_path)
    assert given(Path("data")).var_dir == tmp_path / "data"
    assert load({"SECRET_KEY": SECRET}).var_dir == Path(config.settings.__file__).resolve().parent.parent / "var"
