"""The spans that this platform makes, by OpenTelemetry's SDK. Imported only where traces are wanted."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import cast

from opentelemetry import context, trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()
_CARRIED = "traceparent"
_OTHERS = context.create_key("quiz-others")

#: Traces that one broadcast is shown in.
MOST = 16


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
    def on_behalf(self, carried: Sequence[str]) -> Iterator[None]:
        """Around what is done once for the sake of several traces: calls are shown in the first, a broadcast in all of them."""
        begun = context.attach(_within(carried))
        try:
            yield
        finally:
            context.detach(begun)

    @contextmanager
    def broadcast(self, name: str, carried: str | None = None) -> Iterator[None]:
        """Around telling this worker's clients; `carried` is what came of another worker's broadcast, if one did."""
        kind = SpanKind.CONSUMER if carried else SpanKind.PRODUCER
        here = _within(carried.split()) if carried else context.get_current()
        spans = [self._tracer.start_span(name, each, kind) for each in (here, *map(_parent, _others(here)))]
        begun = context.attach(_within([_carried(span) for span in spans]))
        try:
            yield
        finally:
            context.detach(begun)
            for span in spans:
                span.end()

    @staticmethod
    def carried() -> str | None:
        """What another worker, or what is done later, needs to go on with the traces that this is in; None if in none."""
        own = _carried(trace.get_current_span())
        return " ".join([own, *_others()]) if own else None

    @staticmethod
    def sampled() -> str | None:
        """`carried` of the one trace that this is in, if it is one that is sent."""
        at = trace.get_current_span()
        return _carried(at) if at.get_span_context().trace_flags.sampled else None

    @staticmethod
    def ids() -> dict[str, str]:
        """The trace and the span that this is in, as log records show them."""
        at = trace.get_current_span().get_span_context()
        if not at.is_valid:
            return {}
        return {"trace_id": trace.format_trace_id(at.trace_id), "span_id": trace.format_span_id(at.span_id)}


def _parent(carried: str) -> Context:
    return _PROPAGATOR.extract({_CARRIED: carried}, context=Context())


def _carried(span: Span) -> str:
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier, trace.set_span_in_context(span, Context()))
    return carrier.get(_CARRIED, "")


def _others(within: Context | None = None) -> tuple[str, ...]:
    return cast(tuple[str, ...], context.get_value(_OTHERS, within) or ())


def _within(carried: Sequence[str]) -> Context:
    """The context of the first, the others beside it."""
    first, others = (carried[0], tuple(carried[1:MOST])) if carried else ("", ())
    return context.set_value(_OTHERS, others, _parent(first) if first else Context())


def _exporter(name: str) -> SpanExporter:
    if name == "console":
        return ConsoleSpanExporter(formatter=lambda span: f"{span.to_json(indent=None)}\n")
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()
