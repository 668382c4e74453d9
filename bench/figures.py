"""Figures of a run, their medians over runs, and how they are shown: a table, and a plot of how cost grows."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench.crowd import Seen, percentile


@dataclass(frozen=True)
class Figures:
    """One run of a scenario. CPU is the server's alone; zero where somebody else's installation is measured."""

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
    submitted: int
    ok: int
    boards: int
    ack_p50_ms: float
    ack_p99_ms: float
    board_p50_ms: float
    board_p99_ms: float


def figures(scenario: str, clients: int, seen: Seen, memory_kb: float, cpu_s: float, store_cpu_s: float, boards: int) -> Figures:
    """Of what a crowd saw and its server spent; `boards` are those seen while answers were given."""
    return Figures(
        scenario=scenario,
        clients=clients,
        joined=seen.joined,
        dropped=seen.dead,
        join_s=round(seen.join_s, 2),
        kb_per_connection=round(memory_kb / max(seen.joined, 1), 1),
        cpu_s=round(cpu_s, 2),
        store_cpu_s=round(store_cpu_s, 2),
        us_per_delivery=round(cpu_s / boards * 1e6, 1) if boards else 0.0,
        us_per_answer=round(cpu_s / seen.ok * 1e6, 1) if seen.ok else 0.0,
        submitted=seen.submitted,
        ok=seen.ok,
        boards=boards,
        ack_p50_ms=round(percentile(seen.ack_s, 0.5) * 1000, 1),
        ack_p99_ms=round(percentile(seen.ack_s, 0.99) * 1000, 1),
        board_p50_ms=round(percentile(seen.board_s, 0.5) * 1000, 1),
        board_p99_ms=round(percentile(seen.board_s, 0.99) * 1000, 1),
    )


_COLUMNS = {
    "joined": "joined",
    "dropped": "dropped",
    "join_s": "in s",
    "kb_per_connection": "KB/conn",
    "cpu_s": "CPU s",
    "store_cpu_s": "Valkey s",
    "us_per_delivery": "µs/deliv.",
    "us_per_answer": "µs/answer",
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


def machine() -> str:
    """What the figures are of."""
    model = platform.processor() or platform.machine()
    for cpu in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []:
        if cpu.startswith("model name"):
            model = cpu.partition(":")[2].strip()
            break
    packages = ", ".join(f"{name} {version(name)}" for name in ("gevent", "gunicorn", "python-socketio", "redis"))
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{model}, {os.cpu_count()} cores, {system}, {packages}"


def plot(points: list[Figures]) -> str:
    """An SVG: CPU per delivery (bars) and the slowest boards (line) over the number of clients."""
    width, height, left, bottom = 640, 320, 60, 50
    most_us = max(point.us_per_delivery for point in points) * 1.25 or 1
    most_ms = max(point.board_p99_ms for point in points) * 1.25 or 1
    step = (width - 2 * left) / len(points)

    def y(value: float, most: float) -> float:
        return round(height - bottom - value / most * (height - bottom - 40), 1)

    parts: list[str] = []
    path: list[tuple[float, float]] = []
    base = height - bottom
    for number, point in enumerate(points):
        x, top = round(left + step * (number + 0.5), 1), y(point.us_per_delivery, most_us)
        corner = f'x="{x - step / 4:.1f}" y="{top}"'
        parts += [
            f'<rect {corner} width="{step / 2:.1f}" height="{base - top:.1f}" rx="4" fill="#7c9cff"/>',
            _words(x, top - 6, f"{point.us_per_delivery:g} µs"),
            _words(x, base + 20, f"{point.clients:,}"),
        ]
        path.append((x, y(point.board_p99_ms, most_ms)))
    slowest = max(point.board_p99_ms for point in points)
    line = " ".join(f"{x},{y}" for x, y in path)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="system-ui" font-size="13">',
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            _words(left, 22, "CPU for one leaderboard to one client", "start", "#3b5bdb"),
            _words(width - left, 22, f"answer to board, p99: up to {slowest:g} ms", "end", "#d9480f"),
            *parts,
            f'<polyline points="{line}" fill="none" stroke="#d9480f" stroke-width="2"/>',
            *(f'<circle cx="{x}" cy="{y}" r="4" fill="#d9480f"/>' for x, y in path),
            _words(width / 2, height - 10, "clients in one game"),
            "</svg>\n",
        ]
    )


def _words(x: float, y: float, words: str, anchor: str = "middle", colour: str = "#222") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{words}</text>'
