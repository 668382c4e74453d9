"""The spans that this platform makes, by OpenTelemetry's SDK. Imported only where traces are wanted."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()
_CARRIED = "traceparent"


class Spans:
    """Makes spans, and sends them in a greenlet of its own: `threading` is gevent's in a worker, and so are its sockets."""

    def __init__(self, exporters: Sequence[str], instance: str) -> None:
        named = "service.name" in OTELResourceDetector().detect().attributes
        about: dict[str, str | int] = {"service.instance.id": instance, "process.pid": os.getpid()}
        # What ends this process must not wait for a collector that is away, as the SDK would by itself: see `close`.
        resource = Resource({"service.name": "quiz"}) if not named else Resource({})
        provider = TracerProvider(resource=Resource.create({}).merge(resource).merge(Resource(about)), shutdown_on_exit=False)
        self._senders = [BatchSpanProcessor(_exporter(name)) for name in exporters]
        for sender in self._senders:
            provider.add_span_processor(sender)
        self._tracer = provider.get_tracer("quiz")

    def close(self, seconds: float) -> None:
        """Sends what is left, and gives up after `seconds`."""
        for sender in self._senders:
            sender._batch_processor.shutdown(timeout_millis=round(seconds * 1000))

    @contextmanager
    def event(self, name: str, namespace: str) -> Iterator[Span]:
        """Around the handling of a client's event."""
        about = {"quiz.event": name, "quiz.namespace": namespace}
        with self._tracer.start_as_current_span(f"event {name}", kind=SpanKind.SERVER, attributes=about) as span:
            yield span

    @staticmethod
    def outcome(span: Span, acknowledgement: Mapping[str, object], about: Mapping[str, str]) -> None:
        """Says how an event ended, and which game and player it was about."""
        error = acknowledgement.get("error")
        code = str(error.get("code")) if isinstance(error, Mapping) else "ok"
        span.set_attributes({"quiz.outcome": code, **{f"quiz.{key}": value for key, value in about.items()}})
        if code == "server_busy":
            span.set_status(Status(StatusCode.ERROR))

    @contextmanager
    def call(self, command: str) -> Iterator[None]:
        """Around a call of Redis that belongs to something; what the platform does on its own is in no trace."""
        if not trace.get_current_span().get_span_context().is_valid:
            yield
            return
        about = {"db.system.name": "redis", "db.operation.name": command}
        with self._tracer.start_as_current_span(f"redis {command}", kind=SpanKind.CLIENT, attributes=about):
            yield

    @contextmanager
    def broadcast(self, event: str, carried: str | None = None) -> Iterator[None]:
        """Around sending an event to this worker's clients; `carried` is what came of another worker's broadcast, if one did."""
        parent = _PROPAGATOR.extract({_CARRIED: carried}) if carried else None
        kind = SpanKind.CONSUMER if carried else SpanKind.PRODUCER
        with self._tracer.start_as_current_span(f"broadcast {event}", parent, kind, {"quiz.event": event}):
            yield

    @staticmethod
    def carried() -> str | None:
        """What another worker needs to go on with the trace that this is in; None if it is in none."""
        carrier: dict[str, str] = {}
        _PROPAGATOR.inject(carrier)
        return carrier.get(_CARRIED)

    @staticmethod
    def ids() -> dict[str, str]:
        """The trace and the span that this is in, as log records show them."""
        at = trace.get_current_span().get_span_context()
        if not at.is_valid:
            return {}
        return {"trace_id": trace.format_trace_id(at.trace_id), "span_id": trace.format_span_id(at.span_id)}


def _exporter(name: str) -> SpanExporter:
    if name == "console":
        return ConsoleSpanExporter(formatter=lambda span: f"{span.to_json(indent=None)}\n")
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()
