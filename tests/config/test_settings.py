"""What an operator writes, and the settings or the one line that come of it."""

from __future__ import annotations

import multiprocessing
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import config.settings
from config.addresses import lan_address
from config.settings import Settings, SettingsError, load

SECRET = "a-secret-of-thirty-two-characters"
REQUIRED = "host = 'localhost'\nlog_level = 'INFO'\nlog_level_root = 'INFO'\n"
PROFILES = ("development", "staging", "production")


@pytest.fixture
def var_dir(tmp_path: Path) -> Path:
    return tmp_path / "var"


def given(var_dir: Path, **environ: str) -> Settings:
    return load({"QUIZ_VAR_DIR": str(var_dir), **environ})


def refusal(var_dir: Path, **environ: str) -> str:
    with pytest.raises(SettingsError) as raised:
        given(var_dir, **environ)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def production(**environ: str) -> dict[str, str]:
    return {"QUIZ_ENV": "production", "REDIS_URL": "redis://redis:6379/0", "SECRET_KEY": SECRET, **environ}


@pytest.mark.parametrize(
    ("env", "host", "capacity", "interval", "levels"),
    [
        ("development", "127.0.0.1", 100, 10, ("DEBUG", "INFO")),
        ("staging", "0.0.0.0", 20, 30, ("INFO", "INFO")),
        ("production", "0.0.0.0", 10, 30, ("INFO", "WARN")),
    ],
)
def test_each_profile_has_the_values_that_operators_were_promised(var_dir, env, host, capacity, interval, levels):
    """The three environments differ in where they listen, the bucket, the heartbeat and the log level, and in nothing else."""
    settings = given(var_dir, **production(QUIZ_ENV=env))
    assert (settings.env, settings.host, settings.port, settings.workers) == (env, host, 8080, 1)
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
        QUIZ_REDIS__BREAKER__OPEN_SECONDS="2",
        QUIZ_LIMITS__PER_ADDRESS="false",
        QUIZ_TRUSTED_PROXIES="2",
        QUIZ_NICKNAMES__BLOCKED="rude, ruder,",
        QUIZ_LOG_LEVELS="quiz.store=DEBUG, gunicorn = ERROR,",
    )
    assert (settings.port, settings.workers, settings.instance_id) == (9001, 3, "quiz-0")
    assert settings.leaderboard.top_n == 25
    assert settings.websocket.heartbeat.interval_seconds == 0.5
    assert settings.redis.breaker.open_seconds == 2
    assert settings.limits.per_address is False
    assert settings.trusted_proxies == 2
    assert settings.nicknames.blocked == ("rude", "ruder")
    assert settings.log_levels == {"quiz.store": "DEBUG", "gunicorn": "ERROR"}


def test_levels_of_single_loggers_are_a_table_of_the_profile(tmp_path, monkeypatch):
    """Their names have dots, so they are quoted there."""
    text = (Path(config.settings.__file__).parent / "development.toml").read_text()
    (tmp_path / "development.toml").write_text(text.replace("[log_levels]", "[log_levels]\n'quiz.store' = 'ERROR'\n"))
    monkeypatch.setattr(config.settings, "_HERE", tmp_path)
    assert given(tmp_path).log_levels == {"quiz.store": "ERROR"}


def test_an_empty_plain_variable_counts_as_unset(var_dir):
    """Compose files and shells pass `PORT=` on when nobody chose a port."""
    settings = given(var_dir, PORT="", HOST="", REDIS_URL="", SECRET_KEY="", WEB_CONCURRENCY="", QUIZ_ENV="", QUIZ_PUBLIC_URL="")
    assert (settings.port, settings.host, settings.redis_url, settings.public_url) == (8080, "127.0.0.1", None, None)


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
        ("QUIZ_WEBSOCKET__HEARTBEAT__TIMEOUT_MULTIPLIER", "1.9", "from 2 to 20"),
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
        ("QUIZ_ORIGINS", "https://quiz.example.org/play", "without a path"),
    ],
)
def test_a_wrong_value_is_refused_by_name(var_dir, name, value, words):
    """The line names the variable, the value, and what is expected."""
    line = refusal(var_dir, **{name: value})
    assert line.startswith(f"{name}={value!r}: ")
    assert words in line


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("QUIZ_LEADERBORD__TOP_N", "QUIZ_LEADERBOARD__TOP_N"),
        ("QUIZ_REDIS__POOL", "QUIZ_REDIS__POOL__MAX_ACTIVE"),
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


def test_production_needs_a_redis(var_dir):
    """A production instance with a store of its own would lose games with its disk."""
    assert "REDIS_URL is not set" in refusal(var_dir, **production(REDIS_URL=""))


@pytest.mark.parametrize("key", ["", "short-secret"])
def test_production_needs_a_real_secret(var_dir, key):
    """No default and no short key signs tokens in production, and none is shown."""
    line = refusal(var_dir, **production(SECRET_KEY=key))
    assert line.startswith("SECRET_KEY")
    assert "short-secret" not in line
    assert not var_dir.exists()


@pytest.mark.parametrize(
    "url",
    [
        "redis://redis",
        "redis://:pass@redis:6379/2",
        "rediss://u:p@h:1?ssl_ca_certs=x",
        "unix:///run/redis.sock",
        "redis+sentinel://a:26379,b:26379/0/quiz",
        "redis+cluster://a:7000",
    ],
)
def test_the_redis_urls_that_work(var_dir, url):
    """All kinds are taken as they are; tests/config/test_redis_url.py has more."""
    assert given(var_dir, REDIS_URL=url).redis_url == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("redis+sentinel://:hunter2@a:26379,b:26379/0", "/name[/database]"),
        ("redis+cluster://:hunter2@a:7000/1", "no database but 0"),
        ("http://redis", "begins with one of redis://"),
        ("localhost:6379", "begins with one of redis://"),
        ("redis://:hunter2@", "expected redis://"),
        ("redis://:hunter2/x@redis", "%-encoded"),
        ("redis://user:hunter2", "%-encoded"),
        ("redis://redis:6379/?password=hunter2&db=x/y", None),
        ("redis://:hunter2@redis:99999", "expected redis://"),
        ("unix://run/redis.sock", "unix:///path"),
    ],
)
def test_a_redis_url_that_does_not_work_is_refused_without_its_password(var_dir, url, words):
    """The line says what is wrong, and never shows a password, not even a misplaced one."""
    if words is None:
        assert given(var_dir, REDIS_URL=url).redis_url == url
        return
    line = refusal(var_dir, REDIS_URL=url)
    assert line.startswith("REDIS_URL=")
    assert words in line
    assert "hunter2" not in line


def test_settings_show_no_secret(var_dir):
    """They may end up in a log or a traceback."""
    settings = given(var_dir, REDIS_URL="redis://:hunter2@redis", SECRET_KEY=SECRET)
    assert SECRET not in f"{settings!r} {settings}"
    assert "hunter2" not in f"{settings!r} {settings}"


def test_the_secret_key_is_made_once_and_kept(var_dir):
    """Sign-ins survive a restart, and nobody else on the machine can read the key."""
    first = given(var_dir).secret_key
    assert len(first) >= 32
    assert given(var_dir).secret_key == first
    assert stat.S_IMODE((var_dir / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in var_dir.iterdir()] == ["secret_key"]


def test_processes_that_start_at_once_agree_on_the_secret_key(var_dir):
    """Several workers of a fresh installation sign with one key."""
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = pool.map_async(_secret_key, [str(var_dir)] * 16).get(timeout=60)
    assert len(set(keys)) == 1


def _secret_key(var_dir: str) -> str:
    return load({"QUIZ_VAR_DIR": var_dir}).secret_key


def test_a_damaged_secret_key_is_not_used(var_dir):
    """An empty file would make every token forgeable."""
    var_dir.mkdir()
    (var_dir / "secret_key").write_text("\n")
    assert "delete the file" in refusal(var_dir)


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path):
    """A file stands where the folder should be."""
    (tmp_path / "var").write_text("")
    assert refusal(tmp_path / "var").startswith(f"QUIZ_VAR_DIR='{tmp_path}/var': ")


def test_the_data_folder_is_absolute(tmp_path, monkeypatch):
    """The default lies in the project wherever a command runs; a given path is relative to where it was given."""
    monkeypatch.chdir(tmp_path)
    assert given(Path("data")).var_dir == tmp_path / "data"
    assert load({"SECRET_KEY": SECRET}).var_dir == Path(config.settings.__file__).resolve().parent.parent / "var"


def test_the_address_of_this_machine_alone(var_dir):
    """By default only this machine is served, under each of its names."""
    settings = given(var_dir)
    assert settings.address == "http://127.0.0.1:8080"
    assert settings.allowed_origins == ["http://127.0.0.1:8080", "http://localhost:8080"]


def test_the_address_on_the_local_network(var_dir):
    """Served to the network, the address that phones can open is shown and allowed."""
    settings = given(var_dir, HOST="0.0.0.0", PORT="8081")
    assert settings.address == f"http://{lan_address()}:8081"
    assert {settings.address, "http://127.0.0.1:8081", "http://localhost:8081"} <= set(settings.allowed_origins)


def test_the_public_address_goes_before_all(var_dir):
    """Behind a proxy the public URL is shown and allowed, written as browsers send it."""
    settings = given(
        var_dir, QUIZ_PUBLIC_URL="https://Quiz.example.org:443/", QUIZ_ORIGINS="https://a.example, http://b.example:80/"
    )
    assert settings.address == "https://quiz.example.org"
    assert settings.allowed_origins[:3] == ["https://a.example", "http://b.example", "https://quiz.example.org"]


def test_production_allows_no_origin_of_a_developer(var_dir):
    """A page on somebody's own machine must not speak for them."""
    assert "http://localhost:8080" not in given(var_dir, **production()).allowed_origins


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
