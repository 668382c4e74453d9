"""Every HTTP request has an id: in the log, and in the answer, so that who complains can name it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from typing import Any

from quiz.ops import logging_context

HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,127}", re.ASCII)

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class RequestIds:
    """WSGI middleware. A request keeps the id that a trusted proxy gave it, if that looks like one."""

    def __init__(self, app: WSGI, *, trusted: bool) -> None:
        self._app, self._trusted = app, trusted

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Binds the id while the request is handled, and adds it to the answer's head."""
        given = environ.get("HTTP_X_REQUEST_ID", "") if self._trusted else ""
        request = given if _WELL_FORMED.fullmatch(given) else secrets.token_hex(16)

        def start(status: str, headers: list[tuple[str, str]], *args: Any) -> Any:
            return start_response(status, [*headers, (HEADER, request)], *args)

        bound = logging_context.enter(dict, {"request": request})
        try:
            return self._app(environ, start)
        finally:
            logging_context.leave(bound)
