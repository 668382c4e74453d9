"""Signing in, and the accounts of hosts."""

from __future__ import annotations

from typing import Annotated, NotRequired, TypedDict

from msgspec import Meta

from quiz.play.payloads import Milliseconds
from quiz.web.hosts import NewHost, NewPassword, NewRole
from quiz.web.openapi.operation import Operation
from quiz.web.session import CSRF_HEADER, Credentials


class Session(TypedDict):
    """A host is signed in."""

    token: str
    expires_at: Milliseconds
    name: str
    admin: bool
    csrf: Annotated[str, Meta(description=f"For the header {CSRF_HEADER}, where the cookie signs a request")]


class SignedIn(TypedDict):
    """Who is signed in; `csrf` is null for one who came with a token."""

    name: str
    admin: bool
    csrf: str | None


class HostSummary(TypedDict):
    """An account."""

    name: str
    admin: bool
    created_at: Milliseconds


class HostList(TypedDict):
    """All accounts, by name."""

    hosts: list[HostSummary]


class HostPassword(TypedDict):
    """The password is told where it was made up, and this once."""

    name: str
    password: NotRequired[str]


OPERATIONS: dict[str, dict[str, Operation]] = {
    "/api/v1/session": {
        "post": Operation(
            "Sign in",
            ((200, "Signed in; a cookie comes with it", Session),),
            (400, 401, 403, 413, 429, 503),
            Credentials,
            public=True,
        ),
        "get": Operation("Who is signed in", ((200, "A host", SignedIn),), (401,)),
        "delete": Operation("Sign out: this session ends", ((204, "Signed out", None),), (401, 403)),
    },
    "/api/v1/hosts": {
        "get": Operation("All accounts; for admins", ((200, "The accounts", HostList),), (401, 403, 503)),
        "post": Operation(
            "Add an account; for admins", ((201, "It is there", HostPassword),), (400, 401, 403, 409, 503), NewHost
        ),
    },
    "/api/v1/hosts/{name}": {
        "patch": Operation(
            "Make an account an admin's, or no longer: then its sessions end; for admins",
            ((200, "The account", HostSummary),),
            (400, 401, 403, 404, 409, 503),
            NewRole,
        ),
        "delete": Operation(
            "Remove an account and end its sessions; for admins", ((204, "It is gone", None),), (401, 403, 404, 409, 503)
        ),
    },
    "/api/v1/hosts/{name}/password": {
        "put": Operation(
            "Set another password and end all sessions; for admins",
            ((200, "It is set", HostPassword),),
            (400, 401, 403, 404, 503),
            NewPassword,
        ),
    },
    "/api/v1/hosts/{name}/sessions": {
        "delete": Operation(
            "Sign out everywhere: end all sessions of an account; for admins and oneself",
            ((204, "Done", None),),
            (401, 403, 404, 503),
        ),
    },
}
