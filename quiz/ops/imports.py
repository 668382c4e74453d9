"""What libraries do as they are imported and nobody needs here: time of each start, memory of each worker."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import metadata


@contextmanager
def without(*packages: str) -> Iterator[None]:
    """Libraries that are imported meanwhile don't find these packages, and do without them."""
    found = {package: sys.modules.pop(package) for package in packages if package in sys.modules}
    sys.modules.update(dict.fromkeys(packages))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for package in packages:
            del sys.modules[package]
        sys.modules.update(found)


@contextmanager
def plugins_found_once() -> Iterator[None]:
    """Who looks for plugins meanwhile is told what was found first. As it patches, gevent looks for each kind of its own."""
    plain = metadata.entry_points
    every = cache(lambda: plain())
    metadata.entry_points = lambda **which: every().select(**which)  # type: ignore[assignment]
    try:
        yield
    finally:
        metadata.entry_points = plain
