"""What probes ask: `/actuator/health` and its liveness and readiness."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from quiz import __version__
from quiz.domain.errors import ServerBusy
from quiz.platform import Platform


def blueprint(platform: Platform) -> Blueprint:
    """`/actuator/health...`. A Redis outage is DEGRADED and still 200, since the instance serves."""
    routes = Blueprint("actuator", __name__, url_prefix="/actuator")

    def redis() -> dict[str, Any]:
        try:
            platform.games.now()
        except ServerBusy as error:
            return {"status": "DOWN", "details": {"error": str(error.__cause__)}}
        return {"status": "UP"}

    @routes.get("/health")
    def health() -> Response:
        components = {"redis": redis()}
        status = "UP" if all(one["status"] == "UP" for one in components.values()) else "DEGRADED"
        return jsonify(status=status, components=components, instance=platform.settings.instance_id, version=__version__)

    @routes.get("/health/liveness")
    @routes.get("/health/readiness")
    def alive() -> Response:
        return jsonify(status="UP")

    return routes
