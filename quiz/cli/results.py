"""`flask result`: what came of games that are over, and what of it somebody wants removed."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from quiz import reports
from quiz.cli.command import Group, platform
from quiz.cli.output import confirm, date, json_option, print_json, printable, table, yes_option
from quiz.domain.errors import PlayerNotFound
from quiz.domain.player import nickname_key
from quiz.play.archive import Archive
from quiz.reports.rows import SHOWS, Show

#: Games that `list` shows, unless another number is asked for.
LISTED = 50


@click.group(cls=Group)
def result() -> None:
    """Results of games that are over: list, show, export, forget, delete."""


@result.command("list")
@click.option("--quiz", help="Only the games of this quiz (a slug).")
@click.option("--limit", type=click.IntRange(1, 10_000), default=LISTED, show_default=True, help="The last so many.")
@json_option
def list_(quiz: str | None, limit: int, as_json: bool) -> None:
    """List the finished games whose records are kept, the last first."""
    found = platform().records.page(None, quiz, None, limit)
    if as_json:
        print_json([{name: getattr(one, name) for name in one.__struct_fields__} for one in found])
    else:
        rows = [(one.id, one.pin, one.mode, one.players, date(one.finished_at), date(one.kept_until), one.title) for one in found]
        table(["id", "pin", "mode", "players", "finished", "kept until", "title"], rows)


@result.command()
@click.argument("game")
@json_option
def show(game: str, as_json: bool) -> None:
    """Show what came of GAME (an id; see: flask result list)."""
    records = platform().records
    record, summary = records.find(game)
    found = records.result(record, summary)
    if as_json:
        click.echo(reports.write(reports.Report(record, found), "json", "points", records.breathe).decode())
        return
    click.echo(f"{game}  {printable(summary.title)} ({summary.quiz}), {summary.mode}, finished {date(summary.finished_at)}")
    removed = f"; removed: {found.removed}" if found.removed else ""
    click.echo(f"questions: {summary.question_count}; players: {summary.players}{removed}; kept until {date(summary.kept_until)}")
    shown = [(one.index + 1, _of(one.right, one.answered), _seconds(one.time_ms), one.text) for one in found.questions]
    table(["question", "right", "mean time", "text"], shown)
    places = [(one.rank, one.nickname, one.score, _of(one.right, one.answered), one.streak, one.id) for one in found.players]
    if places:
        table(["rank", "nickname", "score", "right", "streak", "player"], places)
    if found.teams:
        rows = [(one.rank, one.team, "-" if one.score is None else one.score, one.players) for one in found.teams]
        table(["rank", "team", "score", "players"], rows)


def _of(right: int | None, answered: int) -> str:
    return f"{answered} answered" if right is None else f"{right} of {answered}"


def _seconds(milliseconds: int | None) -> str:
    return "" if milliseconds is None else f"{milliseconds / 1000:.1f} s"


@result.command()
@click.argument("game")
@click.option("--format", "format_", type=click.Choice(list(reports.FORMATS)), help="Default: as OUTPUT is called, else csv.")
@click.option(
    "--show", type=click.Choice(SHOWS), default="points", show_default=True, help="What stands in the cells of questions."
)
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Without one: standard output.")
def export(game: str, format_: str | None, show: str, output: Path | None) -> None:
    """Write the report of GAME to a file: a row for each player, a column for each question."""
    records = platform().records
    record, summary = records.find(game)
    report = reports.Report(record, records.result(record, summary))
    data = reports.write(report, format_ or _format(output), cast(Show, show), records.breathe)
    if output is None:
        click.echo(data, nl=False)
    else:
        output.write_bytes(data)


def _format(output: Path | None) -> str:
    ending = output.suffix.lower().removeprefix(".") if output else ""
    return ending if ending in reports.FORMATS else "csv"


# A player's id may begin with a hyphen.
@result.command(context_settings={"ignore_unknown_options": True})
@click.argument("game")
@click.argument("player")
@yes_option
def forget(game: str, player: str, yes: bool) -> None:
    """Remove PLAYER (an id or a nickname) from GAME, with name and answers."""
    records = platform().records
    record, _ = records.find(game)
    found, nickname = _player(record, player)
    confirm(f"Remove {printable(nickname)} and their answers from game {game} for good?", yes)
    records.forget_player(game, found)
    click.echo(f"removed {printable(nickname)} from game {game}")


def _player(record: Archive, player: str) -> tuple[str, str]:
    key = nickname_key(player)
    # An id before a nickname that somebody chose to look like it.
    for one in sorted(record.players, key=lambda one: one.id != player):
        if one.id == player or nickname_key(one.nickname) == key:
            return one.id, one.nickname
    raise PlayerNotFound(f"game {record.game.id} had no player {player!r}; see: flask result show {record.game.id}")


@result.command()
@click.argument("game")
@yes_option
def delete(game: str, yes: bool) -> None:
    """Delete all that is kept of GAME."""
    records = platform().records
    _, summary = records.find(game)
    confirm(f"Delete the results of game {game} ({printable(summary.title)}, {summary.players} players) for good?", yes)
    records.delete(game)
    click.echo(f"deleted the results of game {game}")
