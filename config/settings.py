"""The settings of an instance: read once, typed, frozen. `load()` is the one way to get them.

A value comes from the environment variable or, a secret, the file that its `…_FILE` names; else from the profile
`config/<QUIZ_ENV>.toml`; else from the default here and in `groups`. `docs/configuration.md` is made of what the types say.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from config import checks
from config import redis_url as redis_urls
from config.addresses import WILDCARDS, lan_address, origin, parse_origin
from config.errors import SettingsError
from config.groups import (
    Actuator,
    Drain,
    Games,
    Http,
    Images,
    Journal,
    Leaderboard,
    Limits,
    Nicknames,
    Quizzes,
    RateLimit,
    Redis,
    SignIn,
    WebSocket,
)
from config.secret import LEAST, kept_key
from config.sources import Found, Key, about, built, look_up

__all__ = ["Settings", "SettingsError", "explained", "load", "profile"]

_HERE = Path(__file__).resolve().parent

Env = Literal["development", "staging", "production"]
LogLevel = Literal["DEBUG", "INFO", "WARN", "WARNING", "ERROR"]
LoggerName = Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_.]*$")]
Language = Literal["en", "es", "vi", "de", "ar"]
Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$")]
Host = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]+$")]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an operator can set. `redis_url` None means the embedded Valkey under `var_dir`."""

    env: Annotated[Env, about("The profile: which file of config/ the values come from that are not set otherwise.")] = (
        "development"
    )
    host: Annotated[Host, about("The address to listen on.", "server.address")]
    port: Annotated[int, about("The port to listen on.", "server.port", ge=1, le=65_535)] = 8080
    redis_url: Annotated[
        str | None,
        about(
            "redis://, unix://, redis+sentinel:// or redis+cluster://; with TLS rediss://, rediss+sentinel:// or "
            "rediss+cluster://. Unset: an embedded Valkey under var_dir, and no start in production.",
            "SPRING_DATA_REDIS_HOST",
            secret="url",
        ),
    ] = None
    secret_key: Annotated[
        str,
        about(
            f"Signs tokens and cookies: at least {LEAST} random characters. Unset: made once and kept under var_dir, "
            "and no start in production.",
            secret="hidden",
        ),
    ] = ""
    secret_key_previous: Annotated[
        tuple[str, ...],
        about(
            "Keys of before: what they signed is accepted still, and nothing new is signed with them. A key that holds a comma "
            "can only be given in the file, one key a line.",
            secret="hidden",
        ),
    ] = ()
    workers: Annotated[int, about("gunicorn's workers. Long-polling needs 1.", ge=1, le=256)] = 1
    instance_id: Annotated[
        Name,
        about(
            "The instance's name in logs, metrics and health. Unset: the host's name.",
            "SPRING_APPLICATION_INSTANCE_ID",
        ),
    ] = ""
    var_dir: Annotated[Path, about("Where local data are kept: journals, metrics, the embedded Valkey.")] = Path("var")
    public_url: Annotated[str | None, about("The address that players open, if a proxy is in front.")] = None
    origins: Annotated[tuple[str, ...], about("Other addresses whose pages may connect.")] = ()
    trusted_proxies: Annotated[int, about("How many proxies in front are believed what they say of a client.", ge=0, le=10)] = 0
    language: Annotated[Language, about("The pages' language for browsers that ask for none of those there are.")] = "en"
    log_level: Annotated[LogLevel, about("What the platform logs: a level in any case.", "logging.level.com.quiz.english")]
    log_level_root: Annotated[LogLevel, about("What everything else logs.", "logging.level.root")]
    log_levels: Annotated[
        dict[LoggerName, LogLevel],
        about("Of single loggers and those below them, by name, what they log; `engineio` and `socketio` from WARN on alone."),
    ] = msgspec.field(default_factory=dict)
    log_limit: Annotated[
        int,
        about(
            "Records a second that are written of one message; of all together, twenty times as many. The rest is counted.",
            ge=1,
            le=100_000,
        ),
    ] = 10
    leaderboard: Leaderboard
    rate_limit: RateLimit
    websocket: WebSocket
    http: Http
    redis: Redis
    journal: Journal
    drain: Drain
    limits: Limits
    actuator: Actuator
    games: Games
    quizzes: Quizzes
    images: Images
    sign_in: SignIn
    nicknames: Nicknames

    def __repr__(self) -> str:
        """Without the secrets, since settings end up in logs and tracebacks."""
        return f"Settings(env={self.env!r}, host={self.host!r}, port={self.port!r}, instance_id={self.instance_id!r}, ...)"

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The keys whose signatures are accepted, the one that signs last."""
        return (*dict.fromkeys(key for key in self.secret_key_previous if key != self.secret_key), self.secret_key)

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
    return explained(environ)[0]


def explained(environ: Mapping[str, str] = os.environ) -> tuple[Settings, dict[Key, Found]]:
    """As `load`, with where each value was found. What is made of the values afterwards, such as a key that is kept, is in the
    settings alone.
    """
    env = environ.get("QUIZ_ENV") or "development"
    if not re.fullmatch("development|staging|production", env):
        raise SettingsError(f"QUIZ_ENV={env!r}: expected one of development, staging, production")
    found = look_up(Settings, profile(env), environ)
    values = built(Settings, found)
    if values["env"] != env:
        raise SettingsError(f"{env}.toml: env={values['env']!r}: the profile's name decides it")
    if values["redis_url"] is not None:
        redis_urls.check(values["redis_url"])
        if env == "production":
            redis_urls.check_trust(values["redis_url"])
    elif env == "production":
        raise SettingsError("REDIS_URL is not set: production needs a Redis of its own, such as redis://redis:6379/0")
    redis_urls.check_replicas(values["redis_url"], values["redis"].replica_urls)
    checks.levels(values["log_levels"])
    values["var_dir"] = _var_dir(values["var_dir"])
    values["secret_key"] = _secret_key(env, values["secret_key"], values["var_dir"])
    checks.previous_keys(env, values["secret_key_previous"])
    values["instance_id"] = values["instance_id"] or _host_name()
    if values["public_url"]:
        values["public_url"] = _origin("QUIZ_PUBLIC_URL", values["public_url"])
    checks.actuator(values["actuator"], values["port"])
    checks.drain(values["drain"])
    checks.languages(values["nicknames"].languages)
    checks.images(values["images"])
    values["origins"] = tuple(_origin("QUIZ_ORIGINS", url) for url in values["origins"])
    return Settings(**values), found


def profile(env: str) -> Path:
    """The file with a profile's values."""
    return _HERE / f"{env}.toml"


def _var_dir(given: Path) -> Path:
    """The default lies in the project, wherever a command is started; what an operator gives is relative to where they are."""
    return _HERE.parent / given if given == Path("var") else Path.cwd() / given.expanduser()


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
