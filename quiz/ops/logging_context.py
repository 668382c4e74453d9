"""What is happening when something is logged: which connection, game, player, event, HTTP request.

Bound where an event or a request is handled, as a function that tells it: nobody calls that unless something is logged. Each
greenlet has a context of its own, which begins empty unless who spawns it passes on a copy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar, Token
from typing import Any, TypeAlias

#: Bound outside of this, if anything; what tells of it; its arguments.
Bound: TypeAlias = "tuple[Bound | None, Callable[..., Mapping[str, Any]], tuple[Any, ...]]"

_BOUND: ContextVar[Bound | None] = ContextVar("bound", default=None)


def enter(describe: Callable[..., Mapping[str, Any]], *args: Any) -> Token[Bound | None]:
    """Binds `describe(*args)` beside what is bound already, until `leave`. It must not wait for anything."""
    return _BOUND.set((_BOUND.get(), describe, args))


leave = _BOUND.reset


def only(describe: Callable[..., Mapping[str, Any]], *args: Any) -> None:
    """Binds this alone, for the rest of a greenlet that outlives what it was spawned by."""
    _BOUND.set((None, describe, args))


def described() -> dict[str, Any]:
    """All that is bound; the innermost goes first. One that can't be told is left out."""
    found: dict[str, Any] = {}
    bound = _BOUND.get()
    while bound is not None:
        bound, describe, args = bound
        try:
            found = {**describe(*args), **found}
        except Exception as error:
            found.setdefault("unbound", type(error).__name__)
    return found
