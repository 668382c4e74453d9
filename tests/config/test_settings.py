"""What an operator writes, and the settings or the one line that come of it."""

from __future__ import annotations

import json
import multiprocessing
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from msgspec import inspect
from msgspec.structs import FieldInfo

import config.settings
from config.addresses import lan_address
from config.reference import markdown, overview
from config.settings import Settings, SettingsError, explained, load
from config.sources import Key, kind, leaves, profile_values, said, variable

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
        ("redis://redis:6379/?password=hunter2&db=2", None),
        ("redis://redis:6379/?password=hunter2&db=x/y", "a number for the option db"),
        ("redis://:hunter2@redis:6379/?socket_timeout=60", "no options but db, username, password"),
        ("unix:///run/redis.sock?retry_on_timeout=true&password=hunter2", "no options but"),
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


def kinds() -> dict[str, tuple[Key, FieldInfo]]:
    return {".".join(path): (path, field) for path, field in leaves(Settings)}


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


@pytest.mark.parametrize(
    ("name", "key", "text", "value"),
    [
        ("SECRET_KEY", "secret_key", f"{SECRET}\n", SECRET),
        (
            "SECRET_KEY_PREVIOUS",
            "secret_key_previous",
            f"{SECRET},\n\nof before, {SECRET}\n",
            (f"{SECRET},", f"of before, {SECRET}"),
        ),
        ("REDIS_URL", "redis_url", "redis://:hunter2@redis\n", "redis://:hunter2@redis"),
    ],
)
def test_a_secret_may_lie_in_a_file(var_dir, tmp_path, name, key, text, value):
    """Its line end is no part of it; of a list each line is one, whatever is in it. Nothing of it is shown."""
    file = tmp_path / "secret"
    file.write_text(text)
    settings, found = explained({"QUIZ_VAR_DIR": str(var_dir), f"{name}_FILE": str(file)})
    assert getattr(settings, key) == value
    assert (found[key,].source, found[key,].where) == ("file", f"{name}_FILE={file}")
    row = next(row for row in overview(settings, found) if row["key"] == key)
    assert "hunter2" not in str(row)
    assert SECRET not in str(row)


def test_a_secrets_file_that_is_of_no_use_stops_the_start(var_dir, tmp_path):
    """Missing, empty, no text, or beside the variable itself: nobody is to guess which one counts."""
    file = tmp_path / "secret"
    assert refusal(var_dir, SECRET_KEY_FILE=str(file)) == f"SECRET_KEY_FILE='{file}': cannot be read: No such file or directory"
    file.write_bytes(b"\n")
    assert refusal(var_dir, REDIS_URL_FILE=str(file)) == f"REDIS_URL_FILE='{file}': is empty"
    file.write_bytes(b"\xff")
    assert refusal(var_dir, SECRET_KEY_FILE=str(file)) == f"SECRET_KEY_FILE='{file}': is no text"
    file.write_text("from-a-file")
    line = refusal(var_dir, SECRET_KEY_FILE=str(file), SECRET_KEY=SECRET)
    assert line.startswith(f"SECRET_KEY and SECRET_KEY_FILE='{file}' are both set")
    assert SECRET not in line
    assert given(var_dir, SECRET_KEY_FILE=str(file), SECRET_KEY="").secret_key == "from-a-file"


def test_keys_of_before_are_accepted_and_the_new_one_signs(var_dir):
    """The one that signs comes last; a weak key of before could still be guessed."""
    settings = given(var_dir, **production(SECRET_KEY_PREVIOUS=f"{'o' * 32}, {SECRET}, {'p' * 32}"))
    assert settings.secret_keys == ("o" * 32, "p" * 32, SECRET)
    line = refusal(var_dir, **production(SECRET_KEY_PREVIOUS=f"{'o' * 32},short-secret"))
    assert line.startswith("SECRET_KEY_PREVIOUS: key 2 is too short")
    assert "short-secret" not in line


def test_replicas_need_a_redis_that_has_some(var_dir):
    """Neither the embedded Valkey nor a cluster's nodes, each of which has other games."""
    replicas = "redis://:hunter2@a, redis://b"
    assert given(var_dir, REDIS_URL="redis+sentinel://s/quiz", REDIS_REPLICA_URLS=replicas).redis.replica_urls[1] == "redis://b"
    for url in ("", "redis+cluster://a:7000"):
        line = refusal(var_dir, REDIS_URL=url, REDIS_REPLICA_URLS=replicas)
        assert line.startswith("REDIS_REPLICA_URLS='redis://***@a': ")


def test_where_each_value_came_from(var_dir):
    """The variable, the profile, or the default, for all settings and no other."""
    settings, found = explained({"QUIZ_VAR_DIR": str(var_dir), "PORT": "9001", "SECRET_KEY": SECRET})
    rows = {row["key"]: row for row in overview(settings, found)}
    assert list(rows) == list(kinds())
    assert (rows["port"]["value"], rows["port"]["source"], rows["port"]["where"]) == (9001, "environment", "PORT")
    assert (rows["leaderboard.top_n"]["source"], rows["leaderboard.top_n"]["where"]) == ("profile", "development.toml")
    assert (rows["public_url"]["value"], rows["public_url"]["source"]) == (None, "default")
    assert rows["secret_key"]["value"] == "(hidden)"


#: Those that the production guide names.
GUIDE = [
    "spring.data.redis.lettuce.pool.max-active",
    "spring.data.redis.lettuce.pool.max-idle",
    "quiz.leaderboard.top-n",
    "quiz.rate-limit.capacity",
    "quiz.rate-limit.refill-tokens",
    "quiz.rate-limit.refill-period-seconds",
    "quiz.websocket.heartbeat.interval-seconds",
    "quiz.websocket.heartbeat.timeout-multiplier",
    "logging.level.com.quiz.english",
    "logging.level.root",
    "management.endpoints.web.exposure.include",
    "SPRING_APPLICATION_INSTANCE_ID",
    "SPRING_DATA_REDIS_HOST",
    "server.port",
]


def test_the_reference_is_what_the_settings_say():
    """docs/configuration.md, which `flask config show --docs` prints, has every key with what it does, and the guide's."""
    made = markdown()
    assert (Path(config.settings.__file__).parents[1] / "docs" / "configuration.md").read_text("utf-8") == made
    for key, (path, field) in kinds().items():
        row = next(line for line in made.splitlines() if f"</a>`{key}`<br>`{variable(path)}`" in line)
        assert len(row.rstrip(" |").rpartition(" | ")[2]) > 15, f"{key}: nothing says what it does"
        assert (f"`{variable(path)}_FILE`" in row) == bool(said(field, "secret"))
    for key in GUIDE:
        assert f"\n| `{key}` | " in made
