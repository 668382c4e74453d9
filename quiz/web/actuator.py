"""What probes and dashboards ask: `/actuator/health` with liveness and readiness, and Prometheus' text."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST

from quiz import __version__
from quiz.ops import metrics
from quiz.platform import Platform


def blueprint(platform: Platform, draining: Callable[[], bool]) -> Blueprint:
    """`/actuator/...` and `/metrics`. A Redis outage is DEGRADED and still 200, since the instance serves."""
    routes = Blueprint("actuator", __name__)

    @routes.get("/actuator/health")
    def health() -> Response:
        components = platform.health()
        status = "UP" if all(one["status"] == "UP" for one in components.values()) else "DEGRADED"
        return jsonify(status=status, components=components, instance=platform.settings.instance_id, version=__version__)

    @routes.get("/actuator/health/liveness")
    def alive() -> Response:
        return jsonify(status="UP")

    @routes.get("/actuator/health/readiness")
    def ready() -> Response:
        answer = jsonify(status="OUT_OF_SERVICE" if draining() else "UP")
        answer.status_code = 503 if draining() else 200
        return answer

    @routes.get("/metrics")
    @routes.get("/actuator/prometheus")
    def prometheus() -> Response:
        return Response(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)

    return routes
