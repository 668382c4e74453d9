"""`flask leaderboard`: the board of a game."""

from __future__ import annotations

import click

from quiz.cli.command import Group, game_of, platform
from quiz.cli.output import confirm, json_option, print_json, table, yes_option


@click.group(cls=Group)
def leaderboard() -> None:
    """Leaderboards: top, reset."""


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
