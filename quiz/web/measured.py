"""HTTP requests in the metrics, by prometheus-flask-exporter. Few labels: the rule of a path, not the path."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from prometheus_client import Gauge
from prometheus_flask_exporter import PrometheusMetrics

#: Anybody may send a method of their own making, and each would stay in the metrics.
_METHODS = frozenset(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
_BUCKETS = (0.005, 0.025, 0.1, 0.5, 2.5)


class _Exporter(PrometheusMetrics):  # type: ignore[misc]
    def info(self, name: str, description: str, **labels: str) -> Gauge:
        """As its base, but one number for all workers, and none of the dead."""
        shown = Gauge(name, description, list(labels), multiprocess_mode="livemax")
        shown.labels(**labels).set(1)
        return shown


def register(app: Flask) -> None:
    """Measures every request but those of unheard-of methods."""
    exporter = _Exporter(None, path=None, group_by="url_rule", buckets=_BUCKETS)
    skip = exporter.do_not_track()(lambda: None)

    def choose() -> Any:
        if request.method not in _METHODS:
            skip()

    app.before_request(choose)
    exporter.init_app(app)
