"""Long work is cut into slices."""

from __future__ import annotations

import sys

import pytest

from quiz.ops.imports import in_slices
from quiz.ops.slices import REST, SLICE, Slices


def test_work_rests_when_a_slice_is_over_and_not_before():
    """The first call rests too: nobody knows what was done before it."""
    now, rests = [0.0], []
    breathe = Slices(rests.append, lambda: now[0])
    for step in (0, SLICE / 2, SLICE / 2, SLICE / 100, SLICE * 3, 0):
        now[0] += step
        breathe()
    assert rests == [REST] * 3


def test_a_package_is_imported_in_slices(monkeypatch: pytest.MonkeyPatch):
    """Others get their turn before each of its modules, and only of its; afterwards imports are what they were."""
    for name in [name for name in sys.modules if name.partition(".")[0] in ("wsgiref", "colorsys")]:
        monkeypatch.delitem(sys.modules, name)
    turns: list[None] = []
    before = list(sys.meta_path)
    with in_slices("wsgiref", lambda: turns.append(None)):
        import colorsys  # noqa: F401
        import wsgiref.util
    assert wsgiref.util
    assert len(turns) == 2
    assert sys.meta_path == before
