"""The settings of an instance: read once, typed, frozen. `load()` is the one way to get them.

A value comes from the environment variable or, a secret, the file that its `…_FILE` names; else from the profile
`config/<QUIZ_ENV>.toml`; else from the default here. `docs/configuration.md` is made of what the types here say.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from config import redis_url as redis_urls
from config.addresses import WILDCARDS, lan_address, origin, parse_origin
from config.errors import SettingsError
from config.secret import LEAST, kept_key
from config.sources import Found, Key, about, built, look_up

__all__ = ["Settings", "SettingsError", "explained", "load", "profile"]

_HERE = Path(__file__).resolve().parent

Env = Literal["development", "staging", "production"]
LogLevel = Literal["DEBUG", "INFO", "WARN", "WARNING", "ERROR"]
Milliseconds = Annotated[int, Meta(ge=10, le=10_000)]
LoggerName = Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_.]*$")]
Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$")]
Host = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]+$")]

#: Of which the glin-profanity library has lists of rude words.
LANGUAGES = [
    "arabic",
    "chinese",
    "czech",
    "danish",
    "dutch",
    "english",
    "esperanto",
    "finnish",
    "french",
    "german",
    "hindi",
    "hungarian",
    "italian",
    "japanese",
    "korean",
    "norwegian",
    "persian",
    "polish",
    "portuguese",
    "russian",
    "spanish",
    "swedish",
    "thai",
    "turkish",
]

#: Libraries whose loggers write down whole messages.
_TALKATIVE = ("engineio", "socketio")

#: This machine and the networks that the Internet does not reach.
PRIVATE = ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fe80::/10")


class Leaderboard(msgspec.Struct, frozen=True, kw_only=True):
    """What players see of a board, and how often."""

    top_n: Annotated[
        int, about("Places of a board that are shown; above 50 every board costs more.", "quiz.leaderboard.top-n", ge=1, le=1000)
    ] = 10
    window_ms: Annotated[Milliseconds, about("A game sends at most one board in so many milliseconds.")] = 100


class RateLimit(msgspec.Struct, frozen=True, kw_only=True):
    """The bucket of tokens of each connection, of which every event takes one."""

    capacity: Annotated[
        int, about("Events that a connection may send at once.", "quiz.rate-limit.capacity", ge=1, le=1_000_000_000)
    ]
    refill_tokens: Annotated[
        int, about("Events that it may send more in each period.", "quiz.rate-limit.refill-tokens", ge=1, le=1_000_000_000)
    ] = 5
    refill_period_seconds: Annotated[
        float, about("That period, in seconds.", "quiz.rate-limit.refill-period-seconds", ge=0.01, le=3600)
    ] = 1.0
    cutoff_factor: Annotated[
        int, about("After so many times the capacity of refusals in a row the connection is cut off.", ge=1, le=1000)
    ] = 10


class Heartbeat(msgspec.Struct, frozen=True, kw_only=True):
    """How a client that has gone without a word is noticed.

    Engine.IO counts from the ping, one interval in: its pingTimeout is interval × (multiplier − 1), hence more than 1.
    """

    interval_seconds: Annotated[
        float,
        about("Seconds between two pings to a client.", "quiz.websocket.heartbeat.interval-seconds", ge=0.1, le=300),
    ]
    timeout_multiplier: Annotated[
        float,
        about(
            "A client that is silent for so many intervals is gone. It has all but the first of them to answer a ping.",
            "quiz.websocket.heartbeat.timeout-multiplier",
            ge=1.1,
            le=20,
        ),
    ] = 2


class WebSocket(msgspec.Struct, frozen=True, kw_only=True):
    """Connections of clients."""

    heartbeat: Heartbeat
    max_message_bytes: Annotated[int, about("A longer message closes its connection.", ge=1024, le=1_048_576)] = 16_384
    max_queued_bytes: Annotated[
        int, about("A client who does not read is cut off when more than this waits for it.", ge=65_536, le=67_108_864)
    ] = 1_048_576
    max_connections: Annotated[int, about("Connections that each worker takes.", ge=1, le=100_000)] = 10_500
    retry_after_seconds: Annotated[int, about("When a client who finds no place is told to come back.", ge=1, le=600)] = 5


class Http(msgspec.Struct, frozen=True, kw_only=True):
    """HTTP requests, handshakes of WebSockets included."""

    patience_seconds: Annotated[
        float,
        about(
            "Seconds that a client has for the head of a request, as many again for its body, and thrice as many to take a piece "
            "of the answer; an idle connection is kept for so long.",
            ge=0.5,
            le=600,
        ),
    ] = 20


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """The guide's bounds of a pool. Nothing here takes a connection from one (docs/decisions/0007), so they bound nothing."""

    max_active: Annotated[
        int,
        about(
            "Taken, and without effect: a worker has four connections to its Redis, however many clients there are, and a fifth "
            "for a moment each second (to each node of a cluster three, and one that listens; to a replica one). The metric "
            "quiz_redis_pool_in_use counts them.",
            "spring.data.redis.lettuce.pool.max-active",
            ge=1,
            le=1000,
        ),
    ] = 8
    max_idle: Annotated[
        int,
        about(
            "Taken, and without effect: those connections stay open.",
            "spring.data.redis.lettuce.pool.max-idle",
            ge=0,
            le=1000,
        ),
    ] = 8


class Breaker(msgspec.Struct, frozen=True, kw_only=True):
    """When Redis is given up, and tried again."""

    failure_threshold: Annotated[int, about("Failures in a row after which Redis is given up.", ge=1, le=1000)] = 5
    open_seconds: Annotated[
        float, about("Seconds until it is tried again at the latest; a Redis that answers is noticed sooner.", ge=0.1, le=3600)
    ] = 30


class Redis(msgspec.Struct, frozen=True, kw_only=True):
    """How Redis is used."""

    timeout_ms: Annotated[Milliseconds, about("Milliseconds that connecting and every reply may take.")] = 500
    replica_urls: Annotated[
        tuple[str, ...],
        about(
            "Replicas of the Redis at REDIS_URL that boards are read from which are only shown, for 50 and more instances. "
            "Each worker takes one of them; it asks the master where the replica lags or is away.",
            secret="url",
        ),
    ] = ()
    pool: Pool = Pool()
    breaker: Breaker = Breaker()


class Journal(msgspec.Struct, frozen=True, kw_only=True):
    """Where each worker keeps what it has acknowledged, under `var_dir`."""

    sync: Annotated[
        Literal["everysec", "always"],
        about(
            "When the disk has an answer: within a second, or before it is acknowledged. It counts when a machine loses power; "
            "a process that is killed loses nothing either way."
        ),
    ] = "everysec"


class Drain(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker that is told to stop takes its time for."""

    seconds: Annotated[float, about("Seconds that it waits at most for a Redis that lacks something.", ge=1, le=600)] = 20
    spread_seconds: Annotated[float, about("Seconds of these over which its connections are sent elsewhere.", ge=0, le=300)] = 5


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one client, address, host or game may ask for. Where nothing else is said, each worker counts for itself.

    An address is an IPv4 address or, of IPv6, a network of 64 bits: often a whole school.
    """

    per_address: Annotated[
        bool,
        about("False switches off what is counted by address, wrong PINs included: for load tests from one machine."),
    ] = True
    connections_per_address: Annotated[int, about("Connections of one address.", ge=1, le=1_000_000)] = 4000
    joins_per_address: Annotated[
        int, about("New players from one address at once; as many more come back each minute.", ge=1, le=1_000_000)
    ] = 2500
    joins_per_pin: Annotated[
        int, about("New players of one game at once; as many more come back each minute.", ge=1, le=1_000_000)
    ] = 12_000
    guesses_per_address: Annotated[
        int,
        about(
            "Wrong PINs of one address, on all instances together. Who has spent them is refused with every PIN, but for those "
            "of games that somebody at that address plays already.",
            ge=1,
            le=100_000,
        ),
    ] = 60
    guesses_in_all: Annotated[
        int,
        about(
            "Wrong PINs of all addresses together, on all instances. The more of them are spent, the more of its own a guess "
            "costs an address.",
            ge=1,
            le=1_000_000,
        ),
    ] = 2000
    guess_seconds: Annotated[float, about("Seconds in which all of these come back, bit by bit.", ge=1, le=86_400)] = 180
    looks_per_address: Annotated[
        int,
        about(
            "Of an address that has spent its guesses: wrong PINs in guess_seconds that are still compared with the games that "
            "are played there, so that a class gets in.",
            ge=1,
            le=1_000_000,
        ),
    ] = 1000
    events_per_player: Annotated[
        int, about("A player may send as many events as so many connections, over all of theirs.", ge=1, le=1000)
    ] = 3
    games_per_host: Annotated[int, about("Games of one host whose PINs are in use, on all instances.", ge=1, le=100_000)] = 500


class Actuator(msgspec.Struct, frozen=True, kw_only=True):
    """Who sees the details of health, and the metrics. Liveness, readiness and the bare status are for everybody."""

    access: Annotated[
        Literal["open", "networks", "port"],
        about(
            "Who sees the details of health, and the metrics: all; the clients in `networks`; or those who ask on a port of its "
            "own, where nothing else is served.",
            "management.endpoints.web.exposure.include",
        ),
    ] = "networks"
    networks: Annotated[
        tuple[str, ...],
        about(
            "Networks for `networks`, by the address that trusted proxies tell; if nothing is set, this machine and those that "
            "the Internet does not reach."
        ),
    ] = PRIVATE
    port: Annotated[int, about("The port for `port`.", ge=1, le=65_535)] = 8081


class Games(msgspec.Struct, frozen=True, kw_only=True):
    """Times of games."""

    grace_ms: Annotated[
        int, about("Milliseconds after its deadline in which an answer still counts, for the network.", ge=0, le=5000)
    ] = 250
    finished_ttl_seconds: Annotated[int, about("Seconds that a finished game keeps its PIN.", ge=1, le=2_592_000)] = 3600
    archive_days: Annotated[int, about("Days that the record of a finished game stays.", ge=1, le=3650)] = 90


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """Signing in of hosts."""

    hours: Annotated[int, about("Hours that a host stays signed in.", ge=1, le=8760)] = 720
    attempts_per_account: Annotated[
        int,
        about(
            "Wrong passwords for one account in each window, and as many from each address from which that host has signed in "
            "before.",
            ge=1,
            le=100_000,
        ),
    ] = 20
    attempts_per_address: Annotated[
        int, about("Wrong passwords from one address (of IPv6: one /64) in each window.", ge=1, le=100_000)
    ] = 100
    window_seconds: Annotated[int, about("That window, in seconds.", ge=1, le=86_400)] = 900
    at_once: Annotated[int, about("Passwords that each worker checks at once, each in a thread and 64 MiB.", ge=1, le=64)] = 2
    waiting: Annotated[int, about("Who may wait for that; the rest is told to try again.", ge=0, le=10_000)] = 50


class Nicknames(msgspec.Struct, frozen=True, kw_only=True):
    """Which nicknames are refused."""

    blocked: Annotated[
        tuple[str, ...],
        about(
            "Words that may stand nowhere in a nickname, not inside of others either, whatever case, accents, spaces, digits or "
            "foreign letters they are written with."
        ),
    ] = ()
    languages: Annotated[
        tuple[str, ...],
        about(
            "Languages whose rude words are no nicknames, nor words of one, by the lists of the glin-profanity library: "
            f"{', '.join(LANGUAGES)}. A word in another is let through, so that nobody from Scunthorpe is kept out."
        ),
    ] = ()
    allowed: Annotated[
        tuple[str, ...],
        about("Words that those lists have and that are names where you live: to the French list, Peter is none."),
    ] = ()


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
    _check_levels(values["log_levels"])
    values["var_dir"] = _var_dir(values["var_dir"])
    values["secret_key"] = _secret_key(env, values["secret_key"], values["var_dir"])
    _check_previous(env, values["secret_key_previous"])
    values["instance_id"] = values["instance_id"] or _host_name()
    if values["public_url"]:
        values["public_url"] = _origin("QUIZ_PUBLIC_URL", values["public_url"])
    _check_actuator(values["actuator"], values["port"])
    _check_drain(values["drain"])
    _check_languages(values["nicknames"].languages)
    values["origins"] = tuple(_origin("QUIZ_ORIGINS", url) for url in values["origins"])
    return Settings(**values), found


def profile(env: str) -> Path:
    """The file with a profile's values."""
    return _HERE / f"{env}.toml"


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


def _check_drain(drain: Drain) -> None:
    if drain.spread_seconds > drain.seconds:
        wrong = f"QUIZ_DRAIN__SPREAD_SECONDS={drain.spread_seconds:g}: is above QUIZ_DRAIN__SECONDS={drain.seconds:g}"
        raise SettingsError(f"{wrong}, of which it is a part")


def _check_languages(languages: Sequence[str]) -> None:
    for language in languages:
        if language not in LANGUAGES:
            raise SettingsError(f"QUIZ_NICKNAMES__LANGUAGES={language!r}: expected one of {', '.join(LANGUAGES)}")


def _secret_key(env: str, given: str, var_dir: Path) -> str:
    if env != "production":
        return given or kept_key(var_dir)
    if not given:
        raise SettingsError(f"SECRET_KEY is not set: production needs one of at least {LEAST} random characters")
    if len(given) < LEAST:
        raise SettingsError(f"SECRET_KEY is too short: {len(given)} characters where production needs at least {LEAST}")
    return given


def _check_previous(env: str, keys: Sequence[str]) -> None:
    """What a weak key signed could have been signed by anybody, however old the key is."""
    for number, key in enumerate(keys, 1):
        if env == "production" and len(key) < LEAST:
            raise SettingsError(
                f"SECRET_KEY_PREVIOUS: key {number} is too short: {len(key)} characters where production needs at least {LEAST}"
            )


def _host_name() -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", socket.gethostname()).lstrip(".-")[:128] or "quiz"


def _origin(name: str, url: str) -> str:
    try:
        return parse_origin(url)
    except ValueError:
        raise SettingsError(f"{name}={url!r}: expected an address such as https://quiz.example.org, without a path") from None
