"""`create_app()`: the one place that wires everything together."""

from __future__ import annotations

import atexit
import logging
import os
import time
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from typing import Any

from flask import Flask

from config import settings as configuration
from config.settings import Settings
from quiz.leaderboard.board_redis import RedisLeaderboard
from quiz.leaderboard.board_replica import ShownBoards
from quiz.ops import embedded, metrics
from quiz.ops.health import Health
from quiz.ops.imports import without
from quiz.ops.slices import Slices
from quiz.ops.threads import Threads
from quiz.outage import Outage, prepare
from quiz.platform import Platform
from quiz.play.accounts import Accounts
from quiz.play.admission import Admission, Rules
from quiz.play.announcer import Announcer
from quiz.play.answering import Answering
from quiz.play.authoring import Authoring, Bounds
from quiz.play.catalogue import Catalogue
from quiz.play.images import Images, Pictures
from quiz.play.lobby import Lobby
from quiz.play.ports import Games, Leaderboard
from quiz.play.records import Records
from quiz.play.rounds import Rounds
from quiz.play.sessions import Sessions
from quiz.play.signing_in import SigningIn
from quiz.play.wording import Wording
from quiz.realtime.announcements import Announcements
from quiz.realtime.wire import Wire
from quiz.store.attempts import RedisAttempts
from quiz.store.connection import SharedRedis, connect
from quiz.store.drafts import RedisDrafts
from quiz.store.games_redis import RedisGames
from quiz.store.guesses import GuardedGuesses, MemoryGuesses, Rate, RedisGuesses
from quiz.store.images import FolderPictures, RedisPictures, RedisRegister
from quiz.store.quizzes import RedisHosts, RedisQuizzes
from quiz.store.reconciler import RedisReconciler
from quiz.store.results import RedisResults
from quiz.store.sessions import RedisSessions
from quiz.store.tokens import Tokens

NewAnnouncer = Callable[[Outage], Announcer]

#: Files and large quizzes, and as many images, that may wait for the one that a worker reads.
CONTENT_WAITING = 8


def _here(work: Callable[..., Any], *args: Any) -> Any:
    return work(*args)


def create_app() -> Flask:
    """The application. Under `flask` it has the commands, and connects when one needs it; else it serves."""
    commanding = bool(os.environ.get("FLASK_RUN_FROM_CLI"))
    try:
        settings = configuration.load()
    except configuration.SettingsError as error:
        if commanding:
            raise SystemExit(f"Error: {error}") from None
        raise
    app = Flask("quiz", static_folder="web/static", template_folder="web/templates")
    if commanding:
        from quiz import cli  # not in a worker, which starts the sooner

        # For who typed the command, whatever the profile; and what a server logs with takes longer to import than most commands.
        logging.basicConfig(level="WARNING", format="%(levelname)s %(name)s: %(message)s")
        logging.getLogger("quiz.store.refusals").disabled = True  # the command fails, and says why itself
        cli.register(app, settings, cache(lambda: _commanding(settings)))
    else:
        # Imported here since commands need none of it, and it takes longer to import than most of them to run.
        with without("aiohttp", "requests", "valkey", "websocket"):  # for Socket.IO's clients and managers
            from quiz import serving

        url = embedded.url(settings)
        serving.serve(app, settings, lambda worker, new_announcer: _guarded(settings, url, worker, new_announcer))
    return app


def _commanding(settings: Settings) -> Platform:
    """For a command: uses the running server's Valkey, or starts one until the process ends."""
    held = ExitStack()
    atexit.register(held.close)
    url = held.enter_context(embedded.connect_or_own(settings))
    client = connect(url, settings.redis.timeout_ms)
    games = RedisGames(client, settings.games.finished_ttl_seconds, settings.games.archive_days * 24 * 3600)
    wire = Wire(connect(url, settings.redis.timeout_ms))
    return _platform(settings, client, games, RedisLeaderboard(client), Announcements(wire))


def _guarded(settings: Settings, url: str, worker: str, new_announcer: NewAnnouncer) -> tuple[Platform, Outage]:
    """For a worker: what it has goes on while Redis is away."""
    outage = prepare(settings, url, worker)
    announcer = new_announcer(outage)
    boards = _shown_boards(worker, outage)
    hashing = Threads(settings.sign_in.at_once, settings.sign_in.waiting, "too many are signing in right now", behind=True)
    content = Threads(1, CONTENT_WAITING, "too many quizzes are being read right now")
    drawing = Threads(1, CONTENT_WAITING, "too many images are being read right now")
    threads = hashing.run, content.run, drawing.run
    parts = settings, outage.client, outage.games, boards, announcer, outage.checks(), *threads
    return _platform(*parts), outage


def _shown_boards(worker: str, outage: Outage) -> Leaderboard:
    """Those of joins and of who asks; each worker begins with another replica."""
    if not outage.replicas:
        return outage.leaderboard
    first = zlib.crc32(worker.encode()) % len(outage.replicas)
    replicas = [RedisLeaderboard(client) for client in (*outage.replicas[first:], *outage.replicas[:first])]
    return ShownBoards(outage.leaderboard, outage.games.mirror.told, lambda: outage.breaker.closed, replicas)


def _admission(settings: Settings, client: SharedRedis, games: Games) -> Admission:
    limits = settings.limits
    rate = Rate(limits.guesses_per_address, limits.guesses_in_all, limits.guess_seconds)
    guesses = GuardedGuesses(RedisGuesses(client, rate), MemoryGuesses(rate, time.monotonic))
    rules = Rules(
        per_address=limits.per_address,
        joins_per_address=limits.joins_per_address,
        joins_per_pin=limits.joins_per_pin,
        looks_per_address=limits.looks_per_address,
        guess_seconds=limits.guess_seconds,
    )
    return Admission(games, guesses, rules, time.monotonic)


def _pictures(settings: Settings, client: SharedRedis) -> Pictures:
    if settings.images.store == "redis":
        return RedisPictures(client)
    return FolderPictures(settings.images.folder or settings.var_dir / "images")


def _platform(
    settings: Settings,
    client: SharedRedis,
    games: Games,
    leaderboard: Leaderboard,
    announcer: Announcer,
    health: Health | None = None,
    run: Callable[..., Any] = _here,
    aside: Callable[..., Any] = _here,
    drawing: Callable[..., Any] = _here,
) -> Platform:
    tokens = Tokens(settings.secret_keys, settings.sign_in.hours * 3600, games.now)
    sessions = Sessions(tokens, RedisSessions(client), games.now, announcer.signed_out, time.sleep)
    accounts = Accounts(RedisHosts(client), sessions.end_all, run)
    sign_in = settings.sign_in
    signing_in = SigningIn(
        accounts,
        RedisAttempts(client, sign_in.window_seconds),
        per_account=sign_in.attempts_per_account,
        per_address=sign_in.attempts_per_address if settings.limits.per_address else None,
        refused=lambda why: metrics.SIGN_IN_REFUSED.labels(why).inc(),
    )
    results = RedisResults(client, games.now)
    rounds = Rounds(games, announcer, results)
    lobby = Lobby(
        games,
        leaderboard,
        announcer,
        tokens,
        rounds,
        top_n=settings.leaderboard.top_n,
        grace_ms=settings.games.grace_ms,
        wording=Wording(settings.nicknames.blocked, settings.nicknames.languages, settings.nicknames.allowed),
        games_per_host=settings.limits.games_per_host,
    )
    quizzes, limits = RedisQuizzes(client, settings.quizzes.deleted_days), settings.limits
    drafts = RedisDrafts(client, settings.quizzes.draft_days, limits.drafts_per_host)
    catalogue = Catalogue(quizzes, time.monotonic)
    bounds = Bounds(quizzes=limits.quizzes_per_host, bytes=limits.quiz_bytes_per_host, quiz_bytes=limits.quiz_bytes)
    return Platform(
        settings=settings,
        games=games,
        leaderboard=leaderboard,
        quizzes=quizzes,
        catalogue=catalogue,
        authoring=Authoring(quizzes, drafts, catalogue, bounds),
        aside=aside,
        images=Images(_pictures(settings, client), RedisRegister(client), games.now, limits.image_bytes_per_host),
        drawing=drawing,
        accounts=accounts,
        tokens=tokens,
        sessions=sessions,
        signing_in=signing_in,
        announcer=announcer,
        rounds=rounds,
        lobby=lobby,
        records=Records(games, results, lobby, Slices()),
        admission=_admission(settings, client, games),
        answering=Answering(games, announcer),
        reconciler=RedisReconciler(client),
        health=health or Health(),
    )
