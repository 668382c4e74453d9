"""`flask config`: the settings that this process has, and the page that describes all there are."""

from __future__ import annotations

from typing import Any

import click

from config.reference import markdown, overview
from config.settings import explained
from quiz.cli.command import Group, Misuse
from quiz.cli.output import json_option, print_json, table


@click.group(cls=Group)
def config() -> None:
    """Settings: show."""


@config.command()
@json_option
@click.option("--docs", is_flag=True, help="Print the reference of all settings, in Markdown, instead.")
def show(as_json: bool, docs: bool) -> None:
    """Show every setting with its value and where that came from.

    Secrets are hidden. Needs no Redis.
    """
    if docs and as_json:
        raise Misuse("--docs is Markdown: leave out --json")
    if docs:
        click.echo(markdown(), nl=False)
        return
    rows = list(overview(*explained()))
    if as_json:
        print_json(rows)
    else:
        names = ["setting", "value", "source", "variable"]
        table(names, [[row["key"], _shown(row["value"]), _source(row), row["variable"]] for row in rows])


def _shown(value: Any) -> str:
    if value is None or value == "" or value == []:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(value) if isinstance(value, list) else str(value)


def _source(row: dict[str, Any]) -> str:
    """`where` says more but for an environment variable, which has a column of its own."""
    return row["source"] if row["source"] in ("environment", "default") else f"{row['source']}: {row['where']}"
