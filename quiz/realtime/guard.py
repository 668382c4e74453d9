"""The gate that every event passes: rate limit, validation, one call, one acknowledgement. No exception leaves it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import flask_socketio
import gevent
import msgspec

from quiz.domain.errors import InvalidPayload, QuizError, RateLimited, ServerBusy, UnknownEvent
from quiz.ops import logging_context, tracing
from quiz.ops.sampling import Labelled, nowhere
from quiz.play.bucket import Bucket
from quiz.transport.engine import TOO_MANY

if TYPE_CHECKING:
    from quiz.ops.tracing_spans import Spans

log = logging.getLogger("quiz.realtime")

#: Seconds between the last word to a connection and its end, so that the word arrives.
LAST_WORD = 0.1
#: What all events that nobody knows are called where they are measured and logged.
OTHER = "unknown"


class Empty(msgspec.Struct, frozen=True):
    """The payload of an event that needs none."""


class Event(NamedTuple):
    """What to do with an event: the shape of its payload, and the handler, called with connection and payload."""

    shape: type[Any]
    handle: Callable[[str, Any], dict[str, Any] | None]


class GuardedNamespace(flask_socketio.Namespace):  # type: ignore[misc]
    """A Socket.IO namespace whose events are a table. Subclasses fill `events` and say what coming and going means.

    Bypasses Flask's request context, which an event does not need. Counts, for whoever wants to know: `allowed` and `rejected`
    by a limit (`limited`: by which bucket), `refused` for another reason by its code; `fullest` is the most that anybody has
    `used` of a bucket, and `took` is told how long events take, by their names.
    """

    def __init__(self, namespace: str, new_bucket: Callable[[], Bucket]) -> None:
        super().__init__(namespace)
        self._new_bucket = new_bucket
        self._key = ("bucket", namespace)  # in an Engine.IO session
        self._buckets: dict[str, Bucket] = {}
        #: Of connections that share a bucket with others, as those of one player do.
        self._shared: dict[str, Bucket] = {}
        self.limited: Counter[str] = Counter()
        self.events: dict[str, Event] = {}
        self.allowed = self.rejected = 0
        self.fullest = 0.0
        self.refused: Counter[str] = Counter()
        self.took: Labelled = nowhere()

    def arrived(self, sid: str, environ: dict[str, Any], auth: Any) -> None:
        """A connection wants in; refuse it by raising Socket.IO's ConnectionRefusedError."""

    def left(self, sid: str) -> None:
        """A connection is gone."""

    def about(self, sid: str) -> dict[str, str]:
        """Which game and player a connection is for, as log and traces name them: `game`, `pin`, `player`."""
        return {}

    def unknown(self, event: Any) -> QuizError:
        """The error for an event that is not in the table."""
        return UnknownEvent()

    def trigger_event(self, event: Any, *args: Any) -> Any:
        """Called by Socket.IO for everything that happens; its return value is the acknowledgement."""
        sid = args[0]
        bound = logging_context.enter(self._described, sid, event)
        try:
            # A client may call an event of its own "connect" or "disconnect"; the real ones come while it is not connected.
            if event in ("connect", "disconnect") and not self._is_connected(sid):
                return self._connected(*args) if event == "connect" else self._disconnected(sid)
            if tracing.spans is None:
                return self._answered(sid, event, args[1:])
            return self._traced(tracing.spans, sid, event, args[1:])
        finally:
            logging_context.leave(bound)

    def _described(self, sid: str, event: Any) -> dict[str, str]:
        return {"sid": sid, "event_name": self._name(event), **self.about(sid)}

    def _name(self, event: Any) -> str:
        known = isinstance(event, str) and (event in self.events or event in ("connect", "disconnect"))
        return event if known else OTHER

    def _traced(self, spans: Spans, sid: str, event: Any, args: tuple[Any, ...]) -> dict[str, Any]:
        with spans.event(self._name(event), self.namespace) as span:
            told = self._answered(sid, event, args)
            spans.outcome(span, told, self.about(sid))
            return told

    def _is_connected(self, sid: str) -> bool:
        return bool(self.socketio.server.manager.is_connected(sid, self.namespace))

    def _connected(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        server = self.socketio.server
        engine, engine_sid = server.eio, server.manager.eio_sid_from_sid(sid, self.namespace)
        if engine.crowded:
            busy = ServerBusy("this server is full; try again", retry_after_ms=round(engine.retry_after_s * 1000))
            raise flask_socketio.ConnectionRefusedError(busy.code, busy.payload())
        if engine.crowded_address(engine_sid):
            engine.refused += 1
            limited = RateLimited(TOO_MANY, retry_after_ms=round(engine.retry_after_s * 1000))
            raise flask_socketio.ConnectionRefusedError(limited.code, limited.payload())
        bucket = self._bucket_of(engine_sid)
        self.arrived(sid, environ, auth)
        self._buckets[sid] = bucket
        log.debug("connected")

    def _bucket_of(self, engine_sid: str) -> Bucket:
        """The bucket of the connection that somebody comes by: who leaves a namespace and comes again has it still.

        Coming again takes a token. Raises ConnectionRefusedError, and ends a connection that goes on.
        """
        engine = self.socketio.server.eio
        session = engine.sockets[engine_sid]
        known: Bucket | None = session.session.get(self._key)
        if known is None:
            known = session.session[self._key] = self._new_bucket()
        elif wait_ms := known.take():
            self.rejected += 1
            self.limited["connection"] += 1
            if known.exhausted:
                session.disconnect(engine.reason.SERVER_DISCONNECT)
            error = RateLimited(retry_after_ms=wait_ms)
            raise flask_socketio.ConnectionRefusedError(error.code, error.payload())
        return known

    def _disconnected(self, sid: str) -> None:
        log.debug("disconnected")
        self.left(sid)
        self._buckets.pop(sid, None)
        self._shared.pop(sid, None)

    def _answered(self, sid: str, event: Any, args: tuple[Any, ...]) -> dict[str, Any]:
        told = self._handled(sid, event, args)
        if log.isEnabledFor(logging.DEBUG):
            log.debug("%s: %s", self._name(event), "ok" if told["ok"] else told["error"]["code"])
        return told

    def _handled(self, sid: str, event: Any, args: tuple[Any, ...]) -> dict[str, Any]:
        try:
            self._take_token(sid)
        except RateLimited as error:
            return {"ok": False, "error": error.payload()}
        began = perf_counter()
        name = event if isinstance(event, str) and event in self.events else OTHER
        try:
            if name is OTHER:
                raise self.unknown(event)
            shape, handle = self.events[name]
            return {"ok": True, **(handle(sid, _payload(shape, args)) or {})}
        except RateLimited as error:
            self._limited(sid)
            return {"ok": False, "error": error.payload()}
        except QuizError as error:
            return self._refusal(error)
        except UnicodeEncodeError:  # half a pair of surrogates, which JSON can say and nothing can store
            return self._refusal(InvalidPayload("payload: holds half a character, which is no text"))
        except Exception:
            log.exception("a handler failed")
            return self._refusal(ServerBusy())
        finally:
            self.took[name](perf_counter() - began)

    def _refusal(self, error: QuizError) -> dict[str, Any]:
        self.refused[error.code] += 1
        return {"ok": False, "error": error.payload()}

    def _take_token(self, sid: str) -> None:
        bucket = self._buckets.get(sid)
        if bucket is None or bucket.exhausted:  # it is being cut off
            self.rejected += 1
            raise RateLimited(retry_after_ms=round(LAST_WORD * 1000))
        wait_ms = bucket.take()
        if bucket.used > self.fullest:
            self.fullest = bucket.used
        if not wait_ms:
            shared = self._shared.get(sid)
            wait_ms = shared.take() if shared is not None else 0
            if not wait_ms:
                self.allowed += 1
                return
            self.limited["player"] += 1
            bucket.strike()
        else:
            self.limited["connection"] += 1
        self.rejected += 1
        self._cut_exhausted(sid, bucket)
        raise RateLimited(retry_after_ms=wait_ms)

    def _limited(self, sid: str) -> None:
        """A handler refused for a limit of its own: who goes on is cut off as well."""
        self.rejected += 1
        bucket = self._buckets.get(sid)
        if bucket is not None:  # it may have gone meanwhile
            bucket.strike()
            self._cut_exhausted(sid, bucket)

    def _cut_exhausted(self, sid: str, bucket: Bucket) -> None:
        """Who went on and on is not even refused any more: a flood costs no more than what it takes to end it."""
        if bucket.exhausted:
            session = self.socketio.server.eio.sockets.get(self._connection(sid))
            if session is not None:
                session.turn_deaf()
            self.cut(sid, "notice", {"code": "rate_limited", "message": "too many messages; this connection is closed"})

    def cut(self, sid: str, event: str, data: dict[str, Any]) -> None:
        """Says a last thing to a connection, and ends it."""
        server = self.socketio.server
        server.emit(event, data, namespace=self.namespace, to=sid, ignore_queue=True)
        gevent.spawn_later(LAST_WORD, self._end, sid, self._connection(sid))

    def _connection(self, sid: str) -> str | None:
        """The Engine.IO session by which somebody is here."""
        return cast("str | None", self.socketio.server.manager.eio_sid_from_sid(sid, self.namespace))

    def _end(self, sid: str, eio_sid: str | None) -> None:
        """`eio_sid` ends too, though who is cut off may have left the namespace meanwhile."""
        server = self.socketio.server
        server.disconnect(sid, namespace=self.namespace, ignore_queue=True)
        if eio_sid is not None:
            server.eio.disconnect(eio_sid)


def _payload(shape: type[Any], args: tuple[Any, ...]) -> Any:
    """The one object that came with an event, as a frozen structure; raises InvalidPayload with the field's name."""
    raw = args[0] if args and args[0] is not None else {}
    if not isinstance(raw, dict):
        raise InvalidPayload("payload: must be an object")
    try:
        return cast(Any, msgspec.convert(raw, shape))
    except msgspec.ValidationError as error:
        raise InvalidPayload(_readable(str(error))) from error
    except RecursionError as error:
        raise InvalidPayload("payload: is nested too deeply") from error


def _readable(words: str) -> str:
    """msgspec's sentence with the field in front: "pin: Expected `str`, got `int`"."""
    what, found, where = words.partition(" - at `")
    if found:
        return f"{where.rstrip('`').removeprefix('$').lstrip('.') or 'payload'}: {what}"
    _, found, field = what.partition("required field `")
    return f"{field.rstrip('`')}: is missing" if found else f"payload: {what}"
