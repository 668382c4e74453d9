"""How an instance is: each thing that it depends on registers a check of its own."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

log = logging.getLogger("quiz.ops")

#: {"status": "UP" or "DOWN", "details": {…}}
Component = dict[str, Any]
#: Returns quickly, whatever it looks at. One that raises is DOWN.
Check = Callable[[], Component]

#: Part of its disk that an instance needs free: journals and Redis's own files grow.
DISK_LEAST = 0.05
#: Bytes that are enough, however large the disk is.
DISK_ENOUGH = 10 * 1024**3
#: Seconds after which an event loop that has not turned is stuck.
STUCK = 5.0


class Health:
    """The checks of a worker, by the names of what they check."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}

    def register(self, name: str, check: Check) -> None:
        """From now on `check` is asked how `name` is."""
        self._checks[name] = check

    def components(self) -> dict[str, Component]:
        """How everything is, each by its own check."""
        return {name: _checked(name, check) for name, check in self._checks.items()}

    @staticmethod
    def status(components: dict[str, Component]) -> str:
        """UP, or DEGRADED: the instance serves as long as it answers, so it is never DOWN."""
        return "UP" if all(one["status"] == "UP" for one in components.values()) else "DEGRADED"


def component(up: bool, **details: Any) -> Component:
    """A component that is well, or not."""
    return {"status": "UP" if up else "DOWN", **({"details": details} if details else {})}


def _checked(name: str, check: Check) -> Component:
    try:
        return check()
    except Exception as error:
        log.exception("the check of %s failed", name)
        return component(False, error=str(error) or type(error).__name__)


class Disk:
    """The file system that an instance keeps its data on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def free(self) -> int:
        """Bytes that are left for whoever is not root."""
        return shutil.disk_usage(self._folder).free

    def size(self) -> int:
        """Bytes in all."""
        return shutil.disk_usage(self._folder).total

    def check(self) -> Component:
        """Whether there is room."""
        free, size = self.free(), self.size()
        return component(free >= min(DISK_LEAST * size, DISK_ENOUGH), folder=str(self._folder), free=free, size=size)


def event_loop(turned: Callable[[], float | None], clock: Callable[[], float]) -> Check:
    """Whether the loops of all workers turn. `turned`: when that did which is the furthest behind; None if nobody has said."""

    def check() -> Component:
        last = turned()
        behind = max(0.0, clock() - last) if last is not None else 0.0
        return component(behind < STUCK, behind_seconds=round(behind, 2))

    return check
