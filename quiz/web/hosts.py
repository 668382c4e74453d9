"""Accounts at `/api/v1/hosts`: for admins, but for the end of one's own sessions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec
from flask import Blueprint, Response, jsonify, request

from quiz.domain.errors import ContentError, HostNotFound, HostTaken, InvalidPayload, WrongState
from quiz.platform import Platform
from quiz.play.holdings import Host
from quiz.web.session import asking

T = TypeVar("T")


class NewHost(msgspec.Struct, frozen=True):
    """What `POST /api/v1/hosts` takes; without a password one is made up."""

    name: str
    password: str | None = None
    admin: bool = False


class NewPassword(msgspec.Struct, frozen=True):
    """What `PUT /api/v1/hosts/{name}/password` takes; without a password one is made up."""

    password: str | None = None


class NewRole(msgspec.Struct, frozen=True):
    """What `PATCH /api/v1/hosts/{name}` takes."""

    admin: bool


def blueprint(platform: Platform) -> Blueprint:
    """`/api/v1/hosts`."""
    routes = Blueprint("hosts", __name__, url_prefix="/api/v1/hosts")
    accounts = platform.accounts

    def found(name: str) -> Host:
        with _there():
            return accounts.get(name)

    @routes.get("")
    def hosts() -> Response:
        return jsonify(hosts=[_summary(one) for one in accounts.all()])

    @routes.post("")
    def add() -> tuple[Response, int]:
        wanted = _body(NewHost)
        if any(one.name == wanted.name for one in accounts.all()):
            raise HostTaken(f"there is a host {wanted.name!r} already")
        try:
            password = accounts.add(wanted.name, wanted.password, platform.games.now(), admin=wanted.admin)
        except ContentError as error:
            if any(one.name == wanted.name for one in accounts.all()):  # added by somebody else while the password was hashed
                raise HostTaken(str(error)) from error
            raise InvalidPayload(str(error)) from error
        return _told(wanted.name, password, wanted.password), 201

    @routes.put("/<name>/password")
    def set_password(name: str) -> Response:
        found(name)
        wanted = _body(NewPassword)
        try:
            password = accounts.change_password(name, wanted.password)
        except ContentError as error:
            found(name)  # somebody may have removed it meanwhile
            raise InvalidPayload(str(error)) from error
        return _told(name, password, wanted.password)

    @routes.patch("/<name>")
    def set_role(name: str) -> Response:
        found(name)
        wanted = _body(NewRole)
        if name == asking().name:
            raise WrongState("another admin must do this: it is your own account")
        with _there():
            return jsonify(_summary(accounts.set_admin(name, wanted.admin)))

    @routes.delete("/<name>")
    def remove(name: str) -> tuple[str, int]:
        found(name)
        if name == asking().name:
            raise WrongState("another admin must remove this account: it is your own")
        with _there():
            accounts.remove(name)
        return "", 204

    @routes.delete("/<name>/sessions")
    def sign_out_everywhere(name: str) -> tuple[str, int]:
        if name != asking().name:
            found(name)
        platform.sessions.end_all(name)
        return "", 204

    return routes


@contextmanager
def _there() -> Iterator[None]:
    """What is done needs an account that is there; somebody else may remove it at any moment."""
    try:
        yield
    except ContentError as error:
        raise HostNotFound(str(error)) from error


def _body(shape: type[T]) -> T:
    try:
        return msgspec.json.decode(request.get_data() or b"{}", type=shape)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidPayload(str(error)) from error


def _summary(host: Host) -> dict[str, Any]:
    return {"name": host.name, "admin": host.admin, "created_at": host.created_at}


def _told(name: str, password: str, chosen: str | None) -> Response:
    """A password that was made up is told this once."""
    return jsonify(name=name, **({} if chosen is not None else {"password": password}))
