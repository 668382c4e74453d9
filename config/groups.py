"""The groups of settings, each typed, with its defaults and what an operator reads of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from config.sources import about

Milliseconds = Annotated[int, Meta(ge=10, le=10_000)]

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
    quizzes_per_host: Annotated[int, about("Quizzes of one host's own.", ge=1, le=100_000)] = 10_000
    drafts_per_host: Annotated[int, about("Drafts of one host that are not saved.", ge=1, le=10_000)] = 200
    quiz_bytes: Annotated[int, about("Bytes of a quiz, or of a draft, as JSON; over HTTP.", ge=10_000, le=16_777_216)] = 4_194_304
    quiz_bytes_per_host: Annotated[int, about("Bytes of all of a host's own quizzes.", ge=10_000, le=17_179_869_184)] = (
        268_435_456
    )
    image_bytes_per_host: Annotated[
        int, about("Bytes of all images that a host has uploaded, as they are kept.", ge=10_000, le=17_179_869_184)
    ] = 134_217_728


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
    archive_days: Annotated[
        int, about("Days that the record of a finished game stays: its results, with names and answers.", ge=1, le=3650)
    ] = 90


class Quizzes(msgspec.Struct, frozen=True, kw_only=True):
    """Quizzes of hosts."""

    deleted_days: Annotated[int, about("Days in which a quiz that was deleted can be restored.", ge=1, le=3650)] = 30
    draft_days: Annotated[int, about("Days that a draft stays which nobody goes on with.", ge=1, le=3650)] = 90


class Images(msgspec.Struct, frozen=True, kw_only=True):
    """Images of questions."""

    store: Annotated[
        Literal["redis", "folder"],
        about("Where they are kept: in Redis, or in a folder that all instances have mounted; to change it, move them first."),
    ] = "redis"
    folder: Annotated[Path | None, about("That folder. Unset: `images` under var_dir, which is right for one instance.")] = None
    max_bytes: Annotated[int, about("Bytes of a file that is uploaded.", ge=10_000, le=67_108_864)] = 8_388_608
    max_pixels: Annotated[
        int,
        about(
            "Pixels of an image that is uploaded; a JPEG may have five times as many. To read 10 million takes 200 MB.",
            ge=10_000,
            le=200_000_000,
        ),
    ] = 10_000_000
    side: Annotated[int, about("Pixels of the longer side of what is kept of it.", ge=100, le=4096)] = 1600
    keep_days: Annotated[int, about("Days that an image stays which nothing uses.", ge=1, le=3650)] = 7


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
