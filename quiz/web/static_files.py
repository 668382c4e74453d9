"""What pages load: scripts, styles and pictures, at addresses that say what is there, so that browsers keep them for good.

`/static/<release>/css/base.css` is what `url_for("static", filename="css/base.css")` gives; scripts reach their neighbours by
relative addresses, and so stay in the release. Another instance may be of another release for a while: whoever asks for a release
that is not here gets the file that is, to be asked for again (docs/decisions/0029).
"""

from __future__ import annotations

import gzip
import re
from functools import cache
from hashlib import sha256
from typing import Any

from flask import Flask, Response, abort, request

from quiz.ops import bundles

_RELEASE = re.compile(r"([0-9a-f]{12})/(.*)")
#: What browsers are told of a file by its ending. Not the system's table: some name scripts otherwise.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_COMPRESSED = frozenset([".mp3", ".ogg", ".png", ".webp", ".woff2"])
#: For who asked for what is here; and for who asked for something else.
KEPT, ASKED_AGAIN = "public, max-age=31536000, immutable", "public, no-cache"


class StaticFiles:
    """The files of one release, each read when it is first asked for."""

    def __init__(self) -> None:
        self._look()

    def _look(self) -> None:
        self._changes = bundles.changes()
        self._release = bundles.release()
        self._body = cache(self._read)

    def look(self) -> None:
        """Sees what has changed; for a developer who edits while the server runs."""
        if bundles.changes() != self._changes:
            self._look()

    def address(self, endpoint: str, values: dict[str, Any]) -> None:
        """Makes `url_for("static", filename=…)` name the release (Flask's `url_defaults`)."""
        if endpoint == "static":
            values["filename"] = f"{self._release.name}/{values['filename']}"

    def serve(self, filename: str) -> Response:
        """A file, compressed as the browser likes it."""
        asked = _RELEASE.fullmatch(filename)
        release, name = asked.groups() if asked else ("", filename)
        if name not in self._release.files:
            abort(404)
        accepted = [encoding for encoding in bundles.ENCODINGS if request.accept_encodings[encoding]]
        try:
            body, encoding, sha = self._body(name, *accepted)
        except FileNotFoundError:  # another release has come into the checkout
            abort(404)
        response = Response(body, content_type=TYPES.get(name[name.rindex(".") :], "application/octet-stream"))
        here = release == self._release.name and sha == self._release.files[name][1]
        response.headers["Cache-Control"] = KEPT if here else ASKED_AGAIN
        if encoding:
            response.headers["Content-Encoding"] = encoding
        response.vary.add("Accept-Encoding")
        response.set_etag(sha[:24] + encoding)
        response.make_conditional(request)
        return response

    def _read(self, name: str, *accepted: str) -> tuple[bytes, str, str]:
        """What it holds, how that is encoded, and the file's hash, which is another one if the checkout has changed meanwhile."""
        path, _ = self._release.files[name]
        plain = path.read_bytes()
        sha = sha256(plain).hexdigest()
        if not accepted or path.suffix in _COMPRESSED:
            return plain, "", sha
        if path.is_relative_to(bundles.BUNDLES):
            return path.with_name(path.name + bundles.ENCODINGS[accepted[0]]).read_bytes(), accepted[0], sha
        return (gzip.compress(plain, mtime=0), "gzip", sha) if "gzip" in accepted else (plain, "", sha)


def register(app: Flask, edited: bool) -> None:
    """Serves `/static/`; `edited`: files may change while the server runs."""
    files = StaticFiles()
    app.url_defaults(files.address)
    app.view_functions["static"] = files.serve  # of Flask's own rule
    if edited:
        app.before_request(lambda: files.look() if request.blueprint == "pages" else None)
