"""Pages, the HTTP interface and what probes ask (contract §4)."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from flask import Flask, Response, g

from quiz.ops.exposition import Exposition
from quiz.platform import Platform
from quiz.web import actuator, api, hosts, measured, openapi, pages, problems, session


def register(app: Flask, platform: Platform, exposition: Exposition, draining: Callable[[], bool]) -> None:
    """Adds everything that is served over HTTP. `draining`: whether this worker is about to stop."""
    measured.register(app)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.config["MAX_CONTENT_LENGTH"] = api.MAX_BODY
    app.before_request(_new_nonce)
    app.after_request(_headers)
    app.context_processor(lambda: {"csp_nonce": g.csp_nonce})
    problems.register(app)
    session.guard(app, platform)
    app.register_blueprint(pages.blueprint(platform))
    app.register_blueprint(session.blueprint(platform))
    app.register_blueprint(api.blueprint(platform))
    app.register_blueprint(hosts.blueprint(platform))
    app.register_blueprint(openapi.blueprint())
    actuator.register(app, platform, exposition, draining)


def _new_nonce() -> None:
    g.csp_nonce = secrets.token_urlsafe(16)


def _headers(response: Response) -> Response:
    policy = f"default-src 'self'; script-src 'self' 'nonce-{g.csp_nonce}'; img-src 'self' data:; connect-src 'self' ws: wss:"
    response.headers.setdefault(
        "Content-Security-Policy", f"{policy}; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    return response
