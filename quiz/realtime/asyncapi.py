"""The Socket.IO interface as an AsyncAPI 3.0 document, made from the types. It is in `docs/asyncapi.json`."""

from __future__ import annotations

from typing import Any

import msgspec

from quiz import __version__
from quiz.domain.errors import QuizError
from quiz.realtime.interface import ASKED, TOLD, Refused

_WHERE = {"/": "players", "/host": "hosts"}
_ABOUT = {
    "/": "What players send and are told. Nobody signs in: `join` takes a seat.",
    "/host": (
        "What hosts send and are told. Connect with `auth: {token}` from `POST /api/v1/session`, or with its cookie; otherwise "
        "the connection is refused with `unauthorized`."
    ),
}
_INTRODUCTION = """\
Socket.IO (Engine.IO 4) under `/socket.io/`; a channel is a Socket.IO namespace, a message an event with one object.
Connect with `transports: ["websocket"]`; long-polling exists only where an instance has one worker.
Every event that a client sends is acknowledged, with `ok: true` or with `ok: false` and an error. Fields may be added; ignore
those that you don't know, as the server does. Times are epoch milliseconds of the server."""


def errors() -> dict[str, type[QuizError]]:
    """Every error that a client can be told, by its code."""
    return {kind.code: kind for kind in QuizError.__subclasses__()}


def document() -> dict[str, Any]:
    """The document, as JSON holds it."""
    shapes = [shape for events in ASKED.values() for one in events.values() for shape in (one.payload, *one.done)]
    shapes += [one.payload for events in TOLD.values() for one in events.values()]
    shapes = list(dict.fromkeys([*shapes, Refused]))
    refs, schemas = msgspec.json.schema_components(shapes, ref_template="#/components/schemas/{name}")
    schemas = msgspec.json.decode(msgspec.json.encode(schemas))  # a default may be a tuple
    schema = dict(zip(shapes, refs, strict=True))
    schemas["Problem"]["properties"]["code"] = {"type": "string", "enum": sorted(errors())}
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for namespace, channel in _WHERE.items():
        messages: dict[str, Any] = {}
        channels[channel] = {"address": namespace, "description": _ABOUT[namespace], "messages": messages}
        here = {"$ref": f"#/channels/{channel}"}

        def message(name: str, shape: Any, messages: dict[str, Any] = messages, channel: str = channel) -> dict[str, str]:
            messages[name] = {"name": name, "payload": schema[shape]}
            return {"$ref": f"#/channels/{channel}/messages/{name}"}

        for event, asked in ASKED[namespace].items():
            sent = message(event, asked.payload)
            replies = [message(f"{event}.ack", asked.done[0])] if len(asked.done) == 1 else []
            replies = replies or [message(f"{event}.ack.{shape.__name__}", shape) for shape in asked.done]
            operations[f"{channel}.{event}"] = {
                "action": "receive",
                "summary": asked.about,
                "channel": here,
                "messages": [sent],
                "reply": {"channel": here, "messages": [*replies, message("refused", Refused)]},
            }
        for event, told in TOLD[namespace].items():
            operations[f"{channel}.{event}"] = {
                "action": "send",
                "summary": told.about,
                "channel": here,
                "messages": [message(event, told.payload)],
            }
    words = "\n".join(
        f"- `{code}`{' (retryable)' if kind.retryable else ''}: {kind.words}" for code, kind in sorted(errors().items())
    )
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Quiz platform", "version": __version__, "description": f"{_INTRODUCTION}\n\nErrors:\n\n{words}"},
        "defaultContentType": "application/json",
        "servers": {"local": {"host": "127.0.0.1:8080", "pathname": "/socket.io/", "protocol": "ws"}},
        "channels": channels,
        "operations": operations,
        "components": {"schemas": schemas},
    }
