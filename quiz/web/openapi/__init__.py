"""The HTTP interface as an OpenAPI 3.1 document. `/api/v1/openapi.json` serves it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, NotRequired, TypedDict

import msgspec
from flask import Blueprint, Response, jsonify

from quiz import __version__
from quiz.web.openapi import accounts, actuator, games, quizzes
from quiz.web.openapi.operation import Operation
from quiz.web.session import COOKIE, CSRF_HEADER

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


_THIS: dict[str, dict[str, Operation]] = {
    "/api/v1/openapi.json": {"get": Operation("This document", ((200, "OpenAPI 3.1", dict[str, Any]),), public=True)},
}
#: Path → method → what it does.
OPERATIONS = accounts.OPERATIONS | quizzes.OPERATIONS | games.OPERATIONS | _THIS | actuator.OPERATIONS


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
