"""What one method of a path does, and what several of them have in common."""

from __future__ import annotations

from typing import Any, NamedTuple


class Operation(NamedTuple):
    """One method of a path. `done`: status, what it means, and the shape of its JSON (a text: a content type instead, a tuple:
    one of several).

    `body` is a shape or texts likewise; `query` and `headers` are names and what they mean.
    """

    about: str
    done: tuple[tuple[int, str, Any], ...]
    problems: tuple[int, ...] = ()
    body: Any = None
    public: bool = False
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


#: What goes on where something has a version.
IF_MATCH = (("If-Match", "The version that this changes, as `ETag` told it; `*`: whatever it is"),)
IF_NONE_MATCH = (("If-None-Match", "What is known: 304 if it is that still"),)
SAME = (304, "It is as `If-None-Match` says", None)
#: How a file is sent.
FILE = ("application/octet-stream", "multipart/form-data")
