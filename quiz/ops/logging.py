"""How everything that is logged comes out: JSON lines, or short ones for people; bounded, and without secrets.

Modules log by the standard library (`logging.getLogger("quiz...")`) or by `structlog.get_logger`; both come out here.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Callable, MutableMapping
from types import TracebackType
from typing import Any, TextIO

from quiz.ops.imports import without

with without("rich", "better_exceptions"):  # for tracebacks in colours, which are not used
    import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import Processor

from config.settings import Settings
from quiz.ops import logging_context, tracing
from quiz.ops.logging_flood import Flood
from quiz.ops.logging_redaction import Redaction, escaped

Event = MutableMapping[str, Any]

#: Loggers that say more than an operator wants unless asked to: the first writes every request, as an access log would. The
#: others' libraries would print by themselves if nobody had chosen a level.
_QUIET = {"geventwebsocket.handler": "WARNING", "engineio.server": "ERROR", "socketio.server": "ERROR"}
#: What a line begins with.
_FIRST = ("timestamp", "level", "logger", "event", "instance", "worker")
#: Of these, what is made here.
_OURS = frozenset(_FIRST) - {"event"}


class Outlet(logging.StreamHandler[TextIO]):
    """Writes records to a stream, as many as `Flood` admits."""

    def __init__(self, stream: TextIO, flood: Flood, later: Callable[[float, Callable[[], None]], object] | None = None) -> None:
        """`later(seconds, call)` has something called; without it, what was left out is told with the next record."""
        super().__init__(stream)
        self._flood, self._later = flood, later
        self._awaited = False

    def emit(self, record: logging.LogRecord) -> None:
        """Writes a record, and before it what is to be said of those left out."""
        self._tell()
        if self._flood.admits(record):
            super().emit(record)
        elif self._later and not self._awaited:
            self._awaited = True
            self._later(self._flood.seconds, self._catch_up)

    def close(self) -> None:
        """Says the last of those left out."""
        self.acquire()
        try:
            self._tell(over=True)
        finally:
            self.release()
        super().close()

    def _catch_up(self) -> None:
        self.acquire()
        try:
            self._awaited = False
            self._tell()
        finally:
            self.release()

    def _tell(self, *, over: bool = False) -> None:
        for note in self._flood.left_out(over=over):
            super().emit(note)


def begin(settings: Settings, stream: TextIO | None = None, later: Callable[..., object] | None = None) -> Outlet:
    """From now on this process logs as its settings say, to standard error. May be called again; see `Outlet` for `later`."""
    stream = stream or sys.stderr
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, Outlet):
            root.removeHandler(handler)
            handler.close()
    outlet = Outlet(stream, Flood(time.monotonic, settings.log_limit), later)
    outlet.setFormatter(formatter(settings, coloured=stream.isatty()))
    root.addHandler(outlet)
    root.setLevel(settings.log_level_root)
    for name, level in {**_QUIET, "quiz": settings.log_level, **settings.log_levels}.items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[structlog.stdlib.PositionalArgumentsFormatter(), ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return outlet


def formatter(settings: Settings, *, coloured: bool = False) -> logging.Formatter:
    """What makes a line of a record: JSON, or in development one for people, in colours if they can be shown."""
    secrets = Redaction(settings.secret_keys)

    def described(_: Any, __: str, event: Event) -> Event:
        return _described(event, settings.instance_id)

    def redacted(_: Any, __: str, event: Event) -> Event:
        return secrets.of(event, _OURS)

    before: list[Processor] = [
        described,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        redacted,
    ]
    if settings.env != "development":
        return ProcessorFormatter(processors=[*before, _json])
    people = structlog.dev.ConsoleRenderer(
        colors=coloured,
        pad_event_to=0,
        pad_level=False,
        sort_keys=False,
        exception_formatter=structlog.dev.plain_traceback,
    )
    return ProcessorFormatter(processors=[*before, _short, people])


def failed(context: object, kind: Any, error: Any, trace: TracebackType | None) -> None:
    """In place of gevent's `Hub.print_exception`, which would print whole requests, cookies included.

    `context` is what failed: a greenlet, a request's environment, or anything else.
    """
    if isinstance(context, dict):
        what = f"{context.get('REQUEST_METHOD', 'a request')} {context.get('PATH_INFO', '')}"
    else:
        run = getattr(context, "_run", None) or context
        what = getattr(run, "__qualname__", type(context).__name__)
    logging.getLogger("quiz.worker").error("%s failed", what, exc_info=(kind, error, trace))


def _described(event: Event, instance: str) -> Event:
    """The event with when, how bad, who said it, and where it happened."""
    record: logging.LogRecord = event.pop("_record")
    event.pop("_from_structlog", None)
    moment = time.gmtime(record.created)
    found: dict[str, Any] = {
        "timestamp": f"{time.strftime('%Y-%m-%dT%H:%M:%S', moment)}.{int(record.created % 1 * 1000):03d}Z",
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": event.pop("event", ""),
        "instance": instance,
        "worker": record.process or os.getpid(),
    }
    found.update(logging_context.described())
    if tracing.spans is not None:
        found.update(tracing.spans.ids())
    found.update({key: value for key, value in event.items() if key not in _FIRST})
    return found


def _json(_: Any, __: str, event: Event) -> str:
    # ASCII alone: nothing that a terminal or another program takes for the end of a line survives.
    return json.dumps(event)


def _short(_: Any, __: str, event: Event) -> Event:
    """For people: of the time only what changes, and nothing in a name that could look like a line of its own."""
    for same in ("instance", "worker"):
        event.pop(same, None)
    event["timestamp"] = event["timestamp"][11:]
    event["level"] = {"critical": "CRITICAL", "error": "ERROR", "warning": "WARNING"}.get(event["level"], event["level"])
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = "\n".join(escaped(line) for line in value.split("\n")) if key == "exception" else escaped(value)
    if "exception" in event:
        event["exception"] = event["exception"].replace("\n", "\n    ")
    return event
