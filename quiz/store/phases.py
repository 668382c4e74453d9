"""Where a game stands, as fields of its hash in Redis. Releases side by side may have other fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from quiz.domain.game import Phase

FIELDS = tuple(f.name for f in msgspec.structs.fields(Phase))
#: Those that are JSON in the hash.
_NESTED = ("skipped", "extended")


def flat(phase: Phase) -> Iterator[str | int]:
    """A phase as fields and values of the game's hash."""
    for field in FIELDS:
        value = getattr(phase, field)
        yield field
        yield msgspec.json.encode(value).decode() if field in _NESTED else int(value) if isinstance(value, bool) else value


def phase_of(fields: Mapping[str, str | None]) -> Phase:
    """Where a game stands, by its hash; what another release does not have is as it is at first. Raises msgspec's errors."""
    known = {name: value for name in FIELDS if (value := fields.get(name)) is not None}
    nested = {name: msgspec.json.decode(known[name]) for name in _NESTED if name in known}
    return msgspec.convert({**known, **nested}, Phase, strict=False)


def phase_now(values: Sequence[Any]) -> tuple[Phase, int]:
    """A phase from the values of `FIELDS` and, last, the time."""
    return _phase(tuple(values[:-1])), int(values[-1])


@lru_cache(maxsize=1000)
def _phase(values: tuple[str | None, ...]) -> Phase:
    """Everybody who comes to a game finds it in the same phase."""
    return phase_of(dict(zip(FIELDS, values, strict=True)))
