"""What was made out of a question that can't be used, as it is shown to who corrects it: bounded, whatever the file held."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quiz.domain.question import MAX_NUMBER, MAX_SPELLINGS, Question

#: Characters of each text.
MOST = 2000


def understood(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a question among what stands in a file, with values that JSON can say."""
    return {name: _plain(raw[name]) for name in Question.__struct_fields__ if name in raw}


def _plain(value: Any) -> Any:
    match value:
        case None | bool():
            return value
        case str():
            return value[:MOST].encode(errors="replace").decode()
        case int() | float():
            return value if -MAX_NUMBER <= value <= MAX_NUMBER else None
        case list() | tuple():
            return [_item(one) for one in value[:MAX_SPELLINGS]]
    return None


def _item(value: Any) -> Any:
    """A choice, its id, or a spelling."""
    if isinstance(value, Mapping):
        value = {name: value.get(name) for name in ("text", "image")}
        return {name: _plain(one) for name, one in value.items() if isinstance(one, str | int | float)}
    return None if isinstance(value, list | tuple) else _plain(value)
