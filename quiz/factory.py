"""`create_app()`: the one place that wires everything together."""

from __future__ import annotations

import atexit
import logging
import os
import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache

import flask_socketio
import geventwebsocket  # noqa: F401 - without it Engine.IO would take a WebSocket that corrupts frames under gevent: fail now instead
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import settings as configuration
from config.settings import Settings
from quiz import cli, web
from quiz.leaderboard.board_redis import RedisLeaderboard
from quiz.ops import embedded
from quiz.platform import Platform
from quiz.play.accounts import Accounts
from quiz.play.answering import Answering
from quiz.play.lobby import Lobby
from quiz.play.ports import Announcer
from quiz.play.rounds import Rounds
from quiz.realtime.broadcast import Announcements, Broadcaster
from quiz.realtime.bucket import Bucket
from quiz.realtime.bus import RedisBus
from quiz.realtime.clocks import Clocks
from quiz.realtime.guard import GuardedNamespace
from quiz.realtime.hosts import Hosts
from quiz.realtime.players import Players
from quiz.realtime.seats import Seats
from quiz.store.connection import connect
from quiz.store.games_redis import RedisGames
from quiz.store.quizzes import RedisHosts, RedisQuizzes
from quiz.store.tokens import Tokens

#: Connections that the bus needs: one to listen, and some to publish.
BUS_CONNECTIONS = 4


def create_app() -> Flask:
    """The application. Under `flask` it has the commands, and connects when one needs it; else it serves."""
    settings = configuration.load()
    _log(settings)
    app = Flask("quiz", static_folder="web/static", template_folder="web/templates")
    if os.environ.get("FLASK_RUN_FROM_CLI"):
        cli.register(app, cache(lambda: _commanding(settings)))
    else:
        _serve(app, settings)
    return app


def _log(settings: Settings) -> None:
    logging.basicConfig(level=_level(settings.log_level_root), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("quiz").setLevel(_level(settings.log_level))


def _level(name: str) -> str:
    return "WARNING" if name == "WARN" else name


def _platform(settings: Settings, url: str, announcer: Callable[[RedisGames, RedisLeaderboard, RedisBus], Announcer]) -> Platform:
    client = connect(url, settings.redis.timeout_ms, settings.redis.pool.max_active)
    bus = RedisBus(connect(url, settings.redis.timeout_ms, BUS_CONNECTIONS), write_only=bool(os.environ.get("FLASK_RUN_FROM_CLI")))
    games = RedisGames(client, settings.games.finished_ttl_seconds, settings.games.archive_days * 24 * 3600)
    leaderboard = RedisLeaderboard(client)
    told = announcer(games, leaderboard, bus)
    tokens = Tokens(settings.secret_key, settings.sign_in.hours * 3600)
    rounds = Rounds(games, told)
    lobby = Lobby(
        games,
        leaderboard,
        told,
        tokens,
        rounds,
        top_n=settings.leaderboard.top_n,
        grace_ms=settings.games.grace_ms,
        blocked=settings.nicknames.blocked,
    )
    return Platform(
        settings=settings,
        games=games,
        leaderboard=leaderboard,
        quizzes=RedisQuizzes(client),
        accounts=Accounts(RedisHosts(client)),
        tokens=tokens,
        announcer=told,
        rounds=rounds,
        lobby=lobby,
        answering=Answering(games, told),
    )


def _commanding(settings: Settings) -> Platform:
    """For a command: uses the running server's Valkey, or starts one until the process ends."""
    held = ExitStack()
    atexit.register(held.close)
    url = held.enter_context(embedded.connect_or_own(settings))
    return _platform(settings, url, lambda games, leaderboard, bus: Announcements(bus))


def _serve(app: Flask, settings: Settings) -> None:
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    worker = f"{settings.instance_id}-{os.getpid()}-{secrets.token_hex(3)}"
    seats = Seats()
    built: list[RedisBus] = []

    def broadcaster(games: RedisGames, leaderboard: RedisLeaderboard, bus: RedisBus) -> Broadcaster:
        built.append(bus)
        board = settings.leaderboard
        return Broadcaster(bus, games, leaderboard, seats, top_n=board.top_n, window_ms=board.window_ms)

    platform = _platform(settings, embedded.url(settings), broadcaster)
    heartbeat = settings.websocket.heartbeat
    socketio = flask_socketio.SocketIO(
        app,
        async_mode="gevent",
        client_manager=built[0],
        async_handlers=False,  # one event of a connection at a time, in order, in the greenlet that reads it
        manage_session=False,
        ping_interval=heartbeat.interval_seconds,
        ping_timeout=heartbeat.interval_seconds * (heartbeat.timeout_multiplier - 1),
        max_http_buffer_size=settings.websocket.max_message_bytes,
        cors_allowed_origins=settings.allowed_origins,
        # Several workers behind one port can't serve long-polling: its requests would reach different ones.
        transports=["websocket", "polling"] if settings.workers == 1 else ["websocket"],
    )
    limit = settings.rate_limit

    def bucket() -> Bucket:
        strikes = limit.cutoff_factor * limit.capacity
        return Bucket(limit.capacity, limit.refill_tokens, limit.refill_period_seconds, strikes, time.monotonic)

    players = Players(platform.lobby, platform.answering, seats, worker, bucket)
    hosts = Hosts(platform.lobby, platform.rounds, platform.quizzes, platform.tokens, bucket)
    for namespace in (players, hosts):
        socketio.on_namespace(namespace)
    _start(platform, {"/": players, "/host": hosts}, seats, worker)
    web.register(app, platform)


def _start(platform: Platform, namespaces: dict[str, GuardedNamespace], seats: Seats, worker: str) -> None:
    announcer = platform.announcer
    assert isinstance(announcer, Broadcaster)
    announcer.start(platform.lobby, platform.rounds, lambda sid, at, event, data: namespaces[at].cut(sid, event, data))
    Clocks(platform.games, platform.rounds, announcer, seats, worker).start()
