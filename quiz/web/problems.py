"""Errors of the HTTP interface, as RFC 9457 problem details."""

from __future__ import annotations

import json
from http import HTTPStatus
from math import ceil
from typing import Any

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from quiz.domain.errors import (
    DraftNotFound,
    GameNotFound,
    HostNotFound,
    HostTaken,
    ImageNotFound,
    InvalidPayload,
    LimitReached,
    NotHost,
    PinTaken,
    PlayerNotFound,
    QuestionNotFound,
    QuizError,
    QuizNotFound,
    RateLimited,
    ServerBusy,
    Unauthorized,
    VersionConflict,
    VersionRequired,
    WrongState,
)

#: Seconds after which a client may try again what could not be done just now.
RETRY_AFTER_S = 5

_STATUS: dict[type[QuizError], int] = {
    InvalidPayload: 400,
    Unauthorized: 401,
    NotHost: 403,
    GameNotFound: 404,
    QuizNotFound: 404,
    QuestionNotFound: 404,
    HostNotFound: 404,
    PlayerNotFound: 404,
    DraftNotFound: 404,
    ImageNotFound: 404,
    HostTaken: 409,
    PinTaken: 409,
    WrongState: 409,
    LimitReached: 409,
    VersionConflict: 412,
    VersionRequired: 428,
    RateLimited: 429,
    ServerBusy: 503,
}


def register(app: Flask) -> None:
    """Turns errors into problem details; outside of /api and /actuator people get a page."""
    app.register_error_handler(QuizError, _of_quiz)
    app.register_error_handler(HTTPException, _of_http)


def problem(status: int, detail: str, code: str, **more: Any) -> Response:
    """One problem; `code` is the machine's word for it."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, "code": code, **more}
    return Response(json.dumps(body), status, content_type="application/problem+json")


def _of_quiz(error: QuizError) -> Response:
    status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 400)
    more = {} if error.retry_after_ms is None else {"retry_after_ms": error.retry_after_ms}
    told = problem(status, error.message, error.code, **more, **error.more)
    if status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        told.headers["Retry-After"] = ceil(error.retry_after_ms / 1000) if error.retry_after_ms else RETRY_AFTER_S
    return told


def _of_http(error: HTTPException) -> Response | HTTPException:
    if not request.path.startswith(("/api/", "/actuator/")):
        # For who looks at it; what fetches a file needs no page.
        if isinstance(error, NotFound) and "text/html" in request.headers.get("Accept", ""):
            return Response(render_template("missing.html"), 404, content_type="text/html; charset=utf-8")
        return error
    status = error.code or 500
    told = problem(status, error.description or "", HTTPStatus(status).name.lower())
    if isinstance(error, MethodNotAllowed):
        told.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return told
