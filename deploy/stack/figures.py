"""The dashboard's figures in a terminal: each panel's own queries, asked of Prometheus."""

from __future__ import annotations

import json
import math
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from deploy.stack.configuration import DEPLOY

DASHBOARD = DEPLOY / "grafana" / "quiz-platform.json"

#: Grafana's window of a rate is at least four looks.
_LOOKS = 4
#: Series of a panel that fit into a line, and columns of its title.
_SERIES_MOST, _WIDTH = 6, 42


class NoAnswer(Exception):
    """Prometheus can't be reached, or refuses a query; the message says which."""


@dataclass(frozen=True)
class Panel:
    """`queries` are (expression, legend) as Grafana knows them; `words` are what a value is called, by its number."""

    row: str
    title: str
    unit: str
    queries: tuple[tuple[str, str], ...]
    words: dict[str, str]

    def expressions(self, window_s: int) -> list[str]:
        """What Grafana would ask of all instances, with rates over `window_s` seconds."""
        return [_filled(expression, window_s) for expression, _ in self.queries]


class Prometheus:
    """One that runs at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url

    def ask(self, expression: str) -> list[tuple[dict[str, str], float]]:
        """The labels and the value of each series now. Raises NoAnswer."""
        query = urllib.parse.urlencode({"query": expression})
        try:
            with urllib.request.urlopen(f"{self._url}/api/v1/query?{query}", timeout=5) as reply:  # noqa: S310 - our own Prometheus
                result: list[dict[str, Any]] = json.load(reply)["data"]["result"]
        except urllib.error.HTTPError as error:
            if error.code == HTTPStatus.SERVICE_UNAVAILABLE:
                raise NoAnswer("Prometheus is starting") from None
            raise NoAnswer(f"{expression}: {error}: {error.read().decode(errors='replace').strip()}") from None
        except OSError as error:
            raise NoAnswer(f"no answer from {self._url}: {error}") from None
        return [(one["metric"], float(one["value"][1])) for one in result]

    def alerts(self) -> list[str]:
        """The alerts that fire now, or are about to (pending): "RedisDown (firing)". Raises NoAnswer."""
        return sorted({f"{labels['alertname']} ({labels['alertstate']})" for labels, _ in self.ask("ALERTS")})


def panels(path: Path = DASHBOARD) -> list[Panel]:
    """Those of a dashboard, in its order."""
    found, row = [], ""
    for panel in json.loads(path.read_text())["panels"]:
        if panel["type"] == "row":
            row = panel["title"]
            continue
        defaults = panel["fieldConfig"]["defaults"]
        words = {
            value: shown["text"]
            for mapping in defaults.get("mappings", [])
            if mapping["type"] == "value"
            for value, shown in mapping["options"].items()
        }
        queries = tuple((target["expr"], target.get("legendFormat", "")) for target in panel["targets"])
        found.append(Panel(row, panel["title"], defaults["unit"], queries, words))
    return found


def lines(shown: list[Panel], prometheus: Prometheus, scrape_s: int) -> list[str]:
    """The alerts, then a line for each panel under those of their rows. Raises NoAnswer."""
    told, row = [f"{'Alerts':<{_WIDTH + 2}}{', '.join(prometheus.alerts()) or 'none'}"], ""
    for panel in shown:
        if panel.row != row:
            row = panel.row
            told.append(row)
        told.append(f"  {panel.title:<{_WIDTH}}{_values(panel, prometheus, scrape_s)}")
    return told


def _values(panel: Panel, prometheus: Prometheus, scrape_s: int) -> str:
    told = []
    for (_, legend), expression in zip(panel.queries, panel.expressions(_LOOKS * scrape_s), strict=True):
        for labels, value in prometheus.ask(expression):
            told.append(f"{_named(legend, labels)} {_worded(panel, value)}".strip())
    more = [f"and {len(told) - _SERIES_MOST} more"] if len(told) > _SERIES_MOST else []
    return ", ".join(told[:_SERIES_MOST] + more) or "no data yet"


def _named(legend: str, labels: dict[str, str]) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda found: labels.get(found[1], ""), legend)


def _worded(panel: Panel, value: float) -> str:
    return panel.words.get(f"{value:g}") or in_unit(value, panel.unit)


def in_unit(value: float, unit: str) -> str:
    """A value as people read it, in one of the units that the dashboard uses."""
    if math.isnan(value):
        return "-"
    match unit:
        case "s":
            return f"{value * 1000:.3g} ms" if abs(value) < 1 else f"{value:.3g} s"
        case "bytes":
            return f"{value / 2**20:,.0f} MiB" if value >= 2**20 else f"{value / 2**10:,.0f} KiB"
        case "percentunit":
            return f"{value:.1%}"
        case "short" | "none":
            return f"{value:,.4g}"
        case _:
            return f"{value:,.3g}/s"


def _filled(expression: str, window_s: int) -> str:
    return expression.replace("$__rate_interval", f"{window_s}s").replace("$instance", ".*")
