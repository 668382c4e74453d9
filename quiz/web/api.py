"""The HTTP interface: quizzes and games as JSON, for hosts who signed in."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Blueprint, Response, jsonify, request

from quiz.domain.errors import InvalidPayload, NotHost, QuizNotFound
from quiz.domain.game import Game, Mode, Options
from quiz.platform import Platform
from quiz.play.admission import Caller
from quiz.play.views import game_view
from quiz.transport.addresses import counted
from quiz.web.session import host_name

#: Bytes of a request's body.
MAX_BODY = 1024 * 1024


class NewGame(msgspec.Struct, frozen=True):
    """What `POST /api/v1/games` takes."""

    quiz: str
    mode: Mode = "live"
    options: Options = Options()


def blueprint(platform: Platform) -> Blueprint:
    """`/api/v1`."""
    routes = Blueprint("api", __name__, url_prefix="/api/v1")

    def summary(game: Game) -> dict[str, Any]:
        phase, _ = platform.games.phase(game)
        players = platform.leaderboard.top(game, 1).players
        return {**game_view(game, phase), "quiz": game.quiz, "players": players, "created_at": game.created_at}

    def own(game: Game, name: str) -> bool:
        return game.host is None or game.host == name

    @routes.get("/quizzes")
    def quizzes() -> Response:
        host_name(platform)
        return jsonify(quizzes=platform.quizzes.all())

    @routes.get("/quizzes/<slug>")
    def quiz(slug: str) -> Response:
        host_name(platform)
        found = platform.quizzes.get(slug)
        if found is None:
            raise QuizNotFound
        return Response(msgspec.json.encode(found), content_type="application/json")

    @routes.get("/games")
    def games() -> Response:
        name = host_name(platform)
        return jsonify(games=[summary(game) for game in platform.games.running() if own(game, name)])

    @routes.post("/games")
    def create() -> tuple[Response, int]:
        name = host_name(platform)
        try:
            wanted = msgspec.json.decode(request.get_data(), type=NewGame)
        except (msgspec.DecodeError, RecursionError) as error:
            raise InvalidPayload(str(error)) from error
        content = platform.quizzes.get(wanted.quiz)
        if content is None:
            raise QuizNotFound
        made = platform.lobby.create(content, wanted.mode, wanted.options, name)
        platform.admission.plays(made.pin, Caller(counted(request.remote_addr or "")))
        return jsonify(summary(made)), 201

    @routes.get("/games/<pin>")
    def game(pin: str) -> Response:
        name = host_name(platform)
        caller = Caller(counted(request.remote_addr or ""))
        found = platform.admission.find(pin, caller, lambda game: game.host == name)
        if not own(found, name):
            raise NotHost
        return jsonify(summary(found))

    return routes
