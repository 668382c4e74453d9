"""What is told of an instance: the metrics of all its workers together, as Prometheus' text or one by one."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import gevent
from prometheus_client import REGISTRY, Gauge, Metric, generate_latest, multiprocess

from quiz.ops import metric_files
from quiz.ops.processes import Processes

#: Words that belong together where names are written with dots.
_PAIRS = ("rate_limit", "circuit_breaker")
#: What a dotted name means that would else be a counter's.
_MEANT = {"quiz_websocket_connections": "quiz_websocket_connections_active"}


class Exposition:
    """Asked by anybody at any time. `flush` writes down what this worker has counted; the others did so a moment ago."""

    def __init__(self, flush: Callable[[], None]) -> None:
        folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
        self._flush, self._folder = flush, Path(folder) if folder else None

    def collect(self) -> list[Metric]:
        """All metrics, as Prometheus' registry gives them. Takes some milliseconds, and gives way to others in between."""
        self._flush()
        if self._folder is None:
            return list(REGISTRY.collect())
        together = multiprocess.MultiProcessCollector(None, str(self._folder))  # type: ignore[no-untyped-call]
        with metric_files.reading(self._folder):
            metrics: Iterable[Metric] = together.collect()  # type: ignore[no-untyped-call]
        gevent.sleep(0)
        processes = list(Processes(os.getppid(), self.workers).collect())
        gevent.sleep(0)
        return [*metrics, *processes]

    def workers(self) -> set[int]:
        """The process ids of the living workers: the master removes what a dead one showed of the moment."""
        if self._folder is None:
            return {os.getpid()}
        return {int(file.stem.rpartition("_")[2]) for file in self._folder.glob("gauge_live*.db")}

    def worst(self, gauge: Gauge) -> float | None:
        """What a gauge without labels shows of all workers together; None if nobody shows it."""
        metrics: Iterable[Metric]
        if self._folder is None:
            metrics = gauge.collect()
        else:
            files = map(str, self._folder.glob(f"gauge_{gauge._multiprocess_mode}_*.db"))
            metrics = multiprocess.MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]
        return next((sample.value for metric in metrics for sample in metric.samples if sample.name == gauge._name), None)

    def text(self) -> bytes:
        """Prometheus' text."""
        return generate_latest(self)  # it only asks to `collect`

    def names(self) -> list[str]:
        """All names, with dots; where two spellings are usual, both. A counter's name goes without `total`."""
        names = {"quiz.websocket.connections", "quiz.websocket.connections.total"}
        for metric in self.collect():
            names |= {metric.name.replace("_", "."), dotted(metric.name)}
        return sorted(names)

    def measurements(self, name: str) -> list[dict[str, Any]] | None:
        """What a metric says by a dotted name, over all its labels: [{statistic, value}]; None if there is no such metric.

        A counter has its COUNT, a gauge its VALUE, a histogram COUNT and TOTAL_TIME (seconds). Dots and underscores are the
        same here, `total` may be left out, and a histogram has the names of its parts too.
        """
        flat = name.replace(".", "_")
        flat = _MEANT.get(flat, flat).removesuffix("_total")
        found = {metric.name.removesuffix("_total"): metric for metric in self.collect()}
        metric = found.get(flat) or found.get(re.sub("_(bucket|count|sum)$", "", flat))
        return None if metric is None else _measured(metric)


def dotted(name: str) -> str:
    """A metric's name as operators write it: `quiz.rate_limit.rejected`."""
    name = name.replace("_", ".")
    for pair in _PAIRS:
        name = name.replace(pair.replace("_", "."), pair)
    return name


def _measured(metric: Metric) -> list[dict[str, Any]]:
    statistics = {"_count": "COUNT", "_sum": "TOTAL_TIME"} if metric.type in ("histogram", "summary") else {}
    if not statistics:
        statistics = {"_total": "COUNT"} if metric.type == "counter" else {"": "VALUE"}
    return [
        {"statistic": statistic, "value": sum(sample.value for sample in metric.samples if sample.name == f"{metric.name}{end}")}
        for end, statistic in statistics.items()
    ]
