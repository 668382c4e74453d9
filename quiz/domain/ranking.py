"""The order of a board: more points first; equal points share a rank, and who got there first is listed first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

#: A member's score on the sorted set is its points plus 0.5 - stamp / 2**32. A stamp is the time at which it got there, in
#: milliseconds since the game began (0 to 2**31 - 1, made unique in its game), so that the earlier is listed first
#: and the integer part stays the points. 53 bits of a double hold this exactly up to 2 million points.
STAMP_UNIT = 2.0**-32
STAMP_MOST = 2**31 - 1


def sort_score(points: int, stamp: int) -> float:
    """The sorted-set score of somebody who reached `points` at `stamp`."""
    return points + 0.5 - min(stamp, STAMP_MOST) * STAMP_UNIT


class Place(msgspec.Struct, frozen=True):
    """One line of a board."""

    rank: int
    player: str
    nickname: str
    score: int


#: (epoch, version) of a board; a later one is greater.
Edition = tuple[int, int]


class Dated(msgspec.Struct, frozen=True):
    """A board as of some change of its game: (`epoch`, `version`) only grow."""

    epoch: int
    version: int

    @property
    def edition(self) -> Edition:
        """Tells which of two boards of a game is the newer."""
        return self.epoch, self.version


class Board(Dated, frozen=True):
    """The top of a game's leaderboard; `players` is the number of all.

    `provisional`: Redis is away, and this is one instance's view.
    """

    players: int
    top: tuple[Place, ...]
    provisional: bool = False

    def payload(self, pin: str) -> dict[str, Any]:
        """The `leaderboard` event."""
        marked = {"provisional": True} if self.provisional else {}
        return {
            "pin": pin,
            **marked,
            "epoch": self.epoch,
            "version": self.version,
            "players": self.players,
            "top": [{"rank": p.rank, "player": p.player, "nickname": p.nickname, "score": p.score} for p in self.top],
        }


def ranked(rows: Iterable[tuple[str, str, int]]) -> tuple[Place, ...]:
    """Places for (player, nickname, points) rows that come in listing order from the very top: 1, 2, 2, 4."""
    places: list[Place] = []
    for number, (player, nickname, points) in enumerate(rows, 1):
        shared = bool(places) and places[-1].score == points
        places.append(Place(places[-1].rank if shared else number, player, nickname, points))
    return tuple(places)
