"""The master dies while its replica lags behind, and three sentinels make the replica the master."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack

from tests.chaos.arena import Arena
from tests.chaos.trials import LINGERS, NOTHING, QUIET, Outcome, finish
from tests.harness.redis_fleet import Sentinels
from tests.harness.server import eventually


def failover(arena: Arena, fleet: Sentinels) -> Outcome:
    """What the dead master alone knew has to be brought to the new one."""
    outcome = Outcome(NOTHING)
    arena.play(2 * QUIET)
    before = fleet.named
    fleet.hold_back()
    arena.play(QUIET)
    began = time.monotonic()
    fleet.master.signal(signal.SIGKILL)
    arena.gauges[0].opened(began)
    eventually(lambda: fleet.named != before, step=0.05)
    promoted = time.monotonic()
    closed = arena.closed(promoted)
    outcome.note("writable after the new master, s", closed - promoted, 5.0)
    hears = arena.gauges[0].wait(lambda look: not look.deaf, closed, 30)
    outcome.note("events after the new master, s", hears - promoted, 8.0)
    arena.play(LINGERS + QUIET)
    late = [ack for ack in arena.crowd.acks(closed + LINGERS) if ack.provisional]
    outcome.note("provisional acknowledgements 2 s after it", len(late), 0)
    outcome.note("connections dropped", arena.crowd.cuts, 0)
    return finish(arena, outcome)


def with_sentinels(sabotage: str = "") -> Outcome:
    """Runs it with servers of its own."""
    with ExitStack() as stack:
        fleet = Sentinels(stack)
        arena = Arena(url=fleet.url, client=lambda: fleet.master.client(), sabotage=sabotage)
        return failover(stack.enter_context(arena), fleet)
