"""The insides of libraries are as they were when our code was written against them."""

from __future__ import annotations

import hashlib
import importlib
import inspect
from functools import reduce
from importlib.metadata import version

import pytest

from tests.insides import INSIDES


@pytest.mark.parametrize("library", INSIDES)
def test_an_inside_that_changes_is_noticed(library: str):
    """The version is the one that was read, and so is the source of everything that is leaned on."""
    checked, insides = INSIDES[library]
    assert version(library) == checked, f"read what has changed in {library}, then write the new version down in tests/insides.py"
    for name, (who, digest) in insides.items():
        module, _, path = name.partition(":")
        source = inspect.getsource(reduce(getattr, path.split("."), importlib.import_module(module)))
        assert hashlib.sha1(source.encode()).hexdigest()[:12] == digest, f"{name} has changed; {who}"
