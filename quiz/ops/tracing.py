"""Traces, if the standard variables of OpenTelemetry ask for them; otherwise nothing of it is imported.

On with `OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` or `OTEL_TRACES_EXPORTER` (`otlp`, `console`); off
with `OTEL_SDK_DISABLED=true` or `OTEL_TRACES_EXPORTER=none`. Sampler, headers, time-outs and batches are set as OpenTelemetry's
SDK documents it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from config.errors import SettingsError

if TYPE_CHECKING:
    from quiz.ops.tracing_spans import Spans

#: What makes spans in this process; None while there are no traces. Ask before each use: it is what keeps them free of charge.
spans: Spans | None = None

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_SAMPLERS = tuple(f"{based}{how}" for based in ("", "parentbased_") for how in ("always_on", "always_off", "traceidratio"))


def exporters(environ: Mapping[str, str]) -> list[str]:
    """Where traces go: nowhere, `otlp`, `console`. Raises SettingsError for a value that OpenTelemetry would only warn of."""
    if _one_of(environ, "OTEL_SDK_DISABLED", ("true", "false")) == "true":
        return []
    wanted = [name for part in environ.get("OTEL_TRACES_EXPORTER", "").lower().split(",") if (name := part.strip())]
    for name in wanted:
        if name not in ("otlp", "console", "none"):
            raise _wrong(environ, "OTEL_TRACES_EXPORTER", "otlp, console or none")
    if not wanted and any(environ.get(name) for name in _ENDPOINTS):
        wanted = ["otlp"]
    if not wanted or "none" in wanted:
        return []
    if "otlp" in wanted:
        for name in _PROTOCOLS:
            _one_of(environ, name, ("http/protobuf",))
        for name in _ENDPOINTS:
            if environ.get(name) and not re.match(r"https?://[^/\s]+", environ[name], re.IGNORECASE):
                raise _wrong(environ, name, "an address such as http://collector:4318")
    if _one_of(environ, "OTEL_TRACES_SAMPLER", _SAMPLERS).endswith("traceidratio"):
        ratio = environ.get("OTEL_TRACES_SAMPLER_ARG", "")
        if ratio and not re.fullmatch(r"0?\.\d+|[01](\.0*)?|0\.\d*", ratio):
            raise _wrong(environ, "OTEL_TRACES_SAMPLER_ARG", "a number from 0 to 1")
    return wanted


def begin(environ: Mapping[str, str], instance: str) -> None:
    """Makes traces from now on, if they are wanted; not before the process is forked and patched. Raises SettingsError."""
    global spans
    wanted = exporters(environ)
    if wanted:
        from quiz.ops.tracing_spans import Spans

        spans = Spans(wanted, instance)


def end(seconds: float) -> None:
    """Sends what has not been sent, if that is possible within `seconds`."""
    if spans is not None:
        spans.close(seconds)


def _one_of(environ: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = environ.get(name, "").strip().lower()
    if value and value not in allowed:
        raise _wrong(environ, name, f"one of {', '.join(allowed)}" if len(allowed) > 1 else allowed[0])
    return value


def _wrong(environ: Mapping[str, str], name: str, expected: str) -> SettingsError:
    shown = re.sub(r"(?<=//)[^/@]*@", "(hidden)@", environ[name])
    return SettingsError(f"{name}={shown!r}: expected {expected}")
