"""The HTTP interface as an OpenAPI 3.1 document. `/api/v1/openapi.json` serves it."""

from __future__ import annotations

import json
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, NotRequired, TypedDict

import msgspec
from flask import Blueprint, Response, jsonify
from msgspec import Meta

from quiz import __version__
from quiz.content.formats import EXPORT_FORMATS, IMPORT_FORMATS
from quiz.domain.quiz import Quiz
from quiz.play.drafts import Draft, DraftSummary
from quiz.play.payloads import GameView, Milliseconds
from quiz.play.results import Comparison, GameResult, PlayerAnswers, QuestionAnswers
from quiz.reports import FORMATS
from quiz.reports.json_report import GameReport
from quiz.reports.rows import SHOWS
from quiz.web import quizzes
from quiz.web.api import NewGame
from quiz.web.hosts import NewHost, NewPassword, NewRole
from quiz.web.results import MOST, PAGE, ResultPage
from quiz.web.session import COOKIE, CSRF_HEADER, Credentials

_INTRODUCTION = f"""\
Sign in with `POST /api/v1/session`. Then send the token as `Authorization: Bearer …`, or go on with the cookie that came with it;
with the cookie every request that changes something needs the header `{CSRF_HEADER}`, with the `csrf` that signing in gave.
What has a version says it in `ETag`. Who changes it says in `If-Match` from which version; if it is another by now, nothing
is changed.
Errors are problem details (RFC 9457). Games are played over Socket.IO, which `asyncapi.json` describes."""

_PROBLEMS = {
    400: "The body, or what the address asks for, is not what it should be; `detail` says where",
    401: "Nobody is signed in, or name or password are wrong",
    403: f"It is another host's, only admins may, the cookie comes without `{CSRF_HEADER}`, or only operators may (`actuator`)",
    404: "There is no such thing",
    409: "It can't be done as things are",
    412: "It has been changed or removed meanwhile; `version` is the newest, `updated_by` who made it",
    413: "The body is too large",
    428: "`If-Match` is missing",
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
    """What a list shows of a quiz. `size` is in bytes."""

    version: int
    slug: str
    title: str
    description: str
    language: str
    question_count: int
    tags: list[str]
    updated_at: Milliseconds
    updated_by: Annotated[str, Meta(description="The host who did; empty for the command line")]
    size: int
    deleted_at: Annotated[Milliseconds, Meta(description="0 unless it was deleted")]
    owner: Annotated[str | None, Meta(description="Null: all hosts share it")]
    editable: Annotated[bool, Meta(description="Whether who asks may change it")]


class QuizList(TypedDict):
    """The host's quizzes and the shared ones, by title; under a slug that both have, the host's."""

    quizzes: list[QuizSummary]
    next: Annotated[str | None, Meta(description="The `cursor` of the next page; null after the last")]
    total: Annotated[int, Meta(description="Of all pages")]


class DeletedQuizzes(TypedDict):
    """What can be restored, the newest first."""

    quizzes: list[QuizSummary]


class QuizBody(TypedDict):
    """A quiz as in files (JSON): what GET gives can be sent back. Fields of other names are passed over."""

    title: str
    description: NotRequired[str]
    language: NotRequired[str]
    tags: NotRequired[list[str]]
    questions: list[dict[str, Any]]


class QuizProblem(TypedDict):
    """What is wrong with a part of a quiz."""

    path: Annotated[str, Meta(description="A JSON pointer into what was sent, such as /questions/0/choices/1/text")]
    reason: str


class QuizProblems(TypedDict):
    """All that is wrong; empty if the quiz can be saved."""

    problems: list[QuizProblem]


class FileProblem(TypedDict):
    """What is wrong with a part of a file."""

    place: Annotated[str, Meta(description="As who made the file knows it, such as `line 4`")]
    reason: str
    question: NotRequired[
        Annotated[dict[str, Any], Meta(description="What was made out of this question all the same; not sound, and maybe empty")]
    ]


class ImportedQuiz(TypedDict):
    """What was understood of a file, and what was not."""

    format: str
    quiz: Annotated[dict[str, Any] | None, Meta(description="Of the sound questions, as `POST /api/v1/quizzes` takes it")]
    places: Annotated[list[str], Meta(description="Of each question of the quiz, where it stood")]
    problems: list[FileProblem]
    notes: Annotated[list[FileProblem], Meta(description="What was read in one of several ways, or has no place in a quiz")]


class Tag(TypedDict):
    """A tag, and how many quizzes have it."""

    tag: str
    quizzes: int


class Tags(TypedDict):
    """All tags, the most frequent first."""

    tags: list[Tag]


class DraftList(TypedDict):
    """The host's drafts, the newest first."""

    drafts: list[DraftSummary]


class KeptDraft(TypedDict):
    """The draft's new version, and the quiz's by now: if that is not the one that the draft began from, somebody saved it."""

    version: int
    quiz_version: int | None


class OpenEditor(TypedDict):
    """Somebody who has a quiz open."""

    name: str
    editor: str
    you: Annotated[bool, Meta(description="Whether it is the one that asks")]


class OpenEditors(TypedDict):
    """Who has a quiz open, and its version by now with who made that."""

    editors: list[OpenEditor]
    quiz_version: int | None
    updated_by: str | None


class UploadedImage(TypedDict):
    """A picture as it is kept: WebP, upright, no larger than it is shown, without metadata."""

    image: Annotated[str, Meta(description="Its address, for `image` of questions and choices; who has it may see it")]
    width: int
    height: int
    bytes: int


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
    problems: NotRequired[list[dict[str, str]]]
    version: NotRequired[int | None]
    updated_by: NotRequired[str]


class Operation(NamedTuple):
    """One method of a path. `done`: status, what it means, and the shape of its JSON (a text: a content type instead, a tuple:
    one of several).

    `body` is a shape or texts likewise; `query` and `headers` are names and what they mean.
    """

    about: str
    done: tuple[tuple[int, str, Any], ...]
    problems: tuple[int, ...] = ()
    body: Any = None
    public: bool = False
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


_PROMETHEUS = Operation(
    "The metrics of all workers as Prometheus' text", ((200, "The metrics", "text/plain"),), (403,), public=True
)

_OWNER = (
    ("owner", "In place of one's own quizzes those of this host; for admins"),
    ("shared", "`true`: only what all hosts share, which admins alone change"),
)
_IF_MATCH = (("If-Match", "The version that this changes, as `ETag` told it; `*`: whatever it is"),)
_IF_NONE_MATCH = (("If-None-Match", "What is known: 304 if it is that still"),)
_FILE = ("application/octet-stream", "multipart/form-data")
_ANY = dict[str, Any]
_FILES = ("application/json", "text/csv", "text/plain", quizzes.WORKBOOK)

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
            "The host's quizzes and the shared ones, a page at a time",
            ((200, "The quizzes", QuizList), (304, "The same as before", None)),
            (400, 401, 404, 503),
            query=(
                ("q", "Words that title, description, tags or slug hold, all of them"),
                ("tag", "A tag that they have; may be repeated"),
                ("limit", f"How many at most: {quizzes.USUAL} unless given, up to {quizzes.MOST}"),
                ("cursor", "`next` of the page before"),
                *_OWNER,
            ),
            headers=_IF_NONE_MATCH,
        ),
        "post": Operation(
            "Make a quiz; its slug is made from the title, and another one if that is taken",
            ((201, "The quiz", Quiz),),
            (400, 401, 403, 404, 409, 413, 503),
            QuizBody,
            query=(*_OWNER, ("draft", "The name of a draft that is dropped then")),
        ),
    },
    "/api/v1/quizzes/check": {
        "post": Operation(
            "Say what is wrong with a quiz that is not saved", ((200, "All of it", QuizProblems),), (400, 401, 403, 413), _ANY
        ),
    },
    "/api/v1/quizzes/import": {
        "post": Operation(
            "Make a quiz of a file, or say what would become of it; the body is the file, or a form with it as `file`",
            (
                (200, "What was understood (`dry_run`)", ImportedQuiz),
                (201, "It is there", Quiz),
            ),
            (400, 401, 403, 404, 409, 412, 413, 428, 503),
            _FILE,
            query=(
                ("filename", "How the file is called: a quiz without a title has it from there"),
                ("format", f"`auto`, or one of {', '.join(IMPORT_FORMATS)}"),
                ("dry_run", "`true`: only tell"),
                ("skip_invalid", "`true`: take the sound questions of a file that has others"),
                ("into", "The slug of a quiz that is replaced; with `If-Match`"),
                *_OWNER,
            ),
        ),
    },
    "/api/v1/quizzes/{slug}": {
        "get": Operation(
            "One quiz, with what is right",
            ((200, "The quiz", Quiz), (304, "The same as before", None)),
            (400, 401, 404, 503),
            query=_OWNER,
            headers=_IF_NONE_MATCH,
        ),
        "put": Operation(
            "Change a quiz; the host's draft of it is dropped",
            ((200, "The quiz", Quiz),),
            (400, 401, 403, 404, 409, 412, 413, 428, 503),
            QuizBody,
            query=_OWNER,
            headers=_IF_MATCH,
        ),
        "delete": Operation(
            "Delete a quiz; for some days it can be restored. Games made from it keep what they started with",
            ((204, "It is gone", None),),
            (400, 401, 403, 404, 412, 428, 503),
            query=_OWNER,
            headers=_IF_MATCH,
        ),
    },
    "/api/v1/quizzes/{slug}/restore": {
        "post": Operation(
            "Bring a deleted quiz back, under another slug if its own is taken by now",
            ((201, "The quiz", Quiz),),
            (400, 401, 403, 404, 409, 503),
            query=_OWNER,
        ),
    },
    "/api/v1/quizzes/{slug}/duplicate": {
        "post": Operation(
            "Make a copy of a quiz, for oneself",
            ((201, "The copy", Quiz),),
            (400, 401, 403, 404, 409, 503),
            quizzes.Copy,
            query=(*_OWNER, ("to_shared", "`true`: for all hosts; for admins")),
        ),
    },
    "/api/v1/quizzes/{slug}/export": {
        "get": Operation(
            "A quiz as a file",
            ((200, "The file", _FILES),),
            (400, 401, 404, 503),
            query=(("format", f"`json`, or another of {', '.join(EXPORT_FORMATS)}"), *_OWNER),
        ),
    },
    "/api/v1/quizzes/{slug}/draft": {
        "get": Operation(
            "The host's draft of a quiz",
            ((200, "The draft", Draft), (304, "The same as before", None)),
            (400, 401, 404, 503),
            query=_OWNER,
            headers=_IF_NONE_MATCH,
        ),
        "put": Operation(
            "Keep a draft of a quiz, finished or not; of a slug that no quiz has it is one of a new quiz",
            ((200, "It is kept", KeptDraft),),
            (400, 401, 403, 404, 409, 412, 413, 503),
            quizzes.DraftBody,
            query=_OWNER,
            headers=(
                ("If-Match", "The version of the draft that this replaces; without it, any"),
                ("If-None-Match", "`*`: there must be no draft yet"),
            ),
        ),
        "delete": Operation("Drop a draft", ((204, "It is gone", None),), (400, 401, 403, 404, 503), query=_OWNER),
    },
    "/api/v1/quizzes/{slug}/editors": {
        "post": Operation(
            "Say that one has a quiz open, at least every 30 s, and hear who else has",
            ((200, "All who have", OpenEditors),),
            (400, 401, 403, 404, 503),
            quizzes.Editor,
            query=_OWNER,
        ),
    },
    "/api/v1/quizzes/{slug}/editors/{editor}": {
        "delete": Operation(
            "Say that one has it open no longer", ((204, "It is known", None),), (400, 401, 403, 404, 503), query=_OWNER
        ),
    },
    "/api/v1/deleted-quizzes": {
        "get": Operation(
            "The host's quizzes that can be restored", ((200, "The quizzes", DeletedQuizzes),), (400, 401, 404, 503), query=_OWNER
        ),
    },
    "/api/v1/drafts": {
        "get": Operation("The host's drafts", ((200, "The drafts", DraftList),), (401, 503)),
    },
    "/api/v1/tags": {
        "get": Operation(
            "The tags of the host's quizzes and the shared ones",
            ((200, "The tags", Tags), (304, "The same as before", None)),
            (400, 401, 404, 503),
            query=_OWNER,
            headers=_IF_NONE_MATCH,
        ),
    },
    "/api/v1/images": {
        "post": Operation(
            "Upload an image: PNG, JPEG, WebP or GIF, alone or in a form as `file`. What nothing uses is removed later",
            ((201, "It is kept", UploadedImage),),
            (400, 401, 403, 409, 413, 503),
            _FILE,
        ),
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


def _content(shape: Any, schema: dict[Any, Any]) -> dict[str, Any]:
    content = {}
    for one in _either(shape):
        if _is_json(one):
            content["application/json"] = {"schema": schema[one]}
        else:
            content[one] = {"schema": {"type": "object" if one == "application/json" else "string"}}
    return content


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


def _operation(op: Operation, schema: dict[Any, Any]) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, words, shape in op.done:
        responses[str(status)] = {"description": words}
        if shape is not None:
            responses[str(status)]["content"] = _content(shape, schema)
    responses |= {str(status): {"$ref": f"#/components/responses/{status}"} for status in op.problems}
    told: dict[str, Any] = {"summary": op.about, "responses": responses}
    if op.query or op.headers:
        told["parameters"] = [
            {"name": name, "in": where, "description": about, "schema": {"type": "string"}}
            for where, parameters in (("query", op.query), ("header", op.headers))
            for name, about in parameters
        ]
    if op.body is not None:
        told["requestBody"] = {"required": True, "content": _content(op.body, schema)}
    return {**told, "security": []} if op.public else told
