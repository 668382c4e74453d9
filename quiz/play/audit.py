"""Whether a board, and what players are told to have answered, says what the records say.

Pure, and apart from what adds the points up, so that it can find that wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from quiz.domain.game import Game, Phase
from quiz.play.ports import Receipt


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """All that a store has of one player at one moment; `receipts` by the question's index.

    `nickname` is None without a seat, `board` (the points there) without a place on the board. `answered` are the questions
    which the player is told to have answered.
    """

    player: str
    nickname: str | None
    kicked: bool
    board: int | None
    answered: Sequence[int]
    receipts: Mapping[int, Receipt]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A player whose points on the `board` are not those of the `records`; None: has no place there, or must have none.

    Or who is told of other questions than those with a record that they are `answered`: "wrong", else "".
    """

    player: str
    nickname: str
    board: int | None
    records: int | None
    answered: str = ""


def due(game: Game, phase: Phase, account: Account) -> int | None:
    """The points that the board must show of a player now; None if it must not show them at all."""
    if account.nickname is None or account.kicked:
        return None
    return sum(one.points for index, one in account.receipts.items() if not game.live or phase.counts(index))


@dataclass
class Audit:
    """How a board compares with the records: of so many `players` with `answers`, where they differ."""

    players: int = 0
    answers: int = 0
    differences: list[Difference] = field(default_factory=list)

    def add(self, game: Game, phase: Phase, accounts: Iterable[Account]) -> None:
        """Compares what there is of some players at one moment, when the game stood at `phase`."""
        for one in accounts:
            self.players += 1
            self.answers += len(one.receipts)
            points = due(game, phase, one)
            wrong = points is not None and sorted(one.answered) != sorted(one.receipts)
            if points != one.board or wrong:
                about = {"player": one.player, "nickname": one.nickname or "", "answered": "wrong" if wrong else ""}
                self.differences.append(Difference(board=one.board, records=points, **about))
