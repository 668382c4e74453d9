"""Who is asking, and whether they may; signing in and out at `/api/v1/session`."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Any

import msgspec
from flask import Blueprint, Flask, Response, g, jsonify, request

from quiz.domain.errors import InvalidPayload, NotHost, Unauthorized
from quiz.platform import Platform
from quiz.play import rights
from quiz.play.rights import Person
from quiz.play.sessions import Session
from quiz.transport.addresses import counted

#: The cookie that holds the host's token; the realtime side reads it under the same name.
COOKIE = "quiz_session"
CSRF_HEADER = "X-CSRF-Token"
#: Methods that change nothing.
SAFE = frozenset(["GET", "HEAD", "OPTIONS"])


class Credentials(msgspec.Struct, frozen=True):
    """What signing in takes."""

    name: str
    password: str


def csrf(platform: Platform, token: str) -> str:
    """What a page must send back in a header with every unsafe request that the cookie authorises."""
    return _csrf(platform.settings.secret_key, token)


def _csrf(key: str, token: str) -> str:
    return hmac.new(key.encode(), b"csrf-v1" + token.encode(), sha256).hexdigest()


def guard(app: Flask, platform: Platform) -> None:
    """Has every request to `/api/` authorised by `rights.ROUTES` before anything is done for it; what is not there is refused."""

    @app.before_request
    def authorise() -> None:
        rule = request.url_rule
        if rule is None or not rule.rule.startswith("/api/") or request.method == "OPTIONS":
            return
        right = rights.ROUTES.get(("GET" if request.method == "HEAD" else request.method, rule.rule))
        if right is None:
            raise NotHost("nobody may do this")
        if right is rights.Right.ANYBODY:
            return
        g.person, g.session = _asking(platform)
        rights.admit(right, g.person, (request.view_args or {}).get("name"))


def asking() -> Person:
    """The host who is asking, in a route that needs one."""
    person: Person = g.person
    return person


def _asking(platform: Platform) -> tuple[Person, Session]:
    """Raises Unauthorized, or NotHost where the cookie comes without its CSRF token."""
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return platform.sessions.person(bearer.strip())
    token = request.cookies.get(COOKIE)
    if token is None:
        raise Unauthorized("sign in first")
    found = platform.sessions.person(token)
    if request.method not in SAFE:
        given = request.headers.get(CSRF_HEADER, "").encode()
        # A page that is open since before the key was changed has what was made with the old one.
        if not any(hmac.compare_digest(given, _csrf(key, token).encode()) for key in platform.settings.secret_keys):
            raise NotHost(f"the header {CSRF_HEADER} is missing or wrong")
    g.session_token = token
    return found


def visitor(platform: Platform) -> Person | None:
    """The host whose cookie the request has; None if it is nobody's."""
    try:
        return platform.sessions.person(request.cookies.get(COOKIE, ""))[0]
    except Unauthorized:
        return None


def shown_session(platform: Platform) -> dict[str, Any] | None:
    """What `GET /api/v1/session` says to the request's cookie, for a page to begin with; None if it is nobody's."""
    person = visitor(platform)
    if person is None:
        return None
    return {"name": person.name, "admin": person.admin, "csrf": csrf(platform, request.cookies[COOKIE])}


def blueprint(platform: Platform) -> Blueprint:
    """`POST`, `GET`, `DELETE /api/v1/session`."""
    routes = Blueprint("session", __name__, url_prefix="/api/v1/session")
    seconds = platform.tokens.host_seconds

    @routes.post("")
    def sign_in() -> Response:
        _refuse_other_sites(platform)
        try:
            given = msgspec.json.decode(request.get_data(), type=Credentials)
        except (msgspec.DecodeError, RecursionError) as error:
            raise InvalidPayload(str(error)) from error
        host = platform.signing_in.enter(given.name, given.password, counted(request.remote_addr or ""))
        token, person = platform.sessions.begin(given.name)
        # While the password was looked at it may have been changed, which ended the sessions that there were, not this one.
        platform.accounts.still(host)
        expires_at = platform.games.now() + seconds * 1000
        response = jsonify(token=token, expires_at=expires_at, name=given.name, admin=person.admin, csrf=csrf(platform, token))
        response.set_cookie(COOKIE, token, max_age=seconds, httponly=True, samesite="Lax", secure=request.is_secure)
        return response

    @routes.get("")
    def who() -> Response:
        token = g.get("session_token")
        return jsonify(name=asking().name, admin=asking().admin, csrf=csrf(platform, token) if token else None)

    @routes.delete("")
    def sign_out() -> Response:
        platform.sessions.end(g.session)
        response = Response(status=204)
        response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=request.is_secure)
        return response

    return routes


def _refuse_other_sites(platform: Platform) -> None:
    """Another site's page must not sign its visitor in as somebody it chose. Programs send no Origin."""
    origin = request.headers.get("Origin")
    # A proxy that is not trusted may have taken TLS off: the host alone decides.
    if origin is not None and origin not in platform.settings.allowed_origins and origin.partition("://")[2] != request.host:
        raise NotHost("pages of other sites may not sign anybody in")
