"""Whether Redis is there, and set up so that it keeps what it is given."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Mapping
from typing import Any

from redis.exceptions import NoPermissionError, RedisError, ResponseError

from config.redis_url import masked, parse
from config.settings import Settings
from quiz.cli.doctor_finding import Finding, Status, judged
from quiz.store.connection import connect

#: What the scripts need, and what a cluster needs for CLUSTER SHARDS.
LEAST, LEAST_OF_CLUSTERS = (6, 2), (7, 0)
PINGS = 21
#: Milliseconds: of a reply, above which boards come late; of two clocks that differ.
SLOW_MS, APART_MS = 5.0, 1000

Info = Mapping[str, str]
#: The user's name, "" if it may not be asked; whether the user may everything, None where that can't be found out.
Rights = tuple[str, bool | None]


def look(settings: Settings, url: str) -> Iterator[Finding]:
    """All findings."""
    client = connect(url, settings.redis.timeout_ms)
    try:
        connections = client.masters()
        read = [_read(connection) for connection in connections]
    except (RedisError, OSError) as error:
        advice = "start it, or correct REDIS_URL; check network, password and TLS from this machine"
        yield Finding("redis", "FAIL", f"{masked(url)} can't be used: {error}", advice)
        return
    yield Finding("redis", "OK", f"{masked(url)} answers, masters: {len(read)}")
    for info, config, rights, latency_ms, offset_ms in read:
        where = f" of port {info['tcp_port']}" if len(read) > 1 and "tcp_port" in info else ""
        yield _version(where, info, parse(url).kind == "cluster")
        yield _persistence(where, info, config, settings)
        yield _eviction(where, info)
        yield _rights(where, rights, settings)
        yield _memory(where, info)
        yield _latency(where, latency_ms, settings)
        yield _clock(where, offset_ms)
        yield _replicas(where, info, settings)
    if len(read) > 1:
        yield _agreement([offset for *_, offset in read], settings)
    yield from _named_replicas(settings, [info for info, *_ in read])


def _read(connection: Any) -> tuple[Info, Info, Rights, float, float]:
    """What a server says of itself, its configuration and our rights; the median of its replies and its clock, in ms."""
    try:
        connection.connect()
        info = _info(connection)
        try:
            flat = _ask(connection, "CONFIG", "GET", "append*")
        except ResponseError:  # who hosts it lets nobody ask
            flat = []
        rights = _asked_rights(connection)
        took = []
        for _ in range(PINGS):
            began = time.perf_counter()
            _ask(connection, "PING")
            took.append((time.perf_counter() - began) * 1000)
        began = time.time()
        seconds, micros = _ask(connection, "TIME")
        offset_ms = int(seconds) * 1000 + int(micros) / 1000 - (began + time.time()) * 500
        return info, dict(zip(flat[::2], flat[1::2], strict=True)), rights, statistics.median(took), offset_ms
    finally:
        connection.disconnect()


def _ask(connection: Any, *command: str) -> Any:
    connection.send_command(*command)
    return connection.read_response()


def _asked_rights(connection: Any) -> Rights:
    try:
        user = _ask(connection, "ACL", "WHOAMI")
        return user, _ask(connection, "ACL", "DRYRUN", user, "FLUSHALL") == "OK"
    except NoPermissionError:
        return "", False
    except ResponseError:  # older than ACL DRYRUN
        return "", None


def _info(connection: Any) -> Info:
    return dict(line.split(":", 1) for line in _ask(connection, "INFO").splitlines() if ":" in line)


def _version(where: str, info: Info, cluster: bool) -> Finding:
    name = "Valkey" if "valkey_version" in info else "Redis"
    text, least = info.get("valkey_version") or info.get("redis_version", "0"), LEAST_OF_CLUSTERS if cluster else LEAST
    version = tuple(int(part) for part in text.split(".")[:2] if part.isdigit())
    advice = f"use Redis {'.'.join(map(str, least))} or newer, or any Valkey"
    return judged(f"version{where}", f"{name} {text}", (version < least, "FAIL", advice))


def _persistence(where: str, info: Info, config: Info, settings: Settings) -> Finding:
    aof, fsync = info.get("aof_enabled") == "1", config.get("appendfsync", "unknown")
    broken = "err" in (
        info.get("aof_last_write_status"),
        info.get("aof_last_bgrewrite_status"),
        info.get("rdb_last_bgsave_status"),
    )
    missing: Status = "FAIL" if settings.env == "production" else "WARN"
    return judged(
        f"persistence{where}",
        f"append-only file: {f'on, to the disk: {fsync}' if aof else 'off'}{', the last write failed' if broken else ''}",
        (broken, "FAIL", "look into Redis's log: its disk may be full"),
        (not aof, missing, "set appendonly yes: without it quizzes, hosts and records are lost when Redis ends"),
        (fsync == "no", "WARN", "set appendfsync everysec: the system alone decides when the disk gets anything"),
    )


def _eviction(where: str, info: Info) -> Finding:
    policy, limited = info.get("maxmemory_policy", "unknown"), info.get("maxmemory", "0") != "0"
    return judged(
        f"eviction{where}",
        policy,
        (
            policy not in ("noeviction", "unknown"),
            "FAIL" if limited else "WARN",
            "set maxmemory-policy noeviction: any other throws parts of games away when memory is short",
        ),
    )


def _rights(where: str, rights: Rights, settings: Settings) -> Finding:
    user, everything = rights
    advice = (
        "give the platform a user of its own (docs/deployment.md, Redis): whoever gets in there could wipe or reconfigure Redis"
    )
    found = {
        True: f"the user {user} may do everything",
        False: "the user may not do what the platform never does",
        None: "what the user may do can't be found out",
    }[everything]
    return judged(f"rights{where}", found, (bool(everything) and settings.env == "production", "WARN", advice))


def _memory(where: str, info: Info) -> Finding:
    used, most = int(info.get("used_memory", 0)), int(info.get("maxmemory", 0))
    most = most or int(info.get("total_system_memory", 0))
    share = used / most if most else 0.0
    advice = "raise maxmemory or shorten QUIZ_GAMES__ARCHIVE_DAYS: a full Redis takes no answers"
    found = (
        f"{used / 1024**2:.0f} MB used of {most / 1024**2:.0f} MB{'' if info.get('maxmemory', '0') != '0' else ' (the machine)'}"
    )
    return judged(f"memory{where}", found, (share > 0.95, "FAIL", advice), (share > 0.8, "WARN", advice))


def _latency(where: str, median_ms: float, settings: Settings) -> Finding:
    advice = "bring Redis nearer, or look what holds it up: redis-cli --latency, SLOWLOG GET"
    return judged(
        f"latency{where}",
        f"{median_ms:.2f} ms for a reply (median of {PINGS}), {settings.redis.timeout_ms} ms are waited for one",
        (median_ms > settings.redis.timeout_ms / 2, "FAIL", advice),
        (median_ms > SLOW_MS, "WARN", advice),
    )


def _clock(where: str, offset_ms: float) -> Finding:
    advice = "let NTP set both clocks: games go by Redis's, logs by this machine's"
    found = f"Redis's is {abs(offset_ms):.0f} ms {'ahead' if offset_ms >= 0 else 'behind'}"
    return judged(f"clock{where}", found, (abs(offset_ms) > APART_MS, "WARN", advice))


def _agreement(offsets_ms: list[float], settings: Settings) -> Finding:
    apart = max(offsets_ms) - min(offsets_ms)
    return judged(
        "clocks of the cluster",
        f"{apart:.0f} ms apart",
        (
            apart > max(settings.games.grace_ms, 1),
            "FAIL",
            f"let NTP set them: they must agree to within games.grace_ms, {settings.games.grace_ms} ms",
        ),
    )


def _replicas(where: str, info: Info, settings: Settings) -> Finding:
    count = int(info.get("connected_slaves", 0))
    return judged(
        f"replicas{where}",
        f"connected: {count}",
        (
            count == 0 and settings.env == "production",
            "WARN",
            "with a replica and Sentinel games go on in seconds when this machine is lost; without, answers wait in journals",
        ),
    )


def _named_replicas(settings: Settings, masters: list[Info]) -> Iterator[Finding]:
    """Those that REDIS_REPLICA_URLS names."""
    lineages = {info.get("master_replid") for info in masters}
    for url in settings.redis.replica_urls:
        check = f"replica {masked(url)}"
        connection = connect(url, settings.redis.timeout_ms).servers.connection()
        try:
            connection.connect()
            info = _info(connection)
        except (RedisError, OSError) as error:
            yield Finding(
                check,
                "WARN",
                f"can't be used: {error}",
                "start it, or take it out of REDIS_REPLICA_URLS; boards come from the master",
            )
            continue
        finally:
            connection.disconnect()
        link = info.get("master_link_status", "up")
        yield judged(
            check,
            f"role: {info.get('role')}, link to its master: {link}",
            (info.get("master_replid") not in lineages, "FAIL", "it is a replica of another Redis: correct REDIS_REPLICA_URLS"),
            (link != "up", "WARN", "it does not hear from its master; boards come from there meanwhile"),
        )
