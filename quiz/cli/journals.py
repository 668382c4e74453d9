"""`flask journal`: what workers have acknowledged, on disk; also of an instance that is gone, whose volume was rescued."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from quiz.cli.command import Failure, Group, platform, settings
from quiz.cli.journal_text import answer_row, file_row, listed, rows_of
from quiz.cli.output import json_option, print_json, printable
from quiz.domain.errors import GameNotFound
from quiz.domain.game import Game
from quiz.resilience.inspection import Folder, Holding, holdings
from quiz.store.reconciler import Comparison

Holdings = dict[str, Holding]


@click.group(cls=Group)
def journal() -> None:
    """Journals, where workers keep what they have acknowledged: show, replay, verify.

    They lie in the folder "journal" under QUIZ_VAR_DIR. Running workers are not disturbed, and no file is changed.
    """


def folder_option(command: Callable[..., None]) -> Callable[..., None]:
    """`--folder`, for the journals of an instance that is gone."""
    existing = click.Path(exists=True, file_okay=False, path_type=Path)
    return click.option("--folder", type=existing, metavar="DIR", help="Where the journals lie. Default: this instance's.")(
        command
    )


def game_option(command: Callable[..., None]) -> Callable[..., None]:
    """`--game`, by id or PIN; a PIN may have been several games'."""
    return click.option("--game", "wanted", metavar="ID|PIN", help="Only this game, or the games that had this PIN.")(command)


def _folder(given: Path | None) -> Folder:
    return Folder(given or settings().var_dir / "journal")


def _read(folder: Folder, given: Path | None, wanted: str | None = None) -> tuple[Holdings, int]:
    """What is asked for, by game, and how many records nothing is known of. Fails if it is not there."""
    found, foreign = holdings(folder)
    if given and not folder.files and not folder.unreadable:
        raise Failure(f"{given}: there is no journal in this folder")
    if wanted is not None:
        found = {id_: one for id_, one in found.items() if wanted in (id_, one.remains.content and one.remains.content.pin)}
        if not found:
            raise Failure(f"{folder.path}: no journal here knows the game {printable(wanted)}")
    return found, foreign


@journal.command()
@folder_option
@game_option
@json_option
def show(folder: Path | None, wanted: str | None, as_json: bool) -> None:
    """Show the games and the journals.

    With --game: its records, by time. Needs no Redis.
    """
    looked = _folder(folder)
    found, _ = _read(looked, folder, wanted)
    if wanted is not None:
        rows = list(rows_of(looked, found))
        if as_json:
            print_json(rows)
        else:
            listed(rows)
        return
    games = sorted((_summary(game_id, one) for game_id, one in found.items()), key=lambda row: -row["newest"])
    files = [file_row(one) for one in looked.files]
    if as_json:
        print_json({"folder": str(looked.path), "games": games, "files": files, "unreadable": looked.unreadable})
        return
    listed(games, ["id", "pin", "players", "answers", "bytes", "newest", "title"])
    click.echo()
    listed(files, ["file", "records", "bytes", "damaged", "torn", "held"])
    _tell_unreadable(looked)


def _tell_unreadable(folder: Folder) -> None:
    for name, why in folder.unreadable.items():
        click.echo(f"{printable(name)}: can't be opened: {why}")


def _summary(game_id: str, holding: Holding) -> dict[str, Any]:
    of = holding.remains
    return {
        "id": game_id,
        "pin": of.content.pin if of.content else None,
        "title": of.content.title if of.content else None,
        "players": len(of.seats.keys() - of.removed),
        "answers": holding.answers,
        "newest": holding.newest,
        "bytes": holding.size,
    }


@journal.command()
@folder_option
@game_option
@click.option("--dry-run", is_flag=True, help="Only say what would be brought.")
@json_option
def replay(folder: Path | None, wanted: str | None, dry_run: bool, as_json: bool) -> None:
    """Bring unfinished games to Redis.

    It gets everything that the journals hold of them. That may be done again, by several, and while workers run. Of two answers
    of a player to a question the earlier stands. Fails if something could not be brought.
    """
    found, _ = _read(_folder(folder), folder, wanted)
    done: list[dict[str, Any]] = []
    try:
        for game_id, game, holding in _with_games(found):
            row = _brought(game_id, game, holding, dry_run)
            done.append(row)
            if not as_json:
                click.echo(_told(row))
    finally:
        if as_json:
            print_json(done)
    problems = [row["problem"] for row in done if row["problem"]]
    if problems:
        raise Failure(problems[0] if len(problems) == 1 else f"{len(problems)} games, named on standard output, are not brought")
    if not done and not as_json:
        click.echo("the journals hold no game")


def _with_games(found: Holdings) -> Iterator[tuple[str, Game | None, Holding]]:
    """Each with what its game is; where the record of that is damaged, Redis may know."""
    running: dict[str, Game] | None = None
    for game_id, holding in found.items():
        game = holding.remains.content
        if game is None:
            if running is None:
                running = {one.id: one for one in platform().games.running()}
            game = running.get(game_id)
        yield game_id, game, holding


def _brought(game_id: str, game: Game | None, holding: Holding, dry_run: bool) -> dict[str, Any]:
    parts = platform()
    row = {"id": game_id, "pin": None, "title": None, "over": False, **Comparison().counts, "problem": None}
    if game is None:
        row["over"] = parts.reconciler.over(game_id)
        row["problem"] = None if row["over"] else f"game {printable(game_id)}: neither a journal nor Redis says what it is"
        return row
    named = f"game {game.id} (PIN {game.pin})"
    row.update(pin=game.pin, title=game.title)
    try:
        if dry_run:
            done = parts.reconciler.compare(game, holding.remains)
        else:
            done = parts.reconciler.bring(game, holding.remains, parts.games.now())
            if done.footing == "open":
                parts.announcer.board_changed(game)
                parts.rounds.look(game)
    except GameNotFound:
        row["problem"] = f"{named}: Redis lost it while it was brought; try again"
        return row
    row.update(done.counts, over=done.footing == "over")
    if done.footing == "taken":
        row["problem"] = f"{named}: its PIN is another game's now"
    elif done.counts["unseated"]:
        row["problem"] = f"{named}: nobody knows the seats of the players who gave {done.counts['unseated']} of the answers"
    return row


def _told(row: dict[str, Any]) -> str:
    counts = ", ".join(f"{name}: {row[name]}" for name in Comparison().counts)
    said = "is over" if row["over"] else counts if row["problem"] is None else f"{counts}; {row['problem']}"
    return f"{row['pin'] or '-'}  {printable(row['title'] or row['id'])}: {printable(said)}"


@journal.command()
@folder_option
@click.option("--no-redis", is_flag=True, help="Check only the files.")
@json_option
def verify(folder: Path | None, no_redis: bool, as_json: bool) -> None:
    """Check that the journals are sound, and in Redis.

    Redis must have what they hold of unfinished games. Lists what it lacks, then the damaged lines and the files that can't be
    opened, and fails if there is any.
    A last line without an end is mentioned, and no damage: a crash cut it off, or it is being written.
    """
    looked = _folder(folder)
    found, foreign = _read(looked, folder)
    missing, checked = ([], 0) if no_redis else _missing(found)
    damaged = [(one.name, number) for one in looked.files for number in one.damaged]
    if as_json:
        files = [{**file_row(one), "lines": one.damaged} for one in looked.files]
        told = {"files": files, "unreadable": looked.unreadable, "other_version": foreign, "games": checked}
        print_json({"folder": str(looked.path), "missing": missing, **told})
    else:
        if missing:
            listed(missing, ["pin", "missing", "player", "nickname", "question", "at"])
        for name, number in damaged:
            click.echo(f"{printable(name)}: line {number} is damaged")
        _tell_unreadable(looked)
        for one in looked.files:
            if one.torn:
                click.echo(f"{printable(one.name)}: the last line has no end, which is no damage")
        if foreign:
            click.echo(f"records of another version of the platform, which were not looked at: {foreign}")
    problems = [f"damaged lines: {len(damaged)}"] if damaged else []
    problems += [f"journals that can't be opened: {len(looked.unreadable)}"] if looked.unreadable else []
    where = f" --folder {folder}" if folder else ""
    problems += [f"missing from Redis: {len(missing)}; to bring it: flask journal replay{where}"] if missing else []
    if problems:
        raise Failure("; ".join(problems))
    if not as_json:
        records = f"journals: {len(looked.files)}, records: {sum(one.records for one in looked.files)}"
        answers = sum(one.answers for one in found.values())
        click.echo(f"sound ({records})" if no_redis else f"sound, and Redis lacks nothing ({records}, answers: {answers})")


def _missing(found: Holdings) -> tuple[list[dict[str, Any]], int]:
    """What Redis lacks, and how many unfinished games were looked at."""
    parts, missing, checked = platform(), [], 0
    for game_id, game, holding in _with_games(found):
        of = holding.remains
        lacks = parts.reconciler.compare(game, of) if game else Comparison(whole=True)
        if lacks.footing == "over" or (game is None and parts.reconciler.over(game_id)):
            continue
        checked += 1
        row = {"id": game_id, "pin": game.pin if game else None, "player": None, "nickname": None, "question": None, "at": None}
        if lacks.whole or lacks.footing == "taken":
            what = "game, whose PIN is another's" if lacks.footing == "taken" else "game"
            missing.append({**row, "missing": what})
        missing += [{**row, "missing": "seat", "player": one.player, "nickname": one.nickname} for one in lacks.seats]
        for one in lacks.answers:
            missing.append({**row, "missing": "answer", **answer_row(one, game, of)})
    return missing, checked
