"""What libraries import as soon as they find it, and nobody needs here: time of each start, memory of each worker."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


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
