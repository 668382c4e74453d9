"""What a worker has beyond the platform's parts: Socket.IO, the clocks, and the pages."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import gevent
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config.addresses import WILDCARDS
from config.settings import Settings
from quiz import instruments, web
from quiz.domain import looks
from quiz.domain.errors import ServerBusy
from quiz.ops import logging, tracing
from quiz.ops.metrics import BROADCAST_DELAY
from quiz.outage import Outage
from quiz.platform import Platform
from quiz.play.announcer import Announcer
from quiz.play.bucket import Bucket
from quiz.realtime.broadcast import Broadcaster
from quiz.realtime.bus import RedisBus
from quiz.realtime.clocks import Clocks
from quiz.realtime.farewell import Farewell
from quiz.realtime.guard import GuardedNamespace
from quiz.realtime.hosts import Hosts
from quiz.realtime.players import Players
from quiz.realtime.seats import Seats
from quiz.store.images import Sweeper
from quiz.transport.connection import Plant
from quiz.transport.origins import Origins
from quiz.transport.server import SocketIO
from quiz.web.request_ids import RequestIds
from quiz.web.security_headers import SecurityHeaders

#: Seconds that a worker which stops may take to send its last traces.
TRACES_SECONDS = 2.0

NewPlatform = Callable[[str, Callable[[Outage], Announcer]], tuple[Platform, Outage]]


def serve(app: Flask, settings: Settings, new_platform: NewPlatform) -> None:
    """Makes `app` the whole application of one worker, and starts what runs on its own."""
    looks.learn()
    logging.begin(settings, later=gevent.spawn_later)
    gevent.get_hub().print_exception = logging.failed  # type: ignore[assignment]
    tracing.begin(os.environ, settings.instance_id)
    worker = f"{settings.instance_id}-{os.getpid()}-{secrets.token_hex(3)}"
    seats = Seats()
    plant = Plant(settings.websocket.max_message_bytes, settings.websocket.max_queued_bytes)
    built: list[tuple[RedisBus, Broadcaster]] = []

    def broadcaster(outage: Outage) -> Broadcaster:
        bus, board = RedisBus(outage.bus_client, plant.turns), settings.leaderboard
        numbers = {"top_n": board.top_n, "window_ms": board.window_ms}
        games, delays = outage.games, outage.sampler.observes_all(BROADCAST_DELAY)
        built.append((bus, Broadcaster(bus, games, outage.leaderboard, seats, games.bridge, **numbers, delays=delays)))
        return built[0][1]

    platform, outage = new_platform(worker, broadcaster)
    bus, announcer = built[0]
    socketio = _socketio(app, settings, bus, plant)
    limit = settings.rate_limit

    def bucket(connections: int = 1) -> Bucket:
        capacity, refill = connections * limit.capacity, connections * limit.refill_tokens
        return Bucket(capacity, refill, limit.refill_period_seconds, limit.cutoff_factor * capacity, time.monotonic)

    admission, of_player = platform.admission, partial(bucket, settings.limits.events_per_player)
    players = Players(platform.lobby, platform.answering, seats, worker, admission, bucket, of_player)
    hosts = Hosts(platform.lobby, platform.rounds, platform.quizzes, platform.sessions, admission, bucket)
    namespaces: dict[str, GuardedNamespace] = {"/": players, "/host": hosts}
    for namespace in namespaces.values():
        socketio.on_namespace(namespace)

    def cut(sid: str, at: str, event: str, data: dict[str, Any]) -> None:
        namespaces[at].cut(sid, event, data)

    engine = socketio.server.eio
    exposition = instruments.fit(settings, platform, outage, bus, engine, [players, hosts], seats)

    def sign_out() -> None:
        with suppress(ServerBusy):  # it is done again when Redis is back
            platform.sessions.refresh()
        hosts.sign_out()

    announcer.start(platform.lobby, platform.rounds, cut, hosts.watched, sign_out)
    clocks = Clocks(platform.games.alarms, platform.games.presence, platform.rounds, announcer, seats, worker)

    outage.begin(announcer.board_changed)
    outage.watch([clocks.recovered, announcer.recovered, sign_out], [announcer.degraded])
    sign_out()  # the bus may have been heard before this worker had met Redis
    clocks.start()
    gevent.spawn(Sweeper(outage.plain, platform.images, settings.images.keep_days).keep)

    farewell = Farewell(socketio.server, [players, hosts], settings.drain.spread_seconds)

    def drain() -> None:
        """Sends everybody elsewhere, then brings Redis what it lacks."""
        deadline = time.monotonic() + settings.drain.seconds
        try:
            farewell.say()
        finally:
            outage.end(deadline)
            outage.sampler.flush()
            tracing.end(TRACES_SECONDS)

    app.extensions["drain"] = drain
    web.register(app, platform, exposition, lambda: bool(engine.draining))
    app.wsgi_app = SecurityHeaders(app.wsgi_app)  # type: ignore[method-assign]
    if settings.trusted_proxies:  # around all, Socket.IO too: whose address a connection has is counted
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    app.wsgi_app = RequestIds(app.wsgi_app, trusted=settings.trusted_proxies > 0)  # type: ignore[method-assign]


def _socketio(app: Flask, settings: Settings, bus: RedisBus, plant: Plant) -> SocketIO:
    heartbeat = settings.websocket.heartbeat
    return SocketIO(
        app,
        client_manager=bus,
        plant=plant,
        most_sessions=settings.websocket.max_connections,
        most_of_address=settings.limits.connections_per_address if settings.limits.per_address else None,
        retry_after_s=settings.websocket.retry_after_seconds,
        manage_session=False,
        ping_interval=heartbeat.interval_seconds,
        ping_timeout=heartbeat.interval_seconds * (heartbeat.timeout_multiplier - 1),
        max_http_buffer_size=settings.websocket.max_message_bytes,
        cors_allowed_origins=Origins(
            settings.allowed_origins,
            own_port=settings.port if settings.env == "development" and settings.host in WILDCARDS else None,
        ),
        # Several workers behind one port can't serve long-polling: its requests would reach different ones.
        transports=["websocket", "polling"] if settings.workers == 1 else ["websocket"],
    )
