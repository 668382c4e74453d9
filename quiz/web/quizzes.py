"""Quizzes over HTTP: list, search, get, make, change, delete and bring back, copy, import, export; drafts, and who is editing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

import msgspec
from flask import Blueprint, Response, jsonify, request
from msgspec import Meta

from quiz.content import formats, json_schema
from quiz.content.imports import MAX_BYTES
from quiz.content.losses import losses
from quiz.content.understood import understood
from quiz.domain.errors import ContentError, InvalidPayload, InvalidQuiz, QuizNotFound
from quiz.domain.question import Flaw
from quiz.domain.quiz import MAX_TITLE, Problem, Quiz, written
from quiz.platform import Platform
from quiz.play import rights
from quiz.play.drafts import Draft
from quiz.web import lists, uploads
from quiz.web.conditions import content_tagged, expected, expected_if_any, tagged
from quiz.web.session import asking

T = TypeVar("T")

#: Quizzes of a page, unless asked for others.
MOST, USUAL = 500, 100
#: Characters of a search.
MAX_WORDS = 200
#: Bytes from which on a body is read aside.
LARGE = 50_000
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
EDITOR = re.compile(r"[A-Za-z0-9_-]{1,40}")
_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "gift": "text/plain; charset=utf-8",
}
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Copy(msgspec.Struct, frozen=True):
    """What duplicating takes; without a title it is the original's and `(copy)`."""

    title: Annotated[str, Meta(min_length=1, max_length=MAX_TITLE)] | None = None


class DraftBody(msgspec.Struct, frozen=True):
    """What a draft is kept of; `base` is the version of the quiz that it began from, null for a new quiz."""

    content: Annotated[msgspec.Raw, Meta(description="Any object, finished or not; its `title` is shown in lists")]
    base: int | None = None


class _Titled(msgspec.Struct, frozen=True):
    title: Any = None


class Editor(msgspec.Struct, frozen=True):
    """Names one open editor, such as a tab: any short word that no other has."""

    editor: Annotated[str, Meta(pattern=f"^{EDITOR.pattern}$")]


def blueprint(platform: Platform) -> Blueprint:
    """`/api/v1/quizzes`, `/quiz.schema.json`, `/drafts`, `/deleted-quizzes`, `/tags`."""
    routes = Blueprint("quizzes", __name__, url_prefix="/api/v1")

    def owners() -> tuple[str | None, ...]:
        return rights.shelves(asking(), request.args.get("owner"), flag("shared"))

    def listed() -> tuple[str | None, ...]:
        return owners()[:1] if flag("own") else owners()

    def sent() -> Quiz:
        """The quiz in the body; raises InvalidQuiz."""
        request.max_content_length = platform.settings.limits.quiz_bytes
        data = request.get_data()
        made, flaws = platform.aside(_examined, data) if len(data) > LARGE else _examined(data)
        if made is None:
            raise InvalidQuiz(_pointed(flaws))
        return made

    @routes.get("/quizzes")
    def quizzes() -> Response:
        words = request.args.get("q", "")
        if len(words) > MAX_WORDS:
            raise InvalidPayload(f"q: has more than {MAX_WORDS} characters")
        after = lists.key(request.args.get("cursor"))
        told = lists.quizzes(platform, asking(), listed(), words, request.args.getlist("tag"), after, _limit())
        return content_tagged(_json(told))

    @routes.get("/tags")
    def tags() -> Response:
        return content_tagged(_json({"tags": lists.tags(platform, listed())}))

    @routes.post("/quizzes")
    def create() -> Response:
        made = platform.authoring.create(asking(), owners()[0], sent())
        draft = request.args.get("draft", "")
        if SLUG.fullmatch(draft):
            platform.authoring.drafts.drop(asking().name, draft, made.owner)
        return _created(made)

    @routes.post("/quizzes/check")
    def check() -> Response:
        request.max_content_length = platform.settings.limits.quiz_bytes
        data = request.get_data()
        _, flaws = platform.aside(_examined, data) if len(data) > LARGE else _examined(data)
        return jsonify(problems=_pointed(flaws))

    @routes.post("/quizzes/import")
    def import_() -> Response | tuple[Response, int]:
        whose, (name, data) = owners(), uploads.sent(MAX_BYTES, "quiz")
        format_, dry, skip = request.args.get("format", "auto"), flag("dry_run"), flag("skip_invalid")
        try:
            found = platform.aside(formats.read, data, name, format_)
        except ContentError as error:
            raise InvalidPayload(str(error)) from error
        usable: Quiz | None = found.quiz if skip or not found.problems else None
        if not dry:
            if usable is None:
                raise InvalidQuiz([_placed(one) for one in found.problems])
            into = request.args.get("into")
            if into is None:
                return _created(platform.authoring.create(asking(), whose[0], usable))
            return _created(platform.authoring.save(asking(), whose, into, usable, expected()))
        return _json(
            {
                "format": found.format,
                "quiz": found.quiz,
                "places": found.places,
                "problems": [_placed(one) for one in found.problems],
                "notes": [_placed(one) for one in found.notes],
            }
        )

    @routes.get("/quizzes/<slug>")
    def quiz(slug: str) -> Response:
        return _answer(platform.authoring.find(owners(), slug))

    @routes.put("/quizzes/<slug>")
    def save(slug: str) -> Response:
        person, whose, version = asking(), owners(), expected()
        made = platform.authoring.save(person, whose, slug, sent(), version)
        platform.authoring.drafts.drop(person.name, slug, made.owner)
        return _answer(made)

    @routes.delete("/quizzes/<slug>")
    def delete(slug: str) -> tuple[str, int]:
        platform.authoring.delete(asking(), owners(), slug, expected())
        return "", 204

    @routes.post("/quizzes/<slug>/restore")
    def restore(slug: str) -> Response:
        return _created(platform.authoring.restore(asking(), owners()[0], slug))

    @routes.post("/quizzes/<slug>/duplicate")
    def duplicate(slug: str) -> Response:
        whose = None if flag("to_shared") else asking().name
        return _created(platform.authoring.duplicate(asking(), owners(), slug, whose, _body(Copy).title))

    @routes.get("/quizzes/<slug>/export")
    def export(slug: str) -> Response:
        found, format_ = platform.authoring.find(owners(), slug), request.args.get("format", "json")
        try:
            data = platform.aside(formats.write, found, format_)
        except ContentError as error:
            raise InvalidPayload(str(error)) from error
        file = Response(data, content_type=_TYPES.get(format_, WORKBOOK))
        ending = {"kahoot": "xlsx"}.get(format_, format_)
        file.headers["Content-Disposition"] = f'attachment; filename="{slug}.{ending}"'
        return file

    @routes.get("/quizzes/<slug>/left-out")
    def left_out(slug: str) -> Response:
        found, asked = platform.authoring.find(owners(), slug), request.args.get("format")
        try:
            told = platform.aside(_losses, found, [asked] if asked else formats.EXPORT_FORMATS)
        except ContentError as error:
            raise InvalidPayload(str(error)) from error
        return _json({"formats": told})

    @routes.get("/quiz.schema.json")
    def schema() -> Response:
        return jsonify(json_schema.document())

    @routes.get("/deleted-quizzes")
    def deleted() -> Response:
        whose, days = owners()[0], platform.settings.quizzes.deleted_days
        return jsonify(quizzes=[lists.quiz(asking(), one, whose) for one in platform.quizzes.bin(whose)], kept_days=days)

    @routes.get("/drafts")
    def drafts() -> Response:
        return jsonify(drafts=lists.drafts(platform, asking()))

    @routes.get("/quizzes/<slug>/draft")
    def draft(slug: str) -> Response:
        found = platform.authoring.draft(asking(), owners(), _named(slug))
        return tagged(_json(found), found.version)

    @routes.put("/quizzes/<slug>/draft")
    def keep_draft(slug: str) -> Response:
        whose, version = owners(), expected_if_any()
        request.max_content_length = platform.settings.limits.quiz_bytes
        wanted = _body(DraftBody)
        title = _decoded(bytes(wanted.content), _Titled).title
        made = Draft(
            slug=_named(slug), title=title[:MAX_TITLE] if isinstance(title, str) else "", base=wanted.base, content=wanted.content
        )
        kept, known = platform.authoring.keep_draft(asking(), whose, made, version)
        response = jsonify(version=kept, quiz_version=known.version if known else None)
        response.set_etag(str(kept))
        return response

    @routes.delete("/quizzes/<slug>/draft")
    def drop_draft(slug: str) -> tuple[str, int]:
        platform.authoring.drop_draft(asking(), owners(), _named(slug))
        return "", 204

    @routes.post("/quizzes/<slug>/editors")
    def edits(slug: str) -> Response:
        person, whose, editor = asking(), owners(), _body(Editor).editor
        found, known = platform.authoring.editing(person, whose, _named(slug), editor)
        told = [{"name": name, "editor": its, "you": (name, its) == (person.name, editor)} for name, its in found]
        return jsonify(
            editors=told, quiz_version=known.version if known else None, updated_by=known.updated_by if known else None
        )

    @routes.delete("/quizzes/<slug>/editors/<editor>")
    def leaves(slug: str, editor: str) -> tuple[str, int]:
        whose = owners()
        if not EDITOR.fullmatch(editor):
            raise InvalidPayload("editor: is no word")
        platform.authoring.editing(asking(), whose, _named(slug), editor, leave=True)
        return "", 204

    return routes


def flag(name: str) -> bool:
    """Whether the address asks for this by `true`; raises InvalidPayload for what is neither true nor false."""
    value = request.args.get(name) or "false"
    if value not in ("true", "false"):
        raise InvalidPayload(f"{name}: is neither true nor false")
    return value == "true"


def _json(data: Any) -> Response:
    return Response(msgspec.json.encode(data), content_type="application/json")


def _answer(quiz: Quiz) -> Response:
    return tagged(_json(quiz), quiz.version)


def _created(quiz: Quiz) -> Response:
    response = _answer(quiz)
    response.status_code = 201
    response.headers["Location"] = f"/api/v1/quizzes/{quiz.slug}"
    return response


def _examined(data: bytes) -> tuple[Quiz | None, list[Flaw]]:
    return written(_decoded(data, dict[str, Any]))


def _losses(quiz: Quiz, wanted: Sequence[str]) -> list[dict[str, Any]]:
    return [{"format": name, "left_out": losses(quiz, name)} for name in wanted]


def _body(shape: type[T]) -> T:
    return _decoded(request.get_data() or b"{}", shape)


def _decoded(data: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidPayload(str(error)) from error


def _pointed(flaws: Sequence[Flaw]) -> list[dict[str, str]]:
    """By JSON pointer, and without the field's name, which that says already."""
    return [
        {"path": "".join(f"/{part}" for part in flaw.path), "reason": flaw.reason.partition(": ")[2] or flaw.reason}
        for flaw in flaws
    ]


def _placed(problem: Problem) -> dict[str, Any]:
    told = {"place": problem.place, "reason": problem.reason}
    return told if problem.question is None else {**told, "question": understood(problem.question)}


def _named(slug: str) -> str:
    if not SLUG.fullmatch(slug):
        raise QuizNotFound
    return slug


def _limit() -> int:
    value = request.args.get("limit", str(USUAL))
    if not re.fullmatch("[0-9]{1,6}", value) or not 1 <= int(value) <= MOST:
        raise InvalidPayload(f"limit: is no number from 1 to {MOST}")
    return int(value)
