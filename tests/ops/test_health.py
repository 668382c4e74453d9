"""How an instance says that it is."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from quiz.ops.health import STUCK, Disk, Health, component, event_loop

Usage = namedtuple("Usage", "total used free")


def test_one_thing_that_is_not_well_degrades_the_whole():
    """Each is shown by its own check; an instance that answers is never DOWN."""
    health = Health()
    health.register("a", lambda: component(True))
    assert health.status(health.components()) == "UP"
    health.register("b", lambda: component(False, why="away"))
    components = health.components()
    assert components == {"a": {"status": "UP"}, "b": {"status": "DOWN", "details": {"why": "away"}}}
    assert health.status(components) == "DEGRADED"


def test_a_check_that_fails_itself_hides_no_other():
    """It is DOWN with its error."""
    health = Health()
    health.register("broken", lambda: component(bool(1 / 0)))
    health.register("well", lambda: component(True))
    assert health.components() == {
        "broken": {"status": "DOWN", "details": {"error": "division by zero"}},
        "well": {"status": "UP"},
    }


def test_a_loop_that_does_not_turn_is_noticed_by_the_others():
    """After some seconds; a clock that was put back is no reason."""
    now = 1000.0
    check = event_loop(lambda: 1000.0, lambda: now)
    assert check()["status"] == "UP"
    now += STUCK + 1
    assert check() == {"status": "DOWN", "details": {"behind_seconds": STUCK + 1}}
    now = 10.0
    assert check()["status"] == "UP"


@pytest.mark.parametrize(
    ("size", "free", "status"),
    [(100 * 10**9, 6 * 10**9, "UP"), (100 * 10**9, 4 * 10**9, "DOWN"), (10**13, 11 * 1024**3, "UP"), (10**13, 10**9, "DOWN")],
)
def test_a_disk_that_is_nearly_full_is_said(monkeypatch: pytest.MonkeyPatch, size: int, free: int, status: str):
    """By its part, or where the disk is large by what is left."""
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(size, size - free, free))
    assert Disk(Path("/data")).check() == {"status": status, "details": {"folder": "/data", "free": free, "size": size}}
