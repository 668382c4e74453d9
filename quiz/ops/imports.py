"""What libraries do as they are imported and nobody needs here: time of each start, memory of each worker. And what takes long to
import, while others are served.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
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


class _Breather:
    """Finds no module, and lets others have their turn when one of a package is looked for."""

    def __init__(self, package: str, breathe: Callable[[], None]) -> None:
        self._package, self._breathe = package, breathe

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """See `importlib.abc.MetaPathFinder`."""
        if name.partition(".")[0] == self._package:
            self._breathe()


@contextmanager
def in_slices(package: str, breathe: Callable[[], None]) -> Iterator[None]:
    """If a package is imported meanwhile, `breathe` is called before each of its modules."""
    breather = _Breather(package, breathe)
    sys.meta_path.insert(0, breather)
    try:
        yield
    finally:
        sys.meta_path.remove(breather)
