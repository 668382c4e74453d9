"""Where values come from: a profile (TOML) and, above it, environment variables. Every value is checked on its own, so that
an error can name the key as its writer wrote it."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect
from msgspec.structs import FieldInfo, fields

from config.errors import SettingsError
from config.redis_url import masked

type_info = inspect.type_info

#: Keys whose variable has the name that operators know from elsewhere.
PLAIN: dict[tuple[str, ...], str] = {
    ("port",): "PORT",
    ("host",): "HOST",
    ("redis_url",): "REDIS_URL",
    ("secret_key",): "SECRET_KEY",
    ("workers",): "WEB_CONCURRENCY",
}

# Kubernetes gives every container such variables for each service, ours being called quiz or quiz-something.
_SERVICE_LINK = re.compile(r"QUIZ_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)")

#: Where a key stands: the names of its tables, then its own.
Key = tuple[str, ...]


def variable(path: Key) -> str:
    """The environment variable that overrides the key at `path`."""
    return PLAIN.get(path) or "QUIZ_" + "__".join(path).upper()


def read(struct: type[msgspec.Struct], profile: Path, environ: Mapping[str, str]) -> dict[str, Any]:
    """The fields of `struct`, nested structures built. Raises SettingsError for an unknown key or a wrong value."""
    leaves = dict(_leaves(struct))
    _refuse_unknown(environ, {variable(path) for path in leaves})
    written = _profile(profile, leaves)
    values = {}
    for path, field in leaves.items():
        name = variable(path)
        text = environ.get(name)
        if text or (text is not None and path not in PLAIN and len(path) > 1):
            values[path] = _convert(f"{name}={_shown(path, text)}", field, _listed(field, text), strict=False)
        elif path in written:
            values[path] = _convert(
                f"{profile.name}: {'.'.join(path)}={_shown(path, written[path])}", field, written[path], strict=True
            )
        elif field.default is not msgspec.NODEFAULT:
            values[path] = field.default
        elif field.default_factory is not msgspec.NODEFAULT:
            values[path] = field.default_factory()
        else:
            raise SettingsError(f"{profile.name}: {'.'.join(path)} is missing")
    return _fields(struct, values, ())


def _leaves(struct: type[msgspec.Struct], above: Key = ()) -> Iterator[tuple[Key, FieldInfo]]:
    for field in fields(struct):
        path = (*above, field.name)
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from _leaves(field.type, path)
        else:
            yield path, field


def _fields(struct: type[msgspec.Struct], values: Mapping[Key, Any], above: Key) -> dict[str, Any]:
    return {
        field.name: values[path] if (path := (*above, field.name)) in values else field.type(**_fields(field.type, values, path))
        for field in fields(struct)
    }


def _refuse_unknown(environ: Mapping[str, str], known: set[str]) -> None:
    for name, value in environ.items():
        if not name.startswith("QUIZ_") or name in known or _SERVICE_LINK.fullmatch(name):
            continue
        if name.endswith("_PORT") and "://" in value:
            continue  # a service link too
        plain = name.removeprefix("QUIZ_")
        near = [plain] if plain in known else difflib.get_close_matches(name, known, 1)
        secret = re.search("SECRET|PASS|TOKEN|KEY|URL", name)
        shown = "" if secret else f"={value!r}"
        raise SettingsError(f"{name}{shown}: there is no such setting{f'; did you mean {near[0]}?' if near else ''}")


def _profile(file: Path, leaves: Mapping[Key, FieldInfo]) -> dict[Key, Any]:
    try:
        written = dict(_flat(tomllib.loads(file.read_text("utf-8")), leaves))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file.name}: cannot be read: {error}") from None
    for path, value in written.items():
        if path not in leaves:
            raise SettingsError(f"{file.name}: {'.'.join(path)}={value!r}: there is no such setting")
    return written


def _flat(table: Mapping[str, Any], leaves: Mapping[Key, FieldInfo], above: Key = ()) -> Iterator[tuple[Key, Any]]:
    """The keys of a table and those below it. A table may also be the value of one key."""
    for key, value in table.items():
        if isinstance(value, dict) and (*above, key) not in leaves:
            yield from _flat(value, leaves, (*above, key))
        else:
            yield (*above, key), value


def _shown(path: Key, value: Any) -> str:
    if path == ("secret_key",):
        return "(hidden)"
    return repr(masked(value) if path == ("redis_url",) and isinstance(value, str) else value)


def _listed(field: FieldInfo, text: str) -> Any:
    if isinstance(type_info(field.type), inspect.VarTupleType):
        return [item for part in text.split(",") if (item := part.strip())]
    if isinstance(type_info(field.type), inspect.DictType):
        pairs = [item.partition("=") for item in text.split(",") if item.strip()]
        return {name.strip(): value.strip() for name, _, value in pairs}
    return text.strip()


def _convert(label: str, field: FieldInfo, value: Any, *, strict: bool) -> Any:
    try:
        return msgspec.convert(value, field.type, strict=strict, dec_hook=lambda kind, text: kind(text))
    except (msgspec.ValidationError, TypeError):
        raise SettingsError(f"{label}: expected {_expected(type_info(field.type))}") from None


def _expected(kind: inspect.Type) -> str:
    match kind:
        case inspect.IntType(ge=least, le=most):
            return f"a whole number from {least} to {most}"
        case inspect.FloatType(ge=least, le=most):
            return f"a number from {least} to {most}"
        case inspect.BoolType():
            return "true or false"
        case inspect.LiteralType(values=values):
            return f"one of {', '.join(map(str, values))}"
        case inspect.VarTupleType():
            return "a list of strings (in an environment variable: separated by commas)"
        case inspect.DictType(value_type=value):
            return f"names, each with {_expected(value)} (in an environment variable: name=value, separated by commas)"
        case inspect.StrType(pattern=str(pattern)):
            return f"text that matches {pattern}"
        case _:
            return "text"
