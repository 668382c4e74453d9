"""Pages, the HTTP interface and what probes ask (contract §4)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from quiz.ops.exposition import Exposition
from quiz.platform import Platform
from quiz.web import (
    actuator,
    api,
    hosts,
    images,
    installing,
    languages,
    measured,
    openapi,
    pages,
    problems,
    quizzes,
    results,
    session,
    static_files,
    themes,
)


def register(app: Flask, platform: Platform, exposition: Exposition, draining: Callable[[], bool]) -> None:
    """Adds everything that is served over HTTP. `draining`: whether this worker is about to stop."""
    measured.register(app)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.config["MAX_CONTENT_LENGTH"] = api.MAX_BODY
    problems.register(app)
    languages.register(app, platform.settings.language)
    themes.register(app)
    static_files.register(app, edited=platform.settings.env == "development")
    session.guard(app, platform)
    app.register_blueprint(pages.blueprint(platform))
    app.register_blueprint(session.blueprint(platform))
    app.register_blueprint(api.blueprint(platform))
    app.register_blueprint(results.blueprint(platform))
    app.register_blueprint(quizzes.blueprint(platform))
    app.register_blueprint(images.blueprint(platform))
    app.register_blueprint(hosts.blueprint(platform))
    app.register_blueprint(installing.blueprint())
    app.register_blueprint(openapi.blueprint())
    actuator.register(app, platform, exposition, draining)
