"""The language of each page: the one that somebody chose, else the browser's, else the setting's (docs/decisions/0025).

A cookie keeps the choice; `js/languages.js` sets it. Templates and scripts find their texts in the same catalogue, which a page's
scripts get as a file before any of them runs.
"""

from __future__ import annotations

import gzip
from functools import cache
from typing import Any

from flask import Blueprint, Flask, Response, abort, request, url_for

from quiz.web import catalogues

COOKIE = "quiz_language"
#: What those call it who speak it, by its code.
NAMES = {"en": "English", "es": "Español", "vi": "Tiếng Việt", "de": "Deutsch", "ar": "العربية"}
LANGUAGES = tuple(NAMES)
_FROM_THE_RIGHT = frozenset(["ar"])
#: For who asked for what is here; and for who asked for that of another release.
_KEPT, _ASKED_AGAIN = "public, max-age=31536000, immutable", "public, no-cache"

_revision = cache(catalogues.revision)
_catalogue = cache(catalogues.read)


def chosen(default: str) -> str:
    """The language of the page that is asked for."""
    kept = request.cookies.get(COOKIE, "")
    asked = (tag.lower().split("-")[0] for tag, quality in request.accept_languages if quality > 0)  # the dearest first
    return next((language for language in (kept, *asked) if language in LANGUAGES), default)


def translated(language: str, text: str, values: dict[str, Any]) -> str:
    """`text` in a language, with `values` in place of its {placeholders}."""
    found = text if language == "en" else _texts(language).get(text, text)
    return found.format_map(values) if values else found


@cache
def _texts(language: str) -> dict[str, str]:
    return _catalogue(language).texts()


@cache
def _script(language: str, hosts: bool) -> tuple[bytes, bytes]:
    """A catalogue for scripts, as it is and compressed."""
    plain = _catalogue(language).script(hosts).encode()
    return plain, gzip.compress(plain, mtime=0)


def register(app: Flask, default: str) -> None:
    """Gives every template `language`, `direction`, `languages`, `t`, and as `texts` its scripts' catalogue's address, if any."""

    def known() -> dict[str, Any]:
        language = chosen(default)
        pages = "host" if request.path.startswith("/host") else "player"
        return {
            "language": language,
            "direction": "rtl" if language in _FROM_THE_RIGHT else "ltr",
            "languages": NAMES,
            "t": lambda text, **values: translated(language, text, values),
            "texts": language != "en" and url_for("texts.texts", revision=_revision(language), language=language, pages=pages),
        }

    def told(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers["Content-Language"] = chosen(default)
            response.vary.update(["Accept-Language", "Cookie"])
        return response

    app.context_processor(known)
    app.after_request(told)
    app.register_blueprint(_blueprint())


def _blueprint() -> Blueprint:
    routes = Blueprint("texts", __name__)

    @routes.get("/texts/<revision>/<language>-<any(host, player):pages>.js")
    def texts(revision: str, language: str, pages: str) -> Response:
        if language not in LANGUAGES or language == "en":
            abort(404)
        plain, compressed = _script(language, pages == "host")
        zipped = bool(request.accept_encodings["gzip"])
        response = Response(compressed if zipped else plain, content_type="text/javascript; charset=utf-8")
        if zipped:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Cache-Control"] = _KEPT if revision == _revision(language) else _ASKED_AGAIN
        response.vary.add("Accept-Encoding")
        return response

    return routes
