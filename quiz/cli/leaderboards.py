"""`flask leaderboard`: the board of a game."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from quiz.cli.command import Failure, Group, game_of, platform
from quiz.cli.output import confirm, json_option, print_json, table, yes_option
from quiz.domain.game import Game
from quiz.play.audit import Audit


@click.group(cls=Group)
def leaderboard() -> None:
    """Leaderboards: top, reset, verify."""


@leaderboard.command()
@click.argument("pin")
@click.option("-n", "count", type=click.IntRange(1, 1_000_000), default=10, show_default=True, help="How many places.")
@json_option
def top(pin: str, count: int, as_json: bool) -> None:
    """Show the first places of a game."""
    places = platform().leaderboard.top(game_of(pin), count).payload(pin)["top"]
    if as_json:
        print_json(places)
    else:
        table(["rank", "nickname", "score"], [(one["rank"], one["nickname"], one["score"]) for one in places])


@leaderboard.command()
@click.argument("pin")
@yes_option
def reset(pin: str, yes: bool) -> None:
    """Set all scores of a game to 0 and forget its answers; the players stay."""
    game = game_of(pin)
    confirm(f"Set all scores of game {pin} to 0 and forget its answers?", yes)
    platform().lobby.reset(game)
    click.echo(f"reset the leaderboard of game {pin}")


@leaderboard.command()
@click.argument("pin")
@click.option("--rebuild", is_flag=True, help="Mend the board: what the records say is right.")
@json_option
def verify(pin: str, rebuild: bool, as_json: bool) -> None:
    """Compare the board of a game with the sum of the answers that count now.

    Lists the players of whom it says something else, and fails if there are any that it does not mend. "-" stands for no place on
    the board, and for points that must not be there, as those of a player who was kicked; "wrong" for a player who is told to
    have answered other questions.
    """
    game = game_of(pin)
    found = platform().reconciler.audit(game)
    mends = rebuild and bool(found.differences)
    left = _mended(game) if mends else found
    if as_json:
        about = {"pin": pin, "id": game.id, "players": found.players, "answers": found.answers}
        print_json({**about, "differ": msgspec.to_builtins(found.differences), "mended": mends})
    elif found.differences:
        names = ["player", "nickname", "board", "records", "answered"]
        table(names, [[_shown(getattr(one, name)) for name in names] for one in found.differences])
    if left.differences:
        advice = "they go on changing; try again" if mends else f"to mend it: flask leaderboard verify {pin} --rebuild"
        raise Failure(f"the board of game {pin} and the records differ, players: {len(left.differences)}; {advice}")
    if not as_json:
        counts = f"players: {found.players}, answers: {found.answers}"
        mended = f"mended the board of game {pin}, players: {len(found.differences)}"
        click.echo(mended if mends else f"the board of game {pin} agrees with the records ({counts})")


def _mended(game: Game) -> Audit:
    """What still differs after mending; running servers' clients are shown the new board."""
    parts = platform()
    parts.reconciler.mend(game)
    parts.announcer.board_changed(game)
    if parts.games.archived(game.id) is not None:
        parts.rounds.archive(game)
    return parts.reconciler.audit(game)


def _shown(value: Any) -> Any:
    return "-" if value is None else value
