"""The application with one of its protections switched off, which SABOTAGE names: so that a run without it can be seen to fail.

Served in place of `app:app`. `CLOCK_OFF` (seconds) sets the machine's clock wrong, for one worker of the instance alone.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from importlib import resources  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from quiz.realtime import bus  # noqa: E402
from quiz.resilience.journal import Journal  # noqa: E402
from quiz.store import connection, faults  # noqa: E402
from quiz.store.clock import StoreClock  # noqa: E402
from quiz.store.courier import Courier  # noqa: E402
from quiz.store.keeper import Keeper  # noqa: E402
from quiz.store.lineage import Lineage  # noqa: E402
from quiz.store.mirror import Mirror  # noqa: E402


def _instead(where: Any, name: str, other: Any) -> None:
    """Puts something else in the place of what is there; a protection that has moved must not be thought to be off."""
    getattr(where, name)
    setattr(where, name, other)


def replay() -> None:
    """What was accepted without Redis is not brought to it."""
    plain = Mirror.accept_unconfirmed

    def accept_unconfirmed(self: Mirror, *args: Any) -> Any:
        shown = plain(self, *args)
        self.unconfirmed.clear()
        return shown

    _instead(Mirror, "accept_unconfirmed", accept_unconfirmed)
    restore()


def restore() -> None:
    """A Redis that lost something is not brought what it lost."""
    _instead(Courier, "_restore_all", lambda self, now, only=None: None)


def lineage() -> None:
    """Any Redis is as good as the one before."""
    _instead(Lineage, "greet", lambda self, connection: None)
    _instead(Keeper, "lost_memory", lambda self: False)


def listening() -> None:
    """Whoever can't listen to the others tries again after a minute, as Socket.IO's own manager does in the end."""
    for name, seconds in (("BACK_OFF", 60.0), ("BACK_OFF_MOST", 60.0), ("DEAF", 1e9)):
        _instead(bus, name, seconds)
    _instead(bus.RedisBus, "listen_anew", lambda self: None)


def refusals() -> None:
    """A Redis that refuses to write is a Redis that answers."""
    _instead(faults, "_REFUSALS", ("LOADING",))


def takeover() -> None:
    """What a dead worker left is nobody's."""
    _instead(Journal, "take_over", lambda self: 0)


def clock() -> None:
    """A worker goes by its machine's clock, and Redis believes it."""
    _instead(StoreClock, "measure_by", lambda self, ask: None)
    _change_script("math.min(tonumber(ARGV[14]) or now, now)", "tonumber(ARGV[14]) or now")
    _change_script("if now - at > 1000 then", "if false then")


def first() -> None:
    """Of several answers to a question each counts."""
    _change_script("if first then", "if false then")


def _change_script(before: str, after: str) -> None:
    assert any(before in script.read_text() for script in resources.files("quiz.store").joinpath("scripts").iterdir()), before
    plain = connection.Script.__init__

    def changed(self: connection.Script, client: Any, text: str, *name: str) -> None:
        plain(self, client, text.replace(before, after), *name)

    _instead(connection.Script, "__init__", changed)


def _set_clock_off(seconds: float) -> None:
    """In the first worker that comes here; the file says that it has come."""
    mark = Path(os.environ["QUIZ_VAR_DIR"], "clock-off")
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return
    plain, plain_ns = time.time, time.time_ns
    time.time = lambda: plain() + seconds
    time.time_ns = lambda: plain_ns() + int(seconds * 1e9)


SABOTAGES: dict[str, Callable[[], None]] = {
    one.__name__: one for one in (replay, restore, lineage, listening, refusals, takeover, clock, first)
}

if os.environ.get("CLOCK_OFF"):
    _set_clock_off(float(os.environ["CLOCK_OFF"]))
if os.environ.get("SABOTAGE"):
    SABOTAGES[os.environ["SABOTAGE"]]()

from app import app  # noqa: E402

__all__ = ["app"]
