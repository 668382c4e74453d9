"""Games over HTTP, for hosts who signed in."""

from __future__ import annotations

from typing import Annotated

import msgspec
from flask import Blueprint, Response, jsonify, request
from msgspec import Meta

from quiz.domain.errors import InvalidPayload
from quiz.domain.game import Draw, Mode, Options
from quiz.domain.quiz import Quiz
from quiz.platform import Platform
from quiz.play import library
from quiz.play.admission import Caller
from quiz.play.drawing import Drawing, drawn, drawn_of
from quiz.transport.addresses import counted
from quiz.web import lists
from quiz.web.session import asking

#: Bytes of a request's body, but where files and quizzes are sent; as nginx has it in `deploy/`.
MAX_BODY = 64 * 1024


Attempt = Annotated[
    str,
    Meta(
        min_length=16,
        max_length=64,
        description="A random text of the client's own: who sends it again, not knowing whether the game was made, gets that one",
    ),
]


class NewGame(msgspec.Struct, frozen=True):
    """What `POST /api/v1/games` takes."""

    quiz: Annotated[str | None, Meta(description="A slug; null where `draw` has tags")] = None
    mode: Mode = "live"
    options: Options = Options()
    draw: Annotated[
        Drawing | None,
        Meta(description="Only so many of the quiz's questions, or, without a quiz, of those of all that have the tags"),
    ] = None
    attempt: Attempt | None = None


def blueprint(platform: Platform) -> Blueprint:
    """`/api/v1/games`."""
    routes = Blueprint("api", __name__, url_prefix="/api/v1")

    def contents(name: str, wanted: NewGame) -> tuple[Quiz, Draw | None]:
        if wanted.quiz is None:
            if wanted.draw is None:
                raise InvalidPayload("quiz: is missing")
            return drawn(platform.quizzes, platform.catalogue, (name, None), wanted.draw)
        quiz = library.readable(platform.quizzes, name, wanted.quiz)
        return (quiz, None) if wanted.draw is None else drawn_of(quiz, wanted.draw)

    @routes.get("/games")
    def games() -> Response:
        return jsonify(games=lists.games(platform, asking()))

    @routes.post("/games")
    def create() -> tuple[Response, int]:
        try:
            wanted = msgspec.json.decode(request.get_data(), type=NewGame)
        except (msgspec.DecodeError, RecursionError) as error:
            raise InvalidPayload(str(error)) from error
        name = asking().name
        content, draw = contents(name, wanted)
        made = platform.lobby.create(content, wanted.mode, wanted.options, name, draw=draw, attempt=wanted.attempt)
        platform.admission.plays(made.pin, Caller(counted(request.remote_addr or "")))
        return jsonify(lists.game(platform, made)), 201

    @routes.get("/games/<pin>")
    def game(pin: str) -> Response:
        found = platform.admission.run(asking(), pin, Caller(counted(request.remote_addr or "")))
        return jsonify(lists.game(platform, found))

    return routes
