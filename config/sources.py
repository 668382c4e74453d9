"""Where values come from: environment variables, files that they name, a profile (TOML), defaults. Every value is checked on its
own, so that an error can name the key as its writer wrote it."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec
from msgspec import Meta, inspect
from msgspec.structs import FieldInfo, fields

from config.errors import SettingsError
from config.redis_url import masked

#: Keys whose variable has the name that operators know from elsewhere.
PLAIN: dict[tuple[str, ...], str] = {
    ("port",): "PORT",
    ("host",): "HOST",
    ("redis_url",): "REDIS_URL",
    ("redis", "replica_urls"): "REDIS_REPLICA_URLS",
    ("secret_key",): "SECRET_KEY",
    ("secret_key_previous",): "SECRET_KEY_PREVIOUS",
    ("workers",): "WEB_CONCURRENCY",
}

# Kubernetes gives every container such variables for each service, ours being called quiz or quiz-something.
_SERVICE_LINK = re.compile(r"QUIZ_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)")

#: Where a key stands: the names of its tables, then its own.
Key = tuple[str, ...]
Source = Literal["environment", "file", "profile", "default"]
#: How a secret may be shown: not at all, or as a URL without its password.
Secrecy = Literal["hidden", "url"]


@dataclass(frozen=True)
class Found:
    """A value, and where it was found; `where` names the variable, with its file, or the profile."""

    value: Any
    source: Source
    where: str = ""


def about(text: str, *guide: str, secret: Secrecy | None = None, **bounds: Any) -> Meta:
    """What a setting's type says beside its bounds: what it does, and the keys of the production guide that it stands for."""
    return Meta(description=text, extra={"guide": guide, "secret": secret}, **bounds)


def variable(path: Key) -> str:
    """The environment variable that overrides the key at `path`."""
    return PLAIN.get(path) or "QUIZ_" + "__".join(path).upper()


def file_variable(path: Key) -> str:
    """The environment variable that names the file with the value of a secret."""
    return variable(path) + "_FILE"


@cache
def leaves(struct: type[msgspec.Struct], above: Key = ()) -> tuple[tuple[Key, FieldInfo], ...]:
    """Every setting of a structure and of those in it."""
    found: list[tuple[Key, FieldInfo]] = []
    for field in fields(struct):
        path = (*above, field.name)
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            found += leaves(field.type, path)
        else:
            found.append((path, field))
    return tuple(found)


def kind(field: FieldInfo) -> inspect.Type:
    """A setting's type, without what is said about it."""
    found = inspect.type_info(field.type)
    return found.type if isinstance(found, inspect.Metadata) else found


def usual(field: FieldInfo) -> Any:
    """A setting's default; `msgspec.NODEFAULT` where there is none."""
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()


def said(field: FieldInfo, what: Literal["guide", "secret"]) -> Any:
    """What `about` was told of a setting; None where nothing was."""
    extras = [one.extra for one in get_args(field.type) if isinstance(one, Meta) and one.extra]
    return next((extra[what] for extra in extras if what in extra), None)


def shown(field: FieldInfo, value: Any) -> Any:
    """A setting's value as it may be shown: without a secret."""
    match said(field, "secret"):
        case "hidden":
            return "(hidden)" if value else value
        case "url":
            if isinstance(value, str):
                return masked(value)
            return [masked(str(one)) for one in value] if isinstance(value, list | tuple) else value
    return value


def look_up(struct: type[msgspec.Struct], profile: Path, environ: Mapping[str, str]) -> dict[Key, Found]:
    """Every setting of `struct`. Raises SettingsError for an unknown key or a wrong value."""
    known = dict(leaves(struct))
    secrets = {file_variable(path) for path, field in known.items() if said(field, "secret")}
    _refuse_unknown(environ, {variable(path) for path in known} | secrets)
    written = _profile(profile, known)
    found = {}
    for path, field in known.items():
        name = variable(path)
        text = environ.get(name)
        file = environ.get(file_variable(path)) if said(field, "secret") else None
        if text and file:
            raise SettingsError(f"{name} and {file_variable(path)}={file!r} are both set: take one of them away")
        if file:
            value = _convert(f"{file_variable(path)}={file!r}", field, _in_file(path, field, file), strict=False)
            found[path] = Found(value, "file", f"{file_variable(path)}={file}")
        elif text or (text is not None and path not in PLAIN and len(path) > 1):
            value = _convert(f"{name}={_told(field, text)}", field, _listed(field, text), strict=False)
            found[path] = Found(value, "environment", name)
        elif path in written:
            label = f"{profile.name}: {'.'.join(path)}={_told(field, written[path])}"
            found[path] = Found(_convert(label, field, written[path], strict=True), "profile", profile.name)
        elif not field.required:
            found[path] = Found(usual(field), "default")
        else:
            raise SettingsError(f"{profile.name}: {'.'.join(path)} is missing")
    return found


def built(struct: type[msgspec.Struct], found: Mapping[Key, Found], above: Key = ()) -> dict[str, Any]:
    """The fields of `struct`, nested structures built."""
    return {
        field.name: found[path].value if (path := (*above, field.name)) in found else field.type(**built(field.type, found, path))
        for field in fields(struct)
    }


def profile_values(struct: type[msgspec.Struct], profile: Path) -> dict[Key, Any]:
    """What a profile says; raises SettingsError."""
    return _profile(profile, dict(leaves(struct)))


def expected(kind: inspect.Type) -> str:
    """In words, what values a type takes."""
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
            return f"names, each with {expected(value)} (in an environment variable: name=value, separated by commas)"
        case inspect.StrType(pattern=str(pattern)):
            return f"text that matches {pattern}"
        case _:
            return "text"


def _refuse_unknown(environ: Mapping[str, str], known: set[str]) -> None:
    for name, value in environ.items():
        if not name.startswith("QUIZ_") or name in known or _SERVICE_LINK.fullmatch(name):
            continue
        if name.endswith("_PORT") and "://" in value:
            continue  # a service link too
        plain = name.removeprefix("QUIZ_")
        near = [plain] if plain in known else difflib.get_close_matches(name, known, 1)
        # Without its value: under a misspelt name it may be a secret.
        raise SettingsError(f"{name}: there is no such setting{f'; did you mean {near[0]}?' if near else ''}")


def _profile(file: Path, known: Mapping[Key, FieldInfo]) -> dict[Key, Any]:
    try:
        written = dict(_flat(tomllib.loads(file.read_text("utf-8")), known))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file.name}: cannot be read: {error}") from None
    for path, value in written.items():
        if path not in known:
            raise SettingsError(f"{file.name}: {'.'.join(path)}={value!r}: there is no such setting")
    return written


def _flat(table: Mapping[str, Any], known: Mapping[Key, FieldInfo], above: Key = ()) -> Iterator[tuple[Key, Any]]:
    """The keys of a table and those below it. A table may also be the value of one key."""
    for key, value in table.items():
        if isinstance(value, dict) and (*above, key) not in known:
            yield from _flat(value, known, (*above, key))
        else:
            yield (*above, key), value


def _in_file(path: Key, field: FieldInfo, file: str) -> Any:
    """What a secret's file holds, without the spaces and line ends around it; of a list, an item a line."""
    label = f"{file_variable(path)}={file!r}"
    try:
        text = Path(file).read_text("utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{label}: cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise SettingsError(f"{label}: is no text") from None
    if not text:
        raise SettingsError(f"{label}: is empty")
    return [item for line in text.splitlines() if (item := line.strip())] if _is_list(field) else text


def _told(field: FieldInfo, value: Any) -> str:
    showable = shown(field, value)
    return showable if showable == "(hidden)" else repr(showable)


def _is_list(field: FieldInfo) -> bool:
    return isinstance(kind(field), inspect.VarTupleType)


def _listed(field: FieldInfo, text: str) -> Any:
    if _is_list(field):
        return [item for part in text.split(",") if (item := part.strip())]
    if isinstance(kind(field), inspect.DictType):
        pairs = [item.partition("=") for item in text.split(",") if item.strip()]
        return {name.strip(): value.strip() for name, _, value in pairs}
    return text.strip()


def _spelt(kind: inspect.Type, value: Any) -> Any:
    """The value, with words of a fixed list as they stand in it: people write log levels in either case."""
    match kind:
        case inspect.LiteralType(values=words) if isinstance(value, str):
            return next((word for word in words if str(word).casefold() == value.casefold()), value)
        case inspect.DictType(value_type=inner) if isinstance(value, dict):
            return {name: _spelt(inner, one) for name, one in value.items()}
    return value


def _convert(label: str, field: FieldInfo, value: Any, *, strict: bool) -> Any:
    try:
        return msgspec.convert(_spelt(kind(field), value), field.type, strict=strict, dec_hook=lambda kind, text: kind(text))
    except (msgspec.ValidationError, TypeError):
        raise SettingsError(f"{label}: expected {expected(kind(field))}") from None
