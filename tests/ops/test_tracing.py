"""When there are traces, and what of their settings is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from config.errors import SettingsError
from quiz.ops import tracing

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


@pytest.mark.parametrize(
    ("environ", "where"),
    [
        ({}, []),
        ({"OTEL_SERVICE_NAME": "quiz"}, []),
        ({ENDPOINT: "http://collector:4318"}, ["otlp"]),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://collector/v1/traces"}, ["otlp"]),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, ["otlp"]),
        ({"OTEL_TRACES_EXPORTER": "otlp,console"}, ["otlp", "console"]),
        ({"OTEL_TRACES_EXPORTER": "none", ENDPOINT: "http://collector:4318"}, []),
        ({"OTEL_SDK_DISABLED": "true", ENDPOINT: "http://collector:4318"}, []),
        ({"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.05", ENDPOINT: "http://c"}, ["otlp"]),
    ],
)
def test_the_standard_variables_decide(environ, where):
    """Off by default; on as soon as somebody says where to."""
    assert tracing.exporters(environ) == where


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_SDK_DISABLED", "yes"),
        ("OTEL_TRACES_EXPORTER", "jaeger"),
        ("OTEL_TRACES_SAMPLER", "sometimes"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
    ],
)
def test_what_would_be_ignored_is_refused_by_name(name, value):
    """OpenTelemetry would warn and do something else."""
    with pytest.raises(SettingsError, match=f"^{name}='{value}': expected "):
        tracing.exporters({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318", name: value})


def test_a_share_is_a_number_from_0_to_1():
    """And one above stops the start, without a collector's password in the line of another refusal."""
    given = {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "5"}
    with pytest.raises(SettingsError, match=r"^OTEL_TRACES_SAMPLER_ARG='5': expected a number from 0 to 1$"):
        tracing.exporters(given)
    with pytest.raises(SettingsError) as refused:
        tracing.exporters({ENDPOINT: "ftp://me:hunter2@collector"})
    assert "hunter2" not in str(refused.value)


def test_without_traces_nothing_of_them_is_imported():
    """Who wants none pays nothing: neither memory nor time."""
    code = """
import sys
import app
from quiz import serving
serving.tracing.begin({}, "quiz-0")
print(sorted(name for name in sys.modules if name.startswith(("opentelemetry", "google.protobuf"))))
"""
    environ = {"FLASK_RUN_FROM_CLI": "true", "SECRET_KEY": "x" * 32}
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, env=environ, capture_output=True, text=True, timeout=60)
    assert done.stdout == "[]\n", done.stderr
