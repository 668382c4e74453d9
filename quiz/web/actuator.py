"""What probes and dashboards ask: `/actuator/health` with liveness and readiness, and the metrics.

Liveness is the event loop: who gets an answer has reached a worker whose loop turns. It asks nothing else, since a probe that
failed with Redis would restart every instance at once. With several workers a probe reaches one of them, and never one that is
stuck: that one is no reason to restart the others and cut off their clients, and gunicorn's master replaces it after a minute.
Until then `/actuator/health` and `quiz_event_loop_turned_timestamp_seconds` show it.

Liveness, readiness and the bare status always answer. Details and metrics are for whom `actuator.access` names: everybody
(`open`), the clients in `actuator.networks`, by their address behind the trusted proxies (`networks`), or whoever reaches
`actuator.port` (`port`). That port is one more address of gunicorn's master, whose workers all listen on both: whichever takes a
request answers for all of them, as on the main port, and nothing else is served there. Who reaches it is a firewall's business.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, abort, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST

from quiz import __version__
from quiz.ops.exposition import Exposition
from quiz.platform import Platform
from quiz.web import access
from quiz.web.problems import problem

_PATHS = ("/actuator", "/metrics")


def register(app: Flask, platform: Platform, exposition: Exposition, draining: Callable[[], bool]) -> None:
    """Adds `/actuator/...` and `/metrics`; on a port of their own nothing else is there, Socket.IO neither."""
    allowed = access.of(platform.settings)
    app.register_blueprint(_blueprint(platform, exposition, draining, allowed))
    if platform.settings.actuator.access == "port":
        port = platform.settings.actuator.port

        def only_actuator() -> None:
            if access.came_by(request.environ) == port and not request.path.startswith(_PATHS):
                abort(404)

        app.before_request(only_actuator)
        around = app.wsgi_app

        def past_socketio(environ: dict[str, Any], start_response: Any) -> Any:
            if access.came_by(environ) == port:
                return Flask.wsgi_app(app, environ, start_response)
            return around(environ, start_response)

        app.wsgi_app = past_socketio  # type: ignore[method-assign]


def _blueprint(platform: Platform, exposition: Exposition, draining: Callable[[], bool], allowed: access.Allowed) -> Blueprint:
    routes = Blueprint("actuator", __name__)
    public = {"actuator.health", "actuator.alive", "actuator.ready"}

    @routes.before_request
    def keep_out() -> Response | None:
        if request.endpoint in public or allowed(request):
            return None
        return problem(403, "this is for operators: see the settings under actuator", "forbidden")

    @routes.get("/actuator/health")
    def health() -> Response:
        components = platform.health.components()
        status = platform.health.status(components)
        if not allowed(request):
            return jsonify(status=status)
        return jsonify(status=status, components=components, instance=platform.settings.instance_id, version=__version__)

    @routes.get("/actuator/health/liveness")
    def alive() -> Response:
        return jsonify(status="UP")

    @routes.get("/actuator/health/readiness")
    def ready() -> Response:
        # A Redis outage is no reason: the instance serves on. One that starts has nobody yet who could answer.
        answer = jsonify(status="OUT_OF_SERVICE" if draining() else "UP")
        answer.status_code = 503 if draining() else 200
        return answer

    @routes.get("/actuator/metrics")
    def names() -> Response:
        return jsonify(names=exposition.names())

    @routes.get("/actuator/metrics/<name>")
    def one(name: str) -> Response:
        measurements = exposition.measurements(name)
        if measurements is None:
            return problem(404, f"there is no metric {name!r}; /actuator/metrics lists all", "not_found")
        return jsonify(name=name, measurements=measurements)

    @routes.get("/metrics")
    @routes.get("/actuator/prometheus")
    def prometheus() -> Response:
        return Response(exposition.text(), content_type=CONTENT_TYPE_LATEST)

    return routes
