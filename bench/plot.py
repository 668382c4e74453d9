"""How cost and latency grow with the clients, as an SVG: a row for each series, cost on the left, latency on the right."""

from __future__ import annotations

from collections.abc import Callable

from bench.figures import Figures

_WIDTH, _ROW, _SIDE, _FOOT = 360, 230, 16, 44
_HEAD = 52
_BAR, _LOW, _HIGH, _INK, _FAINT = "#7c9cff", "#f4a261", "#d9480f", "#222", "#d9dce3"


def plot(fanout: list[Figures], answers: list[Figures]) -> str:
    """An SVG of one run for each number of clients."""
    parts: list[str] = []
    parts += _bars(0, 0, "CPU for one leaderboard to one client, µs", fanout, lambda one: one.us_per_delivery)
    parts += _lines(_WIDTH, 0, "answer to leaderboard, ms", fanout, lambda one: (one.board_p50_ms, one.board_p99_ms))
    parts += _bars(0, _ROW, "CPU for one answer, its boards included, µs", answers, lambda one: one.us_per_answer)
    parts += _lines(_WIDTH, _ROW, "answer to acknowledgement, ms", answers, lambda one: (one.ack_p50_ms, one.ack_p99_ms))
    width, height = 2 * _WIDTH, 2 * _ROW
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="system-ui" font-size="12">',
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            *parts,
            "</svg>\n",
        ]
    )


def _frame(left: float, top: float, title: str, points: list[Figures], under: str) -> tuple[list[str], list[float], float]:
    """A title, a base line and its numbers of clients; where these are, and how high the base is."""
    step, base = (_WIDTH - 2 * _SIDE) / len(points), top + _ROW - _FOOT
    middles = [left + _SIDE + step * (number + 0.5) for number in range(len(points))]
    parts = [
        _words(left + _SIDE, top + 22, title, "start"),
        f'<path d="M{left + _SIDE} {base}H{left + _WIDTH - _SIDE}" stroke="{_FAINT}"/>',
        _words(left + _WIDTH / 2, base + 34, under, colour="#777"),
        *(_words(x, base + 17, f"{point.clients:,}") for x, point in zip(middles, points, strict=True)),
    ]
    return parts, middles, base


def _bars(left: float, top: float, title: str, points: list[Figures], cost: Callable[[Figures], float]) -> list[str]:
    parts, middles, base = _frame(left, top, title, points, "clients")
    most = max(map(cost, points)) or 1
    for x, point in zip(middles, points, strict=True):
        high = cost(point) / most * (_ROW - _FOOT - _HEAD)
        parts += [
            f'<rect x="{x - 18:.1f}" y="{base - high:.1f}" width="36" height="{high:.1f}" rx="3" fill="{_BAR}"/>',
            _words(x, base - high - 6, f"{cost(point):g}"),
        ]
    return parts


def _lines(
    left: float, top: float, title: str, points: list[Figures], latencies: Callable[[Figures], tuple[float, float]]
) -> list[str]:
    parts, middles, base = _frame(left, top, title, points, "clients")
    most = max(max(latencies(point)) for point in points) or 1
    right = left + _WIDTH - _SIDE
    parts += [_words(right - 40, top + 22, "p50", "end", _LOW), _words(right, top + 22, "p99", "end", _HIGH)]
    for which, colour in ((0, _LOW), (1, _HIGH)):
        values = [latencies(point)[which] for point in points]
        at = [
            (round(x, 1), round(base - value / most * (_ROW - _FOOT - _HEAD), 1))
            for x, value in zip(middles, values, strict=True)
        ]
        track = " ".join(f"{x},{y}" for x, y in at)
        parts.append(f'<polyline points="{track}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for (x, y), value in zip(at, values, strict=True):
            # The words of the lower line are below it, so that two close lines stay legible.
            aside = y - 8 if which else min(y + 16, base - 3)
            words = f"{value:.2g}" if value < 10 else f"{value:.0f}"
            parts += [f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>', _words(x, aside, words, colour=colour)]
    return parts


def _words(x: float, y: float, words: str, anchor: str = "middle", colour: str = _INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{words}</text>'
