"""How an instance is, for operators and probes."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from quiz.web.openapi.operation import Operation


class Component(TypedDict):
    """A part of the instance."""

    status: Literal["UP", "DOWN"]
    details: NotRequired[dict[str, Any]]


class Health(TypedDict):
    """How an instance is; DEGRADED while it serves without something that it needs. All but `status` is for operators."""

    status: Literal["UP", "DEGRADED"]
    components: NotRequired[dict[str, Component]]
    instance: NotRequired[str]
    version: NotRequired[str]


class MetricNames(TypedDict):
    """The dotted names of all metrics."""

    names: list[str]


class Measurement(TypedDict):
    """A counter has its COUNT, a gauge its VALUE, a histogram COUNT and TOTAL_TIME (seconds)."""

    statistic: Literal["COUNT", "VALUE", "TOTAL_TIME"]
    value: float


class Measured(TypedDict):
    """What a metric says over all its labels, of all workers of the instance."""

    name: str
    measurements: list[Measurement]


class Probe(TypedDict):
    """The answer to a probe."""

    status: Literal["UP", "OUT_OF_SERVICE"]


_PROMETHEUS = Operation(
    "The metrics of all workers as Prometheus' text", ((200, "The metrics", "text/plain"),), (403,), public=True
)

OPERATIONS: dict[str, dict[str, Operation]] = {
    "/actuator/health": {
        "get": Operation("How the instance is; 200 also while Redis is away", ((200, "UP or DEGRADED", Health),), public=True),
    },
    "/actuator/health/liveness": {"get": Operation("Whether the process lives", ((200, "It does", Probe),), public=True)},
    "/actuator/health/readiness": {
        "get": Operation(
            "Whether new clients may come",
            ((200, "They may", Probe), (503, "The instance is about to stop", Probe)),
            public=True,
        ),
    },
    "/actuator/metrics": {"get": Operation("The names of all metrics", ((200, "The names", MetricNames),), (403,), public=True)},
    "/actuator/metrics/{name}": {
        "get": Operation("One metric, by its dotted name", ((200, "The metric", Measured),), (403, 404), public=True)
    },
    "/actuator/prometheus": {"get": _PROMETHEUS},
    "/metrics": {"get": _PROMETHEUS},
}
