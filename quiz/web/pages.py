"""The pages that people see. What happens on them comes over Socket.IO; a host's begin with what the server knows already."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import quote, urlsplit

import segno
from flask import Blueprint, Response, abort, render_template, request

from quiz.content import formats
from quiz.domain.errors import QuizError
from quiz.domain.nickname_words import nickname_words
from quiz.platform import Platform
from quiz.play.admission import Caller
from quiz.play.rights import Person
from quiz.transport.addresses import counted
from quiz.web import lists
from quiz.web.quizzes import SLUG
from quiz.web.session import shown_session, visitor

PIN = re.compile(r"[0-9]{6}")
#: Players of a game that comes with its page: more would make it heavy.
MOST_PLAYERS = 500


def blueprint(platform: Platform) -> Blueprint:
    """`/`, `/play/<pin>`, `/host` and what is below it, `/qr/<pin>.svg`."""
    routes = Blueprint("pages", __name__)

    def join_url(pin: str) -> str:
        return f"{platform.settings.address}/?pin={pin}"

    @routes.get("/")
    def join() -> str:
        pin = request.args.get("pin", "")
        return render_template("join.html", pin=pin if PIN.fullmatch(pin) else "", names=nickname_words)

    @routes.get("/play/<pin>")
    def play(pin: str) -> str:
        return render_template("play.html", pin=_checked(pin), names=nickname_words)

    def hosts_only(template: str, **known: Any) -> Response:
        """The page, or the way to it by signing in."""
        if visitor(platform) is None:
            return Response(status=302, headers={"Location": f"/host?next={quote(_asked())}", "Cache-Control": "no-store"})
        return _unkept(render_template(template, **known))

    @routes.get("/host")
    def host() -> Response:
        session = shown_session(platform)
        # All that the script needs to begin with: it would ask for it a round trip later.
        first = session and lists.desk(platform, Person(session["name"], session["admin"]))
        return _unkept(render_template("host.html", session=session, lists=first, formats=formats.EXPORT_FORMATS))

    @routes.get("/host/accounts")
    def accounts() -> Response:
        return hosts_only("host_accounts.html")

    @routes.get("/host/results")
    def results() -> Response:
        return hosts_only("host_results.html", game="")

    @routes.get("/host/results/<game>")
    def result(game: str) -> Response:
        return hosts_only("host_results.html", game=game)

    @routes.get("/host/quizzes")
    def quizzes() -> Response:
        return hosts_only("host_quizzes.html", formats=formats.EXPORT_FORMATS)

    @routes.get("/host/quizzes/<slug>")
    def quiz(slug: str) -> Response:
        if not SLUG.fullmatch(slug):
            abort(404)
        return hosts_only("host_quiz.html", slug=slug)

    @routes.get("/host/import")
    def import_() -> Response:
        return hosts_only("host_import.html")

    @routes.get("/host/games/<pin>")
    def host_game(pin: str) -> Response:
        address = urlsplit(platform.settings.address)
        page = render_template(
            "host_game.html",
            pin=_checked(pin),
            join_url=join_url(pin),
            join_host=address.netloc,
            origin=platform.settings.address,
            watched=_watched(platform, pin),
        )
        return _unkept(page)

    @routes.get("/host/games/<pin>/remote")
    def remote(pin: str) -> Response:
        return hosts_only("host_remote.html", pin=_checked(pin), watched=_watched(platform, pin))

    @routes.get("/host/games/<pin>/remote.svg")
    def remote_code(pin: str) -> Response:
        if visitor(platform) is None:
            abort(404)
        return _code(f"{platform.settings.address}/host/games/{_checked(pin)}/remote", "no-store")

    @routes.get("/qr/<pin>.svg")
    def qr(pin: str) -> Response:
        return _code(join_url(_checked(pin)), "max-age=3600")

    return routes


def _watched(platform: Platform, pin: str) -> dict[str, Any] | None:
    """What `watch` says to who asks for the page, which begins with it; None where the connection will have to say it."""
    person = visitor(platform)
    if person is None:
        return None
    try:
        game = platform.admission.run(person, pin, Caller(counted(request.remote_addr or "")))
        told = platform.lobby.watch(game)
    except QuizError:
        return None
    return told if len(told["players"]) <= MOST_PLAYERS else None


def _asked() -> str:
    """The path, with what may follow it."""
    query = request.query_string.decode("latin-1")
    return f"{request.path}?{query}" if query else request.path


def _code(address: str, kept: str) -> Response:
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="svg", scale=8, border=2, dark="#000", light="#fff")
    return Response(picture.getvalue(), content_type="image/svg+xml", headers={"Cache-Control": kept})


def _unkept(page: str) -> Response:
    """Going back must not show the page from before the sign-in, nor from after the sign-out."""
    return Response(page, headers={"Cache-Control": "no-store"}, content_type="text/html; charset=utf-8")


def _checked(pin: str) -> str:
    if not PIN.fullmatch(pin):
        abort(404)
    return pin
