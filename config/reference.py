"""All settings as an operator reads of them: a page of documentation, and what this process has and where from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from msgspec import Meta, inspect
from msgspec.structs import FieldInfo

from config.settings import Env, Settings, profile
from config.sources import Found, Key, file_variable, kind, leaves, profile_values, said, shown, usual, variable

_TITLE = """# Configuration

<!-- Made by `flask config show --docs`; a test compares. Edit what the types in config/ say of each setting instead. -->

A value comes from its environment variable; else from the profile `config/<QUIZ_ENV>.toml`; else from the default. Profiles are
`development`, `staging` and `production`. A wrong value, or a variable `QUIZ_...` that no setting has, stops the start with one
line that names it.

- `flask config show` prints what an instance has, and where each value came from; secrets are hidden.
- `flask doctor` looks whether the settings fit the machine and its Redis.
- A **secret** may lie in a file, as Docker and Kubernetes mount them: `SECRET_KEY_FILE=/run/secrets/key`. Spaces and line ends
  around it do not count; of a list, each line is an item. The variable and its file together, or a file that can't be read, stop
  the start.
- A **list** is separated by commas in a variable; names with values so: `QUIZ_LOG_LEVELS=quiz.store=DEBUG,gunicorn=WARN`.
- **Changing `SECRET_KEY`**: give every instance the new key as `SECRET_KEY_PREVIOUS` first; then, one after the other, make it
  `SECRET_KEY` and the old one `SECRET_KEY_PREVIOUS`. So no instance meets a signature that it does not know. The old key may go
  when nothing that it signed is of use any more: after `sign_in.hours`, and 30 days for players' tokens.
"""


def markdown() -> str:
    """The reference: one table for each group of settings, and one for the keys of the production guide."""
    written = {env: profile_values(Settings, profile(env)) for env in get_args(Env)}
    groups: dict[str, list[str]] = {}
    counterparts = {}
    for path, field in leaves(Settings):
        groups.setdefault(".".join(path[:-1]), []).append(_row(path, field, written))
        for guide in said(field, "guide") or ():
            counterparts[guide] = f"[`{'.'.join(path)}`](#{_anchor(path)}) (`{variable(path)}`)"
    text = _TITLE
    for group, rows in groups.items():
        heading = f"`{group}`" if group else "The instance"
        text += f"\n## {heading}\n\n| setting | type | default | what it does |\n| --- | --- | --- | --- |\n" + "".join(rows)
    text += "\n## Keys of the production guide\n\n| the guide's key | here |\n| --- | --- |\n"
    for guide, here in sorted(counterparts.items()):
        text += f"| `{guide}` | {here} |\n"
    return text


def overview(settings: Settings, found: Mapping[Key, Found]) -> Iterable[dict[str, Any]]:
    """Of each setting: `key`, `value`, `source`, `where`, `variable`; secrets masked, values as JSON has them."""
    for path, field in leaves(Settings):
        value: Any = settings
        for name in path:
            value = getattr(value, name)
        yield {
            "key": ".".join(path),
            "value": _builtin(shown(field, value)),
            "source": found[path].source,
            "where": found[path].where,
            "variable": variable(path),
        }


def _builtin(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else str(value) if isinstance(value, Path) else value


def _row(path: Key, field: FieldInfo, written: Mapping[str, Mapping[Key, Any]]) -> str:
    names = [f'<a id="{_anchor(path)}"></a>`{".".join(path)}`', f"`{variable(path)}`"]
    if said(field, "secret"):
        names.append(f"`{file_variable(path)}`")
    guide = "".join(f"<br>The guide's `{key}`." for key in said(field, "guide") or ())
    cells = ["<br>".join(names), _type(field), _default(path, field, written), _description(field) + guide]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _anchor(path: Key) -> str:
    return "-".join(path).replace("_", "-")


def _description(field: FieldInfo) -> str:
    return next((one.description for one in get_args(field.type) if isinstance(one, Meta) and one.description), "")


def _type(field: FieldInfo) -> str:
    match kind(field):
        case inspect.IntType(ge=least, le=most):
            return f"whole number, {least} to {most}"
        case inspect.FloatType(ge=least, le=most):
            return f"number, {least} to {most}"
        case inspect.BoolType():
            return "`true`, `false`"
        case inspect.LiteralType(values=values):
            return ", ".join(f"`{value}`" for value in values)
        case inspect.VarTupleType():
            return "list of texts"
        case inspect.DictType(value_type=inspect.LiteralType(values=values)):
            return "names, each with " + ", ".join(f"`{value}`" for value in values)
        case inspect.CustomType(cls=cls) if cls is Path:
            return "path"
        case inspect.StrType(pattern=str(pattern)):
            return f"text that matches `{pattern}`"
        case _:
            return "text"


def _default(path: Key, field: FieldInfo, written: Mapping[str, Mapping[Key, Any]]) -> str:
    """One value, or one for each profile where they differ."""
    if path == ("env",):
        return "`development`"
    values = {env: _plain(said_there.get(path, usual(field))) for env, said_there in written.items()}
    if len(set(values.values())) == 1:
        return next(iter(values.values()))
    return "<br>".join(f"{env}: {value}" for env, value in values.items())


def _plain(value: Any) -> str:
    if value is None or value == "" or value in ((), [], {}):
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple | list):
        return ", ".join(f"`{one}`" for one in value)
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"
