"""The HTTP interface as an OpenAPI 3.1 document. `/api/v1/openapi.json` serves it."""

from __future__ import annotations

import json
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, NotRequired, TypedDict

import msgspec
from flask import Blueprint, Response, jsonify
from msgspec import Meta

from quiz import __version__
from quiz.domain.quiz import Quiz
from quiz.play.payloads import GameView, Milliseconds
from quiz.play.results import Comparison, GameResult, PlayerAnswers, QuestionAnswers
from quiz.reports import FORMATS
from quiz.reports.json_report import GameReport
from quiz.reports.rows import SHOWS
from quiz.web.api import NewGame
from quiz.web.hosts import NewHost, NewPassword, NewRole
from quiz.web.results import MOST, PAGE, ResultPage
from quiz.web.session import COOKIE, CSRF_HEADER, Credentials

_INTRODUCTION = f"""\
Sign in with `POST /api/v1/session`. Then send the token as `Authorization: Bearer …`, or go on with the cookie that came with it;
with the cookie every request that changes something needs the header `{CSRF_HEADER}`, with the `csrf` that signing in gave.
Errors are problem details (RFC 9457). Games are played over Socket.IO, which `asyncapi.json` describes."""

_PROBLEMS = {
    400: "The body is not what it should be; `detail` says where",
    401: "Nobody is signed in, or name or password are wrong",
    403: f"It is another host's, only admins may, the cookie comes without `{CSRF_HEADER}`, or only operators may (`actuator`)",
    404: "There is no such thing",
    409: "It can't be done as things are",
    413: "The body is too large",
    429: "That was tried too often, or the host has too many games; `retry_after_ms` says when to come back",
    503: "Redis is away; try again",
}


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


class QuizSummary(TypedDict):
    """What a list shows of a quiz."""

    slug: str
    title: str
    description: str
    language: str
    question_count: int
    owner: Annotated[str | None, Meta(description="Null: all hosts share it")]


class QuizList(TypedDict):
    """The host's quizzes and the shared ones, by title; under a slug that both have, the host's."""

    quizzes: list[QuizSummary]


class GameSummary(GameView):
    """A game, and how many players it has."""

    quiz: Annotated[str, Meta(description="The quiz's slug")]
    players: int
    created_at: Milliseconds


class GameList(TypedDict):
    """The games that this host may run, the newest first."""

    games: list[GameSummary]


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


class Component(TypedDict):
    """A part of the instance."""

    status: Literal["UP", "DOWN"]
    details: NotRequired[dict[str, Any]]


class Health(TypedDict):
    """How an instance is; DEGRADED while it serves without something that it needs. All but `status` is for operators."""

    status: Literal["UP", "DEGRADED"]
    components: NotRequired[dict[str, Component]]
    instance: NotRequired[str]
    version: NotRequired[str]


class MetricNames(TypedDict):
    """The dotted names of all metrics."""

    names: list[str]


class Measurement(TypedDict):
    """A counter has its COUNT, a gauge its VALUE, a histogram COUNT and TOTAL_TIME (seconds)."""

    statistic: Literal["COUNT", "VALUE", "TOTAL_TIME"]
    value: float


class Measured(TypedDict):
    """What a metric says over all its labels, of all workers of the instance."""

    name: str
    measurements: list[Measurement]


class Probe(TypedDict):
    """The answer to a probe."""

    status: Literal["UP", "OUT_OF_SERVICE"]


class Problem(TypedDict):
    """What went wrong (RFC 9457); `code` is for programs."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    retry_after_ms: NotRequired[int]


class Operation(NamedTuple):
    """One method of a path. `done`: status, what it means, and the shape of its JSON (a text: a content type instead, a tuple:
    one of several).
    """

    about: str
    done: tuple[tuple[int, str, Any], ...]
    problems: tuple[int, ...] = ()
    body: Any = None
    public: bool = False
    query: tuple[tuple[str, str], ...] = ()


_PROMETHEUS = Operation(
    "The metrics of all workers as Prometheus' text", ((200, "The metrics", "text/plain"),), (403,), public=True
)

_OWNER = (("owner", "In place of one's own quizzes those of this host; for admins"),)

_SAME = (304, "It is as `If-None-Match` says", None)
_REPORT = (
    (200, "The report", (GameReport, *(kind.content_type.partition(";")[0] for name, kind in FORMATS.items() if name != "json"))),
)
_REPORT_QUERY = (
    ("format", f"One of {', '.join(FORMATS)}; json unless said otherwise"),
    ("show", f"What stands in the cells of questions, {', '.join(SHOWS)}: points unless said otherwise; JSON has all of it"),
)

#: Path → method → what it does.
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
    "/api/v1/quizzes": {
        "get": Operation(
            "The host's quizzes and the shared ones", ((200, "The quizzes", QuizList),), (401, 404, 503), query=_OWNER
        )
    },
    "/api/v1/quizzes/{slug}": {
        "get": Operation("One quiz, with what is right", ((200, "The quiz", Quiz),), (401, 404, 503), query=_OWNER),
    },
    "/api/v1/games": {
        "get": Operation("The games that this host may run", ((200, "The games", GameList),), (401, 503)),
        "post": Operation("Make a game", ((201, "The game", GameSummary),), (400, 401, 403, 404, 413, 429, 503), NewGame),
    },
    "/api/v1/games/{pin}": {"get": Operation("One game", ((200, "The game", GameSummary),), (401, 403, 404, 429, 503))},
    "/api/v1/games/{pin}/report": {
        "get": Operation(
            "What came of a game, a row for each player; of one that goes on, what can be told so far",
            _REPORT,
            (400, 401, 403, 404, 429, 503),
            query=_REPORT_QUERY,
        )
    },
    "/api/v1/results": {
        "get": Operation(
            "The finished games of this host, and those that are shared; for admins everybody's",
            ((200, "A page of them, the last first", ResultPage), _SAME),
            (400, 401, 503),
            query=(
                ("quiz", "Only the games of this quiz (its slug)"),
                ("limit", f"How many, 1 to {MOST}; {PAGE} unless said otherwise"),
                ("before", "The `next` of the page before"),
            ),
        )
    },
    "/api/v1/results/{game}": {
        "get": Operation(
            "What came of a finished game, by its id: questions, players, the hardest questions",
            ((200, "The results", GameResult), _SAME),
            (401, 403, 404, 503),
        ),
        "delete": Operation(
            "Delete the record of a finished game: all names and answers; for its host and admins",
            ((204, "It is gone", None),),
            (401, 403, 404, 503),
        ),
    },
    "/api/v1/results/{game}/report": {
        "get": Operation(
            "What came of a finished game, a row for each player", _REPORT, (400, 401, 403, 404, 503), query=_REPORT_QUERY
        )
    },
    "/api/v1/results/{game}/comparison": {
        "get": Operation(
            "The game beside other games of its quiz, the last first",
            ((200, "The games, and each question's part of right answers in them", Comparison), _SAME),
            (401, 403, 404, 503),
        )
    },
    "/api/v1/results/{game}/questions/{index}": {
        "get": Operation(
            "Who answered a question and what; `index` counts from 0",
            ((200, "The question and its answers", QuestionAnswers), _SAME),
            (401, 403, 404, 503),
        )
    },
    "/api/v1/results/{game}/players/{player}": {
        "get": Operation(
            "What a player answered", ((200, "The player and their answers", PlayerAnswers), _SAME), (401, 403, 404, 503)
        ),
        "delete": Operation(
            "Remove a player from the record of a finished game, with name and answers; for its host and admins",
            ((204, "They are in it no more", None),),
            (401, 403, 404, 503),
        ),
    },
    "/api/v1/openapi.json": {"get": Operation("This document", ((200, "OpenAPI 3.1", dict[str, Any]),), public=True)},
    "/actuator/health": {
        "get": Operation("How the instance is; 200 also while Redis is away", ((200, "UP or DEGRADED", Health),), public=True),
    },
    "/actuator/health/liveness": {"get": Operation("Whether the process lives", ((200, "It does", Probe),), public=True)},
    "/actuator/health/readiness": {
        "get": Operation(
            "Whether new clients may come",
            ((200, "They may", Probe), (503, "The instance is about to stop", Probe)),
            public=True,
        ),
    },
    "/actuator/metrics": {"get": Operation("The names of all metrics", ((200, "The names", MetricNames),), (403,), public=True)},
    "/actuator/metrics/{name}": {
        "get": Operation("One metric, by its dotted name", ((200, "The metric", Measured),), (403, 404), public=True)
    },
    "/actuator/prometheus": {"get": _PROMETHEUS},
    "/metrics": {"get": _PROMETHEUS},
}


@cache
def document() -> dict[str, Any]:
    """The document, as JSON holds it."""
    told = [op for methods in OPERATIONS.values() for op in methods.values()]
    shapes = [
        shape for op in told for one in (op.body, *(one[2] for one in op.done)) for shape in _either(one) if _is_json(shape)
    ]
    shapes = list(dict.fromkeys([*shapes, Problem]))
    refs, schemas = msgspec.json.schema_components(shapes, ref_template="#/components/schemas/{name}")
    schema = dict(zip(shapes, refs, strict=True))
    return {
        "openapi": "3.1.0",
        "info": {"title": "Quiz platform", "version": __version__, "description": _INTRODUCTION},
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"cookie": []}],
        "paths": {
            path: {**_parameters(path), **{method: _operation(op, schema) for method, op in methods.items()}}
            for path, methods in OPERATIONS.items()
        },
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            },
            "schemas": json.loads(json.dumps(schemas)),  # defaults that are tuples are arrays
            "responses": {str(status): _problem(status, schema[Problem]) for status in _PROBLEMS},
        },
    }


def blueprint() -> Blueprint:
    """`/api/v1/openapi.json`."""
    routes = Blueprint("openapi", __name__)

    @routes.get("/api/v1/openapi.json")
    def openapi() -> Response:
        return jsonify(document())

    return routes


def _either(shape: Any) -> tuple[Any, ...]:
    return shape if isinstance(shape, tuple) else (shape,)


def _is_json(shape: Any) -> bool:
    return shape is not None and not isinstance(shape, str)


def _parameters(path: str) -> dict[str, Any]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    found = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    return {"parameters": found} if found else {}


def _problem(status: int, schema: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "description": _PROBLEMS[status],
        "content": {"application/problem+json": {"schema": schema}},
    }
    if status in (429, 503):
        told["headers"] = {"Retry-After": {"required": True, "description": "Seconds", "schema": {"type": "integer"}}}
    return told


def _content(shape: Any, schema: dict[Any, Any]) -> tuple[str, Any]:
    if isinstance(shape, str):
        return shape, {"schema": {"type": "string"}}
    return "application/json", {"schema": schema[shape]}


def _operation(op: Operation, schema: dict[Any, Any]) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, words, shape in op.done:
        responses[str(status)] = {"description": words}
        if shape is not None:
            responses[str(status)]["content"] = dict(_content(one, schema) for one in _either(shape))
    responses |= {str(status): {"$ref": f"#/components/responses/{status}"} for status in op.problems}
    told: dict[str, Any] = {"summary": op.about, "responses": responses}
    if op.query:
        told["parameters"] = [
            {"name": name, "in": "query", "description": about, "schema": {"type": "string"}} for name, about in op.query
        ]
    if op.body is not None:
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema[op.body]}}}
    return {**told, "security": []} if op.public else told
