"""Signing in: `/api/v1/session`, the session cookie, and who is asking."""

from __future__ import annotations

import hmac
from hashlib import sha256

import msgspec
from flask import Blueprint, Response, g, jsonify, request

from quiz.domain.errors import InvalidPayload, NotHost, Unauthorized
from quiz.platform import Platform

#: The cookie that holds the host's token; the realtime side reads it under the same name.
COOKIE = "quiz_session"
CSRF_HEADER = "X-CSRF-Token"


class Credentials(msgspec.Struct, frozen=True):
    """What signing in takes."""

    name: str
    password: str


def csrf(platform: Platform, token: str) -> str:
    """What a page must send back in a header with every unsafe request that the cookie authorises."""
    return _csrf(platform.settings.secret_key, token)


def _csrf(key: str, token: str) -> str:
    return hmac.new(key.encode(), b"csrf-v1" + token.encode(), sha256).hexdigest()


def host_name(platform: Platform) -> str:
    """The host who is asking; raises Unauthorized, or NotHost where the cookie comes without its CSRF token."""
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return platform.tokens.host(bearer.strip())
    token = request.cookies.get(COOKIE)
    if token is None:
        raise Unauthorized("sign in first")
    name = platform.tokens.host(token)
    if request.method not in ("GET", "HEAD"):
        given = request.headers.get(CSRF_HEADER, "").encode()
        # A page that is open since before the key was changed has what was made with the old one.
        if not any(hmac.compare_digest(given, _csrf(key, token).encode()) for key in platform.settings.secret_keys):
            raise NotHost(f"the header {CSRF_HEADER} is missing or wrong")
    g.session_token = token
    return name


def signed_in(platform: Platform) -> bool:
    """Whether the request's cookie is a host's."""
    try:
        platform.tokens.host(request.cookies.get(COOKIE, ""))
    except Unauthorized:
        return False
    return True


def blueprint(platform: Platform) -> Blueprint:
    """`POST`, `GET`, `DELETE /api/v1/session`."""
    routes = Blueprint("session", __name__, url_prefix="/api/v1/session")
    seconds = platform.tokens.host_seconds

    @routes.post("")
    def sign_in() -> Response:
        try:
            given = msgspec.json.decode(request.get_data(), type=Credentials)
        except (msgspec.DecodeError, RecursionError) as error:
            raise InvalidPayload(str(error)) from error
        platform.accounts.check(given.name, given.password)
        token = platform.tokens.for_host(given.name)
        expires_at = platform.games.now() + seconds * 1000
        response = jsonify(token=token, expires_at=expires_at, name=given.name, csrf=csrf(platform, token))
        response.set_cookie(COOKIE, token, max_age=seconds, httponly=True, samesite="Lax", secure=request.is_secure)
        return response

    @routes.get("")
    def who() -> Response:
        name = host_name(platform)
        token = g.get("session_token")
        return jsonify(name=name, csrf=csrf(platform, token) if token else None)

    @routes.delete("")
    def sign_out() -> tuple[str, int, dict[str, str]]:
        host_name(platform)
        return "", 204, {"Set-Cookie": f"{COOKIE}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"}

    return routes
