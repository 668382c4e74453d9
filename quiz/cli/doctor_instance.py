"""Whether the settings fit the machine, and one another. Nothing here needs Redis."""

from __future__ import annotations

import os
import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from config.secret import LEAST
from config.settings import Settings
from quiz.cli.doctor_finding import Finding, Status, judged
from quiz.ops.capacity import BACKLOG, files_needed
from quiz.resilience.inspection import Folder

#: Free bytes under var_dir below which it is worth a word, and below which journals soon can't be written.
LITTLE, TOO_LITTLE = 2 * 1024**3, 200 * 1024**2
#: Different characters that a random key of the least length surely has, and words that random keys don't have.
VARIETY, WORDS = 12, ("secret", "password", "change", "example", "default")
_SOMAXCONN = Path("/proc/sys/net/core/somaxconn")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def look(settings: Settings) -> Iterator[Finding]:
    """All findings."""
    yield _var_dir(settings)
    yield _journals(settings)
    yield _secret(settings)
    yield from _addresses(settings)
    yield _workers(settings)
    yield _descriptors(settings)
    yield from _backlog()
    yield _limits(settings)


def _strict(settings: Settings) -> Status:
    """How bad something is that must not be in production."""
    return "FAIL" if settings.env == "production" else "WARN"


def _var_dir(settings: Settings) -> Finding:
    folder = settings.var_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x")
            probe.flush()
        disk = os.statvfs(folder)
    except OSError as error:
        return Finding(
            "data folder",
            "FAIL",
            f"{folder}: {error.strerror}",
            "make it writable for this user, or set QUIZ_VAR_DIR to one that is",
        )
    free = disk.f_bavail * disk.f_frsize
    advice = "make room: without it answers can't be kept while Redis is away, and nobody may answer then"
    found = f"{folder} can be written, {free / 1024**3:.1f} GB are free"
    return judged("data folder", found, (free < TOO_LITTLE, "FAIL", advice), (free < LITTLE, "WARN", advice))


def _journals(settings: Settings) -> Finding:
    folder = Folder(settings.var_dir / "journal")
    try:
        records = sum(1 for _ in folder.records())
    except OSError as error:
        return Finding("journals", "FAIL", f"{error.filename}: {error.strerror}", "let this user read them")
    damaged = sum(len(file.damaged) for file in folder.files)
    left = [file for file in folder.files if file.held is False and file.records]
    found = f"journals: {len(folder.files)}, records: {records}, damaged lines: {damaged}, left by workers: {len(left)}"
    shut = "; ".join(f"{name}: {why}" for name, why in folder.unreadable.items())
    return judged(
        "journals",
        found + (f"; can't be opened: {shut}" if shut else ""),
        (bool(shut), "FAIL", "let this user read and write them: what they hold may not be in Redis"),
        (damaged > 0, "FAIL", "flask journal verify names the lines, and says whether Redis lacks anything"),
        (bool(left), "WARN", "the next worker that starts here brings them to Redis; or do it now: flask journal replay"),
    )


def _secret(settings: Settings) -> Finding:
    weak = [key for key in settings.secret_keys if _weak(key)]
    older = len(settings.secret_keys) - 1
    return judged(
        "secret key",
        f"keys that sign: 1, of before: {older}, that could be guessed: {len(weak)}",
        (
            bool(weak),
            _strict(settings),
            'set SECRET_KEY to a random one: python3 -c "import secrets; print(secrets.token_urlsafe(48))"',
        ),
    )


def _weak(key: str) -> bool:
    return len(key) < LEAST or len(set(key)) < VARIETY or any(word in key.lower() for word in WORDS)


def _addresses(settings: Settings) -> Iterator[Finding]:
    public, proxies = settings.public_url, settings.trusted_proxies
    found = f"public_url: {public or 'none'}, origins: {', '.join(settings.origins) or 'none'}, trusted_proxies: {proxies}"
    secure, production = (public or "").startswith("https://"), settings.env == "production"
    downgraded = [url for url in settings.origins if secure and url == "http://" + (public or "").removeprefix("https://")]
    yield judged(
        "addresses",
        found,
        (
            bool(public) and urlsplit(public).hostname in _LOOPBACK and production,
            "FAIL",
            "QUIZ_PUBLIC_URL leads every player to their own machine: set it to the address that they open",
        ),
        (
            production and not public and not settings.origins,
            "WARN",
            "set QUIZ_PUBLIC_URL to the address that players open, or pages from there can't connect",
        ),
        (bool(downgraded), "WARN", "QUIZ_ORIGINS allows the public address without TLS too: take it away"),
        (
            secure and proxies == 0,
            "WARN",
            "somebody in front ends TLS: set QUIZ_TRUSTED_PROXIES to how many they are, or cookies go without Secure and all "
            "players share one address",
        ),
        (
            proxies > 0 and not public,
            "WARN",
            "with a proxy in front set QUIZ_PUBLIC_URL too, or the QR code shows an address behind it",
        ),
        (
            production and not secure,
            "WARN",
            "QUIZ_PUBLIC_URL is without TLS: names, passwords and answers can be read on the way",
        ),
    )


def _workers(settings: Settings) -> Finding:
    count, cores = settings.workers, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return judged(
        "workers",
        f"workers: {count}, cores: {cores}, transports: {'websocket, polling' if count == 1 else 'websocket'}",
        (
            count > 1,
            "WARN",
            "long-polling, which filtered networks need, is off: take WEB_CONCURRENCY=1 and more instances, unless all clients "
            "have WebSocket",
        ),
        (count > cores, "WARN", f"more workers than cores make all slower: WEB_CONCURRENCY={cores} at most"),
    )


def _descriptors(settings: Settings) -> Finding:
    needed, (_, hard) = files_needed(settings), resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = "unlimited" if hard == resource.RLIM_INFINITY else str(hard)
    return judged(
        "open files",
        f"each worker needs {needed} for {settings.websocket.max_connections} connections, the limit is {limit}",
        (
            hard != resource.RLIM_INFINITY and hard < needed,
            "WARN" if settings.env == "development" else "FAIL",
            "raise it (ulimit -n, LimitNOFILE=), or lower QUIZ_WEBSOCKET__MAX_CONNECTIONS",
        ),
    )


def _backlog() -> Iterator[Finding]:
    try:
        most = int(_SOMAXCONN.read_text())
    except (OSError, ValueError):
        return  # no Linux
    yield judged(
        "connections at once",
        f"net.core.somaxconn is {most}, {BACKLOG} clients may knock at once",
        (most < BACKLOG, "WARN", f"sysctl -w net.core.somaxconn={BACKLOG}"),
    )


def _limits(settings: Settings) -> Finding:
    drain, per_address = settings.drain, "on" if settings.limits.per_address else "off"
    return judged(
        "limits",
        f"per address: {per_address}, drain: {drain.seconds:g} s, {drain.spread_seconds:g} s of it spread",
        (not settings.limits.per_address, _strict(settings), "take QUIZ_LIMITS__PER_ADDRESS=false away: it is for load tests"),
        (
            drain.spread_seconds > drain.seconds / 2,
            "WARN",
            "QUIZ_DRAIN__SPREAD_SECONDS must be well below QUIZ_DRAIN__SECONDS: a Redis that lacks something needs time too",
        ),
    )
