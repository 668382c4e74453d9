"""The settings of an instance: read once, typed, frozen. `load()` is the one way to get them.

A value comes from the environment variable, else from the profile `config/<QUIZ_ENV>.toml`, else from the default here.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from config import redis_url as redis_urls
from config.addresses import WILDCARDS, lan_address, origin, parse_origin
from config.errors import SettingsError
from config.secret import LEAST, kept_key
from config.sources import read

__all__ = ["Settings", "SettingsError", "load"]

_HERE = Path(__file__).resolve().parent

Env = Literal["development", "staging", "production"]
LogLevel = Literal["DEBUG", "INFO", "WARN", "WARNING", "ERROR"]
Milliseconds = Annotated[int, Meta(ge=10, le=10_000)]
LoggerName = Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_.]*$")]
Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$")]
Host = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]+$")]

#: Libraries whose loggers write down whole messages.
_TALKATIVE = ("engineio", "socketio")
#: This machine and the networks that the Internet does not reach.
PRIVATE = ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fe80::/10")


class Leaderboard(msgspec.Struct, frozen=True, kw_only=True):
    """`top_n` places are shown; a game sends at most one board in `window_ms`."""

    top_n: Annotated[int, Meta(ge=1, le=1000)] = 10
    window_ms: Milliseconds = 100


class RateLimit(msgspec.Struct, frozen=True, kw_only=True):
    """A connection's bucket: `capacity` tokens at once, `refill_tokens` more every `refill_period_seconds`.

    After `cutoff_factor` × capacity refusals in a row the connection is cut off.
    """

    capacity: Annotated[int, Meta(ge=1, le=100_000)]
    refill_tokens: Annotated[int, Meta(ge=1, le=100_000)] = 5
    refill_period_seconds: Annotated[float, Meta(ge=0.01, le=3600)] = 1.0
    cutoff_factor: Annotated[int, Meta(ge=1, le=1000)] = 10


class Heartbeat(msgspec.Struct, frozen=True, kw_only=True):
    """A ping every `interval_seconds`; silent for `timeout_multiplier` intervals, a client is gone.

    Engine.IO counts from the ping, one interval in: its pingTimeout is interval × (multiplier − 1), hence at least 2.
    """

    interval_seconds: Annotated[float, Meta(ge=0.1, le=300)]
    timeout_multiplier: Annotated[float, Meta(ge=2, le=20)] = 2


class WebSocket(msgspec.Struct, frozen=True, kw_only=True):
    """Connections of clients.

    A longer message than `max_message_bytes` closes one, and so do more than `max_queued_bytes` that wait for a client who does
    not read. Each worker takes `max_connections`; who comes then is told to come back after `retry_after_seconds`.
    """

    heartbeat: Heartbeat
    max_message_bytes: Annotated[int, Meta(ge=1024, le=1_048_576)] = 16_384
    max_queued_bytes: Annotated[int, Meta(ge=65_536, le=67_108_864)] = 1_048_576
    max_connections: Annotated[int, Meta(ge=1, le=100_000)] = 10_500
    retry_after_seconds: Annotated[int, Meta(ge=1, le=600)] = 5


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """`max_active`: connections that a worker holds to Redis at most."""

    max_active: Annotated[int, Meta(ge=1, le=1000)] = 8


class Breaker(msgspec.Struct, frozen=True, kw_only=True):
    """Opens after `failure_threshold` failures in a row; tries again after `open_seconds` at the latest."""

    failure_threshold: Annotated[int, Meta(ge=1, le=1000)] = 5
    open_seconds: Annotated[float, Meta(ge=0.1, le=3600)] = 30


class Redis(msgspec.Struct, frozen=True, kw_only=True):
    """How Redis is used; `timeout_ms` bounds connecting and every reply."""

    timeout_ms: Milliseconds = 500
    pool: Pool = Pool()
    breaker: Breaker = Breaker()


class Journal(msgspec.Struct, frozen=True, kw_only=True):
    """Where each worker keeps what it has acknowledged, under `var_dir`.

    `sync`: with `everysec` the disk has an answer within a second, with `always` before it is acknowledged. The difference counts
    when a machine loses power; a process that is killed loses nothing either way.
    """

    sync: Literal["everysec", "always"] = "everysec"


class Drain(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker that is told to stop takes its time for.

    Its connections are ended within `spread_seconds`; then it waits for a Redis that lacks something, until `seconds` are over.
    """

    seconds: Annotated[float, Meta(ge=1, le=600)] = 20
    spread_seconds: Annotated[float, Meta(ge=0, le=300)] = 5


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """`per_address` false switches every limit per client address off: for load tests from one machine."""

    per_address: bool = True


class Actuator(msgspec.Struct, frozen=True, kw_only=True):
    """Who sees the details of health, and the metrics. Liveness, readiness and the bare status are for everybody.

    `access`: `open` to all; to the clients in `networks`, by the address that trusted proxies tell; or on a `port` of its own
    alone, where nothing else is served.
    """

    access: Literal["open", "networks", "port"] = "networks"
    networks: tuple[str, ...] = PRIVATE
    port: Annotated[int, Meta(ge=1, le=65_535)] = 8081


class Games(msgspec.Struct, frozen=True, kw_only=True):
    """`grace_ms` after its deadline an answer still counts; a finished game stays, then is archived for `archive_days`."""

    grace_ms: Annotated[int, Meta(ge=0, le=5000)] = 250
    finished_ttl_seconds: Annotated[int, Meta(ge=1, le=2_592_000)] = 3600
    archive_days: Annotated[int, Meta(ge=1, le=3650)] = 90


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """A host stays signed in for `hours`."""

    hours: Annotated[int, Meta(ge=1, le=8760)] = 720


class Nicknames(msgspec.Struct, frozen=True, kw_only=True):
    """`blocked`: words that no nickname may hold; none by default."""

    blocked: tuple[str, ...] = ()


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an operator can set. `redis_url` None means the embedded Valkey under `var_dir`.

    `log_level` is the application's own (loggers `quiz...`), `log_level_root` everybody else's, `log_levels` that of single
    loggers and those below them, by name. Of one message `log_limit` records a second are written, of all together twenty times
    as many.
    """

    env: Env = "development"
    host: Host
    port: Annotated[int, Meta(ge=1, le=65_535)] = 8080
    redis_url: str | None = None
    secret_key: str = ""
    workers: Annotated[int, Meta(ge=1, le=256)] = 1
    instance_id: Name = ""
    var_dir: Path = Path("var")
    public_url: str | None = None
    origins: tuple[str, ...] = ()
    trusted_proxies: Annotated[int, Meta(ge=0, le=10)] = 0
    log_level: LogLevel
    log_level_root: LogLevel
    log_limit: Annotated[int, Meta(ge=1, le=100_000)] = 10
    log_levels: dict[LoggerName, LogLevel] = msgspec.field(default_factory=dict)
    leaderboard: Leaderboard
    rate_limit: RateLimit
    websocket: WebSocket
    redis: Redis
    journal: Journal
    drain: Drain
    limits: Limits
    actuator: Actuator
    games: Games
    sign_in: SignIn
    nicknames: Nicknames

    def __repr__(self) -> str:
        """Without the secrets, since settings end up in logs and tracebacks."""
        return f"Settings(env={self.env!r}, host={self.host!r}, port={self.port!r}, instance_id={self.instance_id!r}, ...)"

    @property
    def address(self) -> str:
        """The http address to show to people: of the local network when every address is served."""
        return self.public_url or origin("http", lan_address() if self.host in WILDCARDS else self.host, self.port)

    @property
    def allowed_origins(self) -> list[str]:
        """Every Origin that may connect, without repeats."""
        allowed = [*self.origins, *([self.public_url] if self.public_url else []), origin("http", self.host, self.port)]
        if self.env == "development":
            allowed += [origin("http", host, self.port) for host in ("localhost", "127.0.0.1")]
        if self.host in WILDCARDS:
            allowed.append(origin("http", lan_address(), self.port))
        return list(dict.fromkeys(allowed))


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises SettingsError, one line that names the key and the value."""
    env = environ.get("QUIZ_ENV") or "development"
    if not re.fullmatch("development|staging|production", env):
        raise SettingsError(f"QUIZ_ENV={env!r}: expected one of development, staging, production")
    values = read(Settings, _HERE / f"{env}.toml", environ)
    if values["env"] != env:
        raise SettingsError(f"{env}.toml: env={values['env']!r}: the profile's name decides it")
    if values["redis_url"] is not None:
        redis_urls.check(values["redis_url"])
    elif env == "production":
        raise SettingsError("REDIS_URL is not set: production needs a Redis of its own, such as redis://redis:6379/0")
    _check_levels(values["log_levels"])
    values["var_dir"] = _var_dir(values["var_dir"])
    values["secret_key"] = _secret_key(env, values["secret_key"], values["var_dir"])
    values["instance_id"] = values["instance_id"] or _host_name()
    if values["public_url"]:
        values["public_url"] = _origin("QUIZ_PUBLIC_URL", values["public_url"])
    _check_actuator(values["actuator"], values["port"])
    values["origins"] = tuple(_origin("QUIZ_ORIGINS", url) for url in values["origins"])
    return Settings(**values)


def _var_dir(given: Path) -> Path:
    """The default lies in the project, wherever a command is started; what an operator gives is relative to where they are."""
    return _HERE.parent / given if given == Path("var") else Path.cwd() / given.expanduser()


def _check_levels(levels: Mapping[str, str]) -> None:
    for name, level in levels.items():
        if name.partition(".")[0] in _TALKATIVE and level in ("DEBUG", "INFO"):
            raise SettingsError(f"QUIZ_LOG_LEVELS='{name}={level}': below WARN it logs what clients send, answers and tokens too")


def _check_actuator(actuator: Actuator, port: int) -> None:
    for network in actuator.networks:
        try:
            ip_network(network)
        except ValueError:
            raise SettingsError(f"QUIZ_ACTUATOR__NETWORKS={network!r}: expected a network such as 10.0.0.0/8") from None
    if actuator.access == "port" and actuator.port == port:
        raise SettingsError(f"QUIZ_ACTUATOR__PORT={port}: the platform itself is on this port; choose another one")


def _secret_key(env: str, given: str, var_dir: Path) -> str:
    if env != "production":
        return given or kept_key(var_dir)
    if not given:
        raise SettingsError(f"SECRET_KEY is not set: production needs one of at least {LEAST} random characters")
    if len(given) < LEAST:
        raise SettingsError(f"SECRET_KEY is too short: {len(given)} characters where production needs at least {LEAST}")
    return given


def _host_name() -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", socket.gethostname()).lstrip(".-")[:128] or "quiz"


def _origin(name: str, url: str) -> str:
    try:
        return parse_origin(url)
    except ValueError:
        raise SettingsError(f"{name}={url!r}: expected an address such as https://quiz.example.org, without a path") from None
