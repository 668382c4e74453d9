"""What every response tells browsers not to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests

STATIC = Path("quiz/web/static")
#: Pages, files, the interface, errors of all makers, and Socket.IO's polling: (method, path, status).
RESPONSES = [
    ("GET", "/", 200),
    ("GET", "/?pin=123456", 200),
    ("GET", "/play/123456", 200),
    ("GET", "/host", 200),
    ("GET", "/host/games/123456", 200),
    ("GET", "/host/results/0123456789abcdef", 200),
    ("GET", "/api/v1/results", 401),
    ("GET", "/qr/123456.svg", 200),
    ("GET", "/static/js/player/main.js", 200),
    ("GET", "/static/css/base.css", 200),
    ("GET", "/api/v1/openapi.json", 200),
    ("GET", "/actuator/health", 200),
    ("GET", "/metrics", 200),
    ("GET", "/api/v1/games", 401),
    ("POST", "/api/v1/session", 400),
    ("PUT", "/api/v1/session", 405),
    ("GET", "/nowhere", 404),
    ("GET", "/static/nothing.js", 404),
    ("GET", "/socket.io/?EIO=4&transport=polling", 200),
    ("GET", "/socket.io/?EIO=4&transport=polling&sid=nobody", 400),
    ("GET", "/socket.io/?EIO=3&transport=polling", 400),
    ("POST", "/socket.io/?EIO=4&transport=carrier-pigeon", 400),
]
#: Where a response may be kept: what is the same for everybody.
KEPT = ("/static/", "/qr/")


def policy(response: requests.Response) -> dict[str, list[str]]:
    found = {}
    for part in response.headers["Content-Security-Policy"].split(";"):
        name, *sources = part.split()
        found[name] = sources
    return found


@pytest.mark.parametrize(("method", "path", "status"), RESPONSES)
def test_every_response_has_the_headers(instance, method, path, status):
    """Nothing runs but this server's files; no frame, no guessed type, no address told to others, nothing personal kept."""
    response = requests.request(method, instance.url + path, timeout=60)
    assert response.status_code == status
    rules = policy(response)
    assert rules["default-src"] == rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == ["'none'"]
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == rules["form-action"] == ["'self'"]
    assert rules["img-src"] == ["'self'", "data:"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    head = response.headers
    assert head["X-Content-Type-Options"] == "nosniff"
    assert head["X-Frame-Options"] == "DENY"
    assert head["Referrer-Policy"] == "same-origin"
    assert "camera=()" in head["Permissions-Policy"]
    assert head["Cross-Origin-Opener-Policy"] == head["Cross-Origin-Resource-Policy"] == "same-origin"
    assert ("no-store" in head["Cache-Control"]) is not (status == 200 and path.startswith(KEPT))
    assert "Strict-Transport-Security" not in head  # who has no certificate can't promise one
    for name in ("Content-Security-Policy", "Cache-Control", "X-Content-Type-Options"):
        assert len(response.raw.headers.getlist(name)) == 1


def test_pages_hold_no_scripts_of_their_own(instance):
    """What a page runs, it loads: no script, handler or style stands in it, so that the policy needs no exception."""
    for path in ("/", "/play/123456", "/host", "/host/games/123456"):
        page = requests.get(instance.url + path, timeout=60).text
        assert "<script" in page
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)
        assert not re.search(r"<[^>]*\s(on[a-z]+|style)\s*=|javascript:|<style|nonce", page)


def test_scripts_load_each_other_by_address():
    """A bare name, such as "preact", would need an import map, which is a script that stands in the page."""
    for file in (STATIC / "js").rglob("*.js"):
        for module in re.findall(r"""^import\b[^"';]*["']([^"']+)["']""", file.read_text(), re.MULTILINE):
            assert (file.parent / module).resolve().is_file(), f"{file} imports {module}"


def test_no_pin_and_no_token_leaves_in_a_referer(instance):
    """The policy stands on the pages whose addresses hold a PIN, and tokens never stand in an address."""
    for path in ("/?pin=123456", "/play/123456", "/host/games/123456"):
        assert requests.get(instance.url + path, timeout=60).headers["Referrer-Policy"] == "same-origin"
    for file in (STATIC / "js").rglob("*.js"):
        assert not re.search(r"[?&](token|csrf)=|location\.(search|hash)\s*=", file.read_text()), file
