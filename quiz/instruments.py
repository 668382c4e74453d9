"""What is measured of a worker, and where it is read: each part counts for itself, in plain numbers."""

from __future__ import annotations

import time
from collections import Counter as Counts
from collections.abc import Sequence
from functools import partial

import gevent

from config.settings import Settings
from quiz.ops import health, metrics
from quiz.ops.exposition import Exposition
from quiz.ops.health import Disk, component
from quiz.outage import Outage
from quiz.platform import Platform
from quiz.realtime.bus import RedisBus
from quiz.realtime.guard import OTHER, GuardedNamespace
from quiz.realtime.seats import Seats
from quiz.transport.engine import Engine


def fit(
    settings: Settings,
    platform: Platform,
    outage: Outage,
    bus: RedisBus,
    engine: Engine,
    namespaces: Sequence[GuardedNamespace],
    seats: Seats,
) -> Exposition:
    """Begins to measure a worker, in a greenlet, and adds its checks to the platform's; what there is to tell of the instance."""
    metrics.introduce(settings.instance_id)
    sampler, checks = outage.sampler, platform.health
    counts, shows = sampler.counts, sampler.shows

    heartbeats = engine.heartbeats
    counts(metrics.CONNECTIONS, lambda: engine.arrivals)
    counts(metrics.DISCONNECTIONS, lambda: engine.departures)
    counts(metrics.ABNORMAL, lambda: engine.lost)
    counts(metrics.HEARTBEATS, lambda: heartbeats.received)
    counts(metrics.STALE, lambda: heartbeats.expired)
    shows(metrics.ACTIVE, lambda: len(engine.sockets))
    shows(metrics.BY_TRANSPORT.labels("polling"), lambda: engine.polling, rarely=True)
    shows(metrics.BY_TRANSPORT.labels("websocket"), lambda: len(engine.sockets) - engine.polling, rarely=True)
    shows(metrics.LIMIT, lambda: engine.most_sessions)

    took = sampler.labelled(metrics.MESSAGE_DURATION, {"join": metrics.JOINS, "submit_answer": metrics.SUBMITS})
    for namespace in namespaces:
        namespace.took = took
    counts(metrics.ALLOWED, lambda: sum(each.allowed for each in namespaces))
    counts(metrics.REJECTED, lambda: sum(each.rejected for each in namespaces))
    counts(metrics.ERRORS, lambda: _refused(namespaces).total())
    sampler.counts_each(metrics.REFUSALS, partial(_refused, namespaces))
    sampler.peaks(metrics.UTILIZATION, partial(_fullest, namespaces))
    admission, limits = platform.admission, settings.limits
    sampler.counts_each(metrics.LIMITED, lambda: _limited(platform, engine, namespaces))
    for limit in ("joins_per_address", "joins_per_pin", "looks_per_address", "guesses_per_address", "guesses_in_all"):
        sampler.peaks(metrics.LIMIT_UTILIZATION.labels(limit), partial(admission.fullest.pop, limit, 0.0))
    shows(
        metrics.LIMIT_UTILIZATION.labels("connections_per_address"),
        lambda: max(engine.addresses.values(), default=0) / limits.connections_per_address,
        rarely=True,
    )
    for event in (OTHER, "join", "next_question", "submit_answer", "state", "leave"):
        took[event]  # so it is there from the start

    bus.fanout.took = sampler.observes(metrics.FANOUT)
    shows(metrics.POOL_IN_USE, lambda: sum(each.line.open for each in outage.clients) + bus.listening)
    shows(metrics.CALLS_WAITING, lambda: sum(each.line.waiting for each in outage.clients))

    shows(metrics.JOURNAL_BYTES, lambda: outage.journal.size)
    shows(metrics.JOURNAL_UNCONFIRMED, lambda: outage.unconfirmed)
    shows(metrics.JOURNAL_AGE, lambda: outage.lag, rarely=True)
    shows(metrics.JOURNAL_FAILING, lambda: outage.journal.problem is not None)
    shows(metrics.GAMES, lambda: seats.game_count)
    shows(metrics.PLAYERS, lambda: len(seats))

    shows(metrics.BUS_DEAF, lambda: bus.deaf)
    disk = Disk(settings.var_dir)
    shows(metrics.DISK_FREE, disk.free, rarely=True)
    shows(metrics.DISK_SIZE, disk.size, rarely=True)

    exposition = Exposition(sampler.flush)
    sampler.flush()
    gevent.spawn(sampler.keep)
    checks.register("bus", lambda: component(not bus.deaf))
    checks.register(
        "connections",
        lambda: component(not engine.crowded, open=len(engine.sockets), limit=engine.most_sessions),
    )
    checks.register("event_loop", health.event_loop(lambda: exposition.worst(metrics.LOOP_TURNED), time.time))
    checks.register("disk", disk.check)
    return exposition


def _fullest(namespaces: Sequence[GuardedNamespace]) -> float:
    """The most that anybody has used of a bucket since this was asked last."""
    fullest = max(each.fullest for each in namespaces)
    for each in namespaces:
        each.fullest = 0.0
    return fullest


def _limited(platform: Platform, engine: Engine, namespaces: Sequence[GuardedNamespace]) -> Counts[str]:
    """What each limit has refused so far, all of them from the start."""
    found = Counts(dict.fromkeys(metrics.LIMITS, 0))
    for counts in (
        platform.admission.rejected,
        platform.authoring.refused,
        platform.images.refused,
        *(each.limited for each in namespaces),
    ):
        found.update(counts)
    found["connections_per_address"], found["games_per_host"] = engine.refused, platform.lobby.refused
    return found


def _refused(namespaces: Sequence[GuardedNamespace]) -> Counts[str]:
    return sum((each.refused for each in namespaces), Counts())
