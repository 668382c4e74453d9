"""What probes and dashboards ask: `/actuator/health` with liveness and readiness, and Prometheus' text."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST

from quiz import __version__
from quiz.ops import metrics
from quiz.platform import Platform


def blueprint(platform: Platform) -> Blueprint:
    """`/actuator/...` and `/metrics`. A Redis outage is DEGRADED and still 200, since the instance serves."""
    routes = Blueprint("actuator", __name__)

    @routes.get("/actuator/health")
    def health() -> Response:
        components = platform.health()
        status = "UP" if all(one["status"] == "UP" for one in components.values()) else "DEGRADED"
        return jsonify(status=status, components=components, instance=platform.settings.instance_id, version=__version__)

    @routes.get("/actuator/health/liveness")
    @routes.get("/actuator/health/readiness")
    def alive() -> Response:
        return jsonify(status="UP")

    @routes.get("/metrics")
    @routes.get("/actuator/prometheus")
    def prometheus() -> Response:
        return Response(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)

    return routes
