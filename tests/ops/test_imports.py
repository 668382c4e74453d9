"""What is kept from libraries as they are imported comes back afterwards, and is the same meanwhile where it matters."""

from __future__ import annotations

import importlib
import sys
from importlib import metadata

import pytest

from quiz.ops.imports import plugins_found_once, without


def test_a_package_is_not_there_for_a_while():
    """Whoever imports it meanwhile has to do without; what had imported it keeps it."""
    import json.tool as before

    with without("json.tool"), pytest.raises(ImportError):
        importlib.import_module("json.tool")
    assert sys.modules["json.tool"] is before


def test_plugins_are_those_that_there_are_and_are_looked_for_once(monkeypatch: pytest.MonkeyPatch):
    """Of each group; what is installed is read once, and later looks are as before."""
    expected = {group: set(metadata.entry_points(group=group)) for group in ("pytest11", "flask.commands", "gevent.plugins.x")}
    plain, looks = metadata.entry_points, []

    def counted(**which: str) -> metadata.EntryPoints:
        looks.append(which)
        return plain(**which)

    monkeypatch.setattr(metadata, "entry_points", counted)
    with plugins_found_once():
        assert {group: set(metadata.entry_points(group=group)) for group in expected} == expected
    assert looks == [{}]
    assert expected["pytest11"]
    assert metadata.entry_points is counted
