"""`flask game`: runs of a quiz. A running server's clients are told of what happens here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

import click
import msgspec

from quiz.cli.command import Group, Misuse, game_of, platform
from quiz.cli.output import date, json_option, print_json, printable, table
from quiz.domain.errors import GameNotFound, NotJoined, PinTaken, QuizNotFound
from quiz.domain.game import SHARES, Draw, Game, Mode, Options, TeamChoice
from quiz.domain.player import nickname_key
from quiz.domain.quiz import Quiz
from quiz.domain.scoring import PROFILES, Scoring
from quiz.play.drawing import SEEDS, Drawing, drawn, drawn_of
from quiz.play.ports import Seat
from quiz.play.views import in_team

_PIN = re.compile(r"[0-9]{6}")
#: More players than a game ever has.
_ALL = 1_000_000_000


@click.group(cls=Group)
def game() -> None:
    """Games: create, list, show, end, lock, kick, extend."""


@game.command()
@click.argument("quiz", required=False)
@click.option("--mode", type=click.Choice(["live", "self-paced"]), default="live", show_default=True)
@click.option("--pin", "pins", multiple=True, help="Six digits; may be repeated, a game for each. Without one it is drawn.")
@click.option("--scoring", type=click.Choice(PROFILES), help="Default: kahoot in live games, flat in self-paced ones.")
@click.option("--draw", "count", type=click.IntRange(1, 1000), metavar="N", help="Only N of the questions, drawn at random.")
@click.option(
    "--tag", "tags", multiple=True, help="In place of QUIZ: draw from all shared quizzes with this tag; may be repeated."
)
@click.option("--team", "teams", multiple=True, metavar="NAME", help="Play in teams: 2 to 20, each named by a --team.")
@click.option(
    "--team-choice",
    type=click.Choice(["chosen", "assigned"]),
    default="chosen",
    show_default=True,
    help="Who says which team a player is in: the player, or the game, evenly.",
)
@click.option(
    "--closes-at",
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S%z"]),
    metavar="TIME",
    help="When a self-paced game ends by itself: 2030-01-31T18:00 by this machine's clock, or 2030-01-31T18:00:00+0200.",
)
@click.option("--seed", type=click.IntRange(0, SEEDS - 1), help="Draw as with this seed before; flask game show tells a game's.")
def create(
    quiz: str | None,
    mode: Mode,
    pins: tuple[str, ...],
    scoring: Scoring | None,
    count: int | None,
    tags: tuple[str, ...],
    teams: tuple[str, ...],
    team_choice: TeamChoice,
    closes_at: datetime | None,
    seed: int | None,
) -> None:
    """Create games of QUIZ (a slug), or of questions that are drawn; print their PINs, one a line.

    Any host may watch and run them. Of several, all have the same questions.
    """
    content, draw = _content(quiz, None if count is None else Drawing(count, tags, seed), tags)
    _check(pins)
    end = None if closes_at is None else round(closes_at.timestamp() * 1000)
    options = Options(scoring=scoring, teams=teams, team_choice=team_choice, closes_at=end)
    for pin in pins or (None,):
        # Printed one by one: should a later one fail after all, those that exist are known.
        click.echo(platform().lobby.create(content, mode, options, None, pin, draw).pin)


def _content(slug: str | None, wanted: Drawing | None, tags: tuple[str, ...]) -> tuple[Quiz, Draw | None]:
    if wanted is None and tags:
        raise Misuse("--tag needs --draw N")
    if slug is None:
        if wanted is None or not tags:
            raise Misuse("which quiz? See: flask quiz list; or --draw N --tag TAG")
        return drawn(platform().quizzes, platform().catalogue, (None,), wanted)
    found = platform().quizzes.get(slug)
    if found is None:
        raise QuizNotFound(f"there is no quiz {slug!r}; see: flask quiz list")
    if wanted is None:
        return found, None
    if tags:
        raise Misuse("--tag: draws from all quizzes with the tag; leave QUIZ out")
    return drawn_of(found, wanted)


def _check(pins: tuple[str, ...]) -> None:
    """Raises unless each PIN can be had."""
    for pin in pins:
        if not _PIN.fullmatch(pin):
            raise Misuse(f"--pin {pin!r}: a PIN has six digits")
        if pins.count(pin) > 1:
            raise Misuse(f"--pin {pin}: is given more than once")
    if taken := [pin for pin in pins if platform().games.game(pin)]:
        raise PinTaken(f"--pin {', '.join(taken)}: is another game's; no game was created")


@game.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the games whose PINs are in use, the newest first."""
    found = list(_listed())
    if as_json:
        print_json(found)
    else:
        shown = ["pin", "state", "mode", "players", "created", "title"]
        table(shown, [[date(one["created_at"]) if name == "created" else one[name] for name in shown] for one in found])


def _listed() -> Iterator[dict[str, Any]]:
    parts = platform()
    for one in parts.games.running():
        with suppress(GameNotFound):  # it may end its time right now
            phase, _ = parts.games.phase(one)
            yield {
                "pin": one.pin,
                "id": one.id,
                "quiz": one.quiz,
                "title": one.title,
                "mode": one.mode,
                "state": phase.state,
                "locked": phase.locked,
                "players": parts.leaderboard.top(one, 1).players,
                "host": one.host,
                "created_at": one.created_at,
            }


@game.command()
@click.argument("pin")
@json_option
def show(pin: str, as_json: bool) -> None:
    """Show a game: its state, its players and their scores."""
    found = game_of(pin)
    state = platform().lobby.watch(found)["game"]
    about = {**state, "quiz": found.quiz, "host": found.host, "created_at": found.created_at}
    if found.draw:
        about["draw"] = msgspec.to_builtins(found.draw)
    seats = {seat.id: seat for seat in platform().games.players.roster(found)}
    players = [
        {**place, **_about_seat(found, seats.get(place["player"]))}
        for place in platform().leaderboard.top(found, _ALL).payload(pin)["top"]
    ]
    teams = platform().leaderboard.teams(found).payload(pin)["teams"] if found.options.teams else []
    if as_json:
        print_json({"game": about, "players": players, **({"teams": teams} if teams else {})})
        return
    locked = ", locked" if state["locked"] else ""
    click.echo(f"{pin}  {printable(found.title)} ({found.quiz}), {found.mode}, {state['options']['scoring']} scoring")
    click.echo(f"state: {state['state']}{locked}; questions: {state['question_count']}; players: {len(players)}")
    if found.draw:
        of = f" of quizzes with {', '.join(map(printable, found.draw.tags))}" if found.draw.tags else ""
        click.echo(f"drawn: {found.draw.count} questions{of}, seed {found.draw.seed}")
    if players:
        shown = ["rank", "nickname", "score", *(["team"] if teams else []), "player", "connected"]
        rows = [{**one, "connected": "yes" if one["connected"] else "no"} for one in players]
        table(shown, [[row.get(name, "-") for name in shown] for row in rows])
    if teams:
        click.echo()
        shown = ["rank", "team", "score", "players"]
        table(shown, [["-" if one[name] is None else one[name] for name in shown] for one in teams])


def _about_seat(game: Game, seat: Seat | None) -> dict[str, Any]:
    return {"connected": seat is not None and seat.connected, **in_team(game, seat.team if seat else None)}


@game.command()
@click.argument("pin")
def end(pin: str) -> None:
    """End a game now; answers given so far count."""
    platform().rounds.end(game_of(pin))
    click.echo(f"ended game {pin}")


@game.command()
@click.argument("pin")
@click.option("--off", is_flag=True, help="Let new players in again.")
def lock(pin: str, off: bool) -> None:
    """Let no new players into a game."""
    platform().lobby.lock(game_of(pin), not off)
    click.echo(f"{'unlocked' if off else 'locked'} game {pin}")


# A player's id may begin with a hyphen.
@game.command(context_settings={"ignore_unknown_options": True})
@click.argument("pin")
@click.argument("player")
def kick(pin: str, player: str) -> None:
    """Remove PLAYER (an id or a nickname) from a game for good."""
    found = game_of(pin)
    seat = _seat(found, player)
    platform().lobby.kick(found, seat.id)
    click.echo(f"kicked {printable(seat.nickname)} from game {pin}")


@game.command(context_settings={"ignore_unknown_options": True})
@click.argument("pin")
@click.argument("player")
@click.argument("factor", type=click.Choice([f"{share / 100:g}" for share in SHARES]))
def extend(pin: str, player: str, factor: str) -> None:
    """Give PLAYER (an id or a nickname) FACTOR times as much time for every question as the others have."""
    found = game_of(pin)
    seat = _seat(found, player)
    platform().lobby.extend(found, seat.id, float(factor))
    click.echo(f"{printable(seat.nickname)} has {factor} times the time in game {pin}")


def _seat(game: Game, player: str) -> Seat:
    seats, key = platform().games.players.roster(game), nickname_key(player)
    # An id before a nickname that somebody chose to look like it.
    for seat in sorted(seats, key=lambda seat: seat.id != player):
        if seat.id == player or nickname_key(seat.nickname) == key:
            return seat
    raise NotJoined(f"game {game.pin} has no player {player!r}; see: flask game show {game.pin}")
