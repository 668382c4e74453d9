"""`flask host`: the accounts of those who run games."""

from __future__ import annotations

import click

from quiz.cli.command import Group, platform
from quiz.cli.output import confirm, date, json_option, print_json, table, yes_option


@click.group(cls=Group)
def host() -> None:
    """Accounts of hosts: add, passwd, admin, list, remove."""


password_option = click.option("--password", metavar="P", help="Without one it is generated, and printed on the last line.")


@host.command()
@click.argument("name")
@password_option
@click.option("--admin", is_flag=True, help="One that may do everything: manage accounts, run all games.")
def add(name: str, password: str | None, admin: bool) -> None:
    """Add an account."""
    parts = platform()
    made = parts.accounts.add(name, password, parts.games.now(), admin=admin)
    _told(f"added host {name}", made, generated=password is None)


@host.command()
@click.argument("name")
@password_option
def passwd(name: str, password: str | None) -> None:
    """Set another password; all sessions end."""
    made = platform().accounts.change_password(name, password)
    _told(f"host {name} has a new password", made, generated=password is None)


@host.command()
@click.argument("name")
@click.option("--revoke", is_flag=True, help="An ordinary host again; all sessions end.")
def admin(name: str, revoke: bool) -> None:
    """Let an account do everything, or no longer."""
    platform().accounts.set_admin(name, not revoke)
    click.echo(f"host {name} is {'no longer an' if revoke else 'an'} admin")


def _told(done: str, password: str, generated: bool) -> None:
    click.echo(f"{done}:" if generated else done)
    if generated:
        click.echo(password)


@host.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the accounts."""
    hosts = platform().accounts.all()
    if as_json:
        print_json([{"name": one.name, "created_at": one.created_at, "admin": one.admin} for one in hosts])
    else:
        table(["name", "created", "admin"], [(one.name, date(one.created_at), "yes" if one.admin else "no") for one in hosts])


@host.command()
@click.argument("name")
@yes_option
def remove(name: str, yes: bool) -> None:
    """Remove an account; its sessions end, its games and quizzes stay."""
    accounts = platform().accounts
    accounts.get(name)
    confirm(f"Remove host {name}?", yes)
    accounts.remove(name)
    click.echo(f"removed host {name}")
