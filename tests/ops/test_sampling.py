"""Numbers of a worker on their way to Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge

from quiz.ops.metrics import Delays
from quiz.ops.sampling import PEAK, RARELY, Sampler


def test_what_has_grown_is_counted_once():
    """However often it is looked at."""
    registry, sampler = CollectorRegistry(), Sampler()
    number, codes = 0, {"late": 0}
    sampler.counts(Counter("all", "", registry=registry), lambda: number)
    sampler.counts_each(Counter("each", "", ["code"], registry=registry), lambda: codes)
    for number in (3, 3, 5):
        codes = {"late": number, "busy": 1}
        sampler.flush()
        sampler.flush()
    assert registry.get_sample_value("all_total") == 5
    assert registry.get_sample_value("each_total", {"code": "late"}) == 5
    assert registry.get_sample_value("each_total", {"code": "busy"}) == 1


def test_seconds_are_observed_and_counted_by_label():
    """Each once; a label has a counter of its own where one was asked for."""
    registry, sampler = CollectorRegistry(), Sampler()
    delays = Delays("took", "", ["event"], buckets=(0.1, 1), registry=registry)
    took = sampler.labelled(delays, {"join": Counter("joins", "", registry=registry)})
    for seconds in (0.05, 0.1, 0.5, 7):
        took["join"](seconds)
    took["state"](0.2)
    sampler.flush()
    sampler.flush()
    found = [registry.get_sample_value("took_bucket", {"event": "join", "le": le}) for le in ("0.1", "1.0", "+Inf")]
    assert found == [2, 3, 4]
    assert registry.get_sample_value("took_sum", {"event": "join"}) == 7.65
    assert registry.get_sample_value("took_count", {"event": "state"}) == 1
    assert registry.get_sample_value("joins_total") == 4


def test_a_peak_is_shown_long_enough_for_a_scrape_to_see_it():
    """Then it is over."""
    registry, sampler = CollectorRegistry(), Sampler()
    highest = iter([0.2, 0.9, *[0.1] * PEAK])
    sampler.peaks(Gauge("peak", "", registry=registry), lambda: next(highest))
    for _ in range(PEAK + 1):
        sampler.look(0.0)
    assert registry.get_sample_value("peak") == 0.9
    sampler.look(0.0)
    assert registry.get_sample_value("peak") == 0.1


def test_what_costs_more_is_looked_at_rarely_but_whenever_somebody_asks():
    """So a scrape finds it as it is."""
    sampler, asked = Sampler(), []
    sampler.shows(Gauge("costly", "", registry=CollectorRegistry()), lambda: asked.append(1) or 0, rarely=True)
    for _ in range(RARELY):
        sampler.look(0.0)
    assert len(asked) == 1
    sampler.flush()
    assert len(asked) == 2
