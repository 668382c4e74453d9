"""Teams: what they are called, and their order. A team's score is the average of its members', so that small teams can win."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from quiz.domain.errors import InvalidPayload, NicknameInvalid
from quiz.domain.player import nickname, nickname_key, nickname_look
from quiz.domain.ranking import Dated

LEAST, MOST = 2, 20


def team_names(raw: Sequence[str]) -> tuple[str, ...]:
    """The names as they are shown, by the rules of nicknames, or none at all; raises InvalidPayload."""
    if not raw:
        return ()
    if not LEAST <= len(raw) <= MOST:
        raise InvalidPayload(f"options.teams: a game has {LEAST} to {MOST} teams, or none")
    names: list[str] = []
    taken: set[str] = set()
    for one in raw:
        try:
            name = nickname(one)
        except NicknameInvalid as error:
            raise InvalidPayload(f"options.teams: {error.message.replace('nickname', 'team name', 1)}") from error
        forms = {nickname_key(name), nickname_look(name)}
        if forms & taken:
            raise InvalidPayload(f"options.teams: {name} is there twice, or looks like another")
        taken |= forms
        names.append(name)
    return tuple(names)


def team_index(names: Iterable[str], wanted: str | None) -> int | None:
    """Which team somebody means, from 0; None if none of them."""
    key = None if wanted is None else nickname_key(wanted)
    return next((index for index, name in enumerate(names) if nickname_key(name) == key), None)


class Total(msgspec.Struct, frozen=True):
    """The points of a team's members together, and how many they are."""

    points: int
    players: int

    @property
    def tenths(self) -> int | None:
        """Their average in tenths of a point, halves up; None without members."""
        return (20 * self.points + self.players) // (2 * self.players) if self.players else None


class TeamPlace(msgspec.Struct, frozen=True):
    """One line of a team board. `score` is the average of the members' with one decimal, None without `players`.

    `number` is the team's among those that the game names, from 0.
    """

    rank: int
    team: str
    score: float | None
    players: int
    number: int


class TeamBoard(Dated, frozen=True):
    """All teams of a game. (`epoch`, `version`) are those of the players' board that it was made from.

    `provisional`: Redis is away, and this is one instance's view.
    """

    teams: tuple[TeamPlace, ...]
    provisional: bool = False

    def payload(self, pin: str) -> dict[str, Any]:
        """The `team_board` event."""
        marked = {"provisional": True} if self.provisional else {}
        teams = [{"rank": one.rank, "team": one.team, "score": one.score, "players": one.players} for one in self.teams]
        return {"pin": pin, **marked, "epoch": self.epoch, "version": self.version, "teams": teams}


def totals(count: int, members: Iterable[tuple[int | None, int]]) -> list[Total]:
    """Of (team, points) of each player those of so many teams; who is in none counts for none."""
    points, players = [0] * count, [0] * count
    for team, score in members:
        if team is not None and 0 <= team < count:
            points[team] += score
            players[team] += 1
    return [Total(*one) for one in zip(points, players, strict=True)]


def team_places(names: Sequence[str], found: Sequence[Total]) -> tuple[TeamPlace, ...]:
    """All teams in order. Averages that read the same share a rank, the teams as the game names them; empty ones come last."""
    rows = [(one.tenths, name, one.players, number) for number, (name, one) in enumerate(zip(names, found, strict=True))]
    rows.sort(key=lambda row: -1 if row[0] is None else row[0], reverse=True)  # which keeps the order of equals
    places: list[TeamPlace] = []
    for place, (tenths, name, players, number) in enumerate(rows, 1):
        score = None if tenths is None else tenths / 10
        shared = bool(places) and places[-1].score == score
        places.append(TeamPlace(places[-1].rank if shared else place, name, score, players, number))
    return tuple(places)
