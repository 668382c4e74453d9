"""Quizzes, their drafts and files, and images."""

from __future__ import annotations

from typing import Annotated, Any, NotRequired, TypedDict

from msgspec import Meta

from quiz.content.formats import EXPORT_FORMATS, IMPORT_FORMATS
from quiz.content.losses import Loss
from quiz.domain.quiz import Quiz
from quiz.play.drafts import Draft, DraftSummary
from quiz.play.payloads import Milliseconds
from quiz.web import quizzes
from quiz.web.openapi.operation import FILE, IF_MATCH, IF_NONE_MATCH, Operation


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
    kept_days: Annotated[int, Meta(description="For how many days after it was deleted")]


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


class ExportLosses(TypedDict):
    """What the file of a format doesn't hold, or holds in another way."""

    format: str
    left_out: list[Loss]


class LeftOut(TypedDict):
    """What exports leave out, format by format."""

    formats: list[ExportLosses]


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


_OWNER = (
    ("owner", "In place of one's own quizzes those of this host; for admins"),
    ("shared", "`true`: only what all hosts share, which admins alone change"),
)
_LISTED = (*_OWNER, ("own", "`true`: without those that all hosts share"))
_ANY = dict[str, Any]
_FILES = ("application/json", "text/csv", "text/plain", quizzes.WORKBOOK)

OPERATIONS: dict[str, dict[str, Operation]] = {
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
                *_LISTED,
            ),
            headers=IF_NONE_MATCH,
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
            FILE,
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
            headers=IF_NONE_MATCH,
        ),
        "put": Operation(
            "Change a quiz; the host's draft of it is dropped",
            ((200, "The quiz", Quiz),),
            (400, 401, 403, 404, 409, 412, 413, 428, 503),
            QuizBody,
            query=_OWNER,
            headers=IF_MATCH,
        ),
        "delete": Operation(
            "Delete a quiz; for some days it can be restored. Games made from it keep what they started with",
            ((204, "It is gone", None),),
            (400, 401, 403, 404, 412, 428, 503),
            query=_OWNER,
            headers=IF_MATCH,
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
    "/api/v1/quizzes/{slug}/left-out": {
        "get": Operation(
            "What the file of an export leaves out",
            ((200, "What each format leaves out", LeftOut),),
            (400, 401, 404, 503),
            query=(("format", "Only this one's"), *_OWNER),
        )
    },
    "/api/v1/quiz.schema.json": {
        "get": Operation(
            "The JSON Schema of quizzes in JSON, for editors of files", ((200, "Draft 2020-12", _ANY),), public=True
        ),
    },
    "/api/v1/quizzes/{slug}/draft": {
        "get": Operation(
            "The host's draft of a quiz",
            ((200, "The draft", Draft), (304, "The same as before", None)),
            (400, 401, 404, 503),
            query=_OWNER,
            headers=IF_NONE_MATCH,
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
            query=_LISTED,
            headers=IF_NONE_MATCH,
        ),
    },
    "/api/v1/images": {
        "post": Operation(
            "Upload an image: PNG, JPEG, WebP or GIF, alone or in a form as `file`. What nothing uses is removed later",
            ((201, "It is kept", UploadedImage),),
            (400, 401, 403, 409, 413, 503),
            FILE,
        ),
    },
}
