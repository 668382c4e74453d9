"""Compares Redis with records, for operators: a game with what journals hold of it, its board with its answers. And mends."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal

import msgspec

from quiz.domain.errors import GameNotFound
from quiz.domain.game import Game, Phase
from quiz.play.audit import Account, Audit
from quiz.resilience.records import Answered, Joined, receipt_of
from quiz.resilience.replay import Remains, stands
from quiz.store import keys
from quiz.store.connection import SharedRedis, busy_if_unreachable, script
from quiz.store.keys import game_keys
from quiz.store.phases import phase_of
from quiz.store.restorer import BATCH, Gone, Restorer

#: How a game is to what journals hold of it: it may get that, it is over and archived, or its PIN is another game's.
Footing = Literal["open", "over", "taken"]

_FIELDS = tuple(f.name for f in msgspec.structs.fields(Phase))


@dataclass
class Comparison:
    """What Redis has of what journals hold of a game, and what bringing it there would do or did.

    `counts` are of answers: `new`, `replaced` (a later one stood), `known`, `unseated` (nobody knows the player's seat).
    `answers` and `seats` are missing; `whole`: the game itself is, or what it is about.
    """

    footing: Footing = "open"
    whole: bool = False
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("new", "replaced", "known", "unseated"), 0))
    answers: list[Answered] = field(default_factory=list)
    seats: list[Joined] = field(default_factory=list)


@busy_if_unreachable
class RedisReconciler:
    """`platform.Reconciler` over a Redis."""

    def __init__(self, client: SharedRedis) -> None:
        self._redis: Any = client
        self._restorer = Restorer(client)
        self._scripts = {name: script(client, "quiz.store", name) for name in ("accounts", "mend")}

    def over(self, game_id: str) -> bool:
        """See `Reconciler.over`."""
        return bool(self._redis.exists(keys.archive(game_id)))

    def compare(self, game: Game, remains: Remains) -> Comparison:
        """See `Reconciler.compare`."""
        compared, k = Comparison(), game_keys(game.pin)
        if self.over(game.id):
            compared.footing = "over"
            return compared
        there, generation = self._which(game)
        if there not in (None, game.id):
            compared.footing = "taken"
            return compared
        compared.whole = there is None or not self._redis.exists(k.content)
        names = set() if there is None else set(self._redis.hkeys(k.names))
        compared.seats = [seat for player, seat in remains.seats.items() if player not in names]
        standing = {} if there is None or generation < remains.generation else self._standing(game, remains)
        # Looked at again, since there may have been a reset while the answers were read.
        if self._which(game)[1] > remains.generation:
            return compared
        for one in chain.from_iterable(remains.answers.values()):
            of, mine = (one.player, one.index), bytes(one.receipt)
            if one.player not in names and one.player not in remains.seats:
                what = "unseated"
            elif of in standing and stands(mine, standing[of]):
                what = "known"
            else:
                what = "replaced" if of in standing else "new"
                standing[of] = mine
            compared.counts[what] += 1
            if what != "known":
                compared.answers.append(one)
        return compared

    def _which(self, game: Game) -> tuple[str | None, int]:
        """The game that the PIN belongs to, and its generation."""
        found, generation = self._redis.hmget(game_keys(game.pin).game, ["id", "generation"])
        return found, int(generation or 1)

    def _standing(self, game: Game, remains: Remains) -> dict[tuple[str, int], bytes]:
        """The receipts, JSON, that stand in Redis where journals have one."""
        wanted: dict[int, list[str]] = {}
        for one in chain.from_iterable(remains.answers.values()):
            wanted.setdefault(one.index, []).append(one.player)
        standing = {}
        for index, players in wanted.items():
            for some in _parts(players):
                found = self._redis.hmget(game_keys(game.pin).answers(index), some)
                for player, json in zip(some, found, strict=True):
                    if json is not None:
                        standing[player, index] = json.encode(errors="surrogateescape")
        return standing

    def bring(self, game: Game, remains: Remains, now: int) -> Comparison:
        """See `Reconciler.bring`."""
        brought = Comparison()
        try:
            counts = self._restorer.restore(game, remains, {}, now)
        except Gone:
            raise GameNotFound from None
        if not counts:
            brought.footing = "over" if self.over(game.id) else "taken"
        brought.counts.update((name, counts[name]) for name in brought.counts if name in counts)
        return brought

    def audit(self, game: Game) -> Audit:
        """See `Reconciler.audit`."""
        audit = Audit()
        for some in _parts(self._players(game)):
            audit.add(game, *self._accounts(game, some))
        return audit

    def _accounts(self, game: Game, players: Sequence[str]) -> tuple[Phase, list[Account]]:
        """What there is of players, and where the game stands, at one moment: points may enter the board at any other."""
        k = game_keys(game.pin)
        on = [k.game, k.leaderboard, k.names, k.kicked, k.answered, *self._answers(game)]
        found = self._scripts["accounts"](keys=on, args=[game.id, len(_FIELDS), *_FIELDS, *players])
        if found is None:
            raise GameNotFound
        values, *rows = found
        return phase_of(dict(zip(_FIELDS, values, strict=True))), [
            _account(player, *row) for player, row in zip(players, rows, strict=True)
        ]

    def mend(self, game: Game) -> None:
        """See `Reconciler.mend`."""
        k = game_keys(game.pin)
        on = [k.game, k.leaderboard, k.names, k.kicked, k.answered, *self._answers(game)]
        for some in _parts(self._players(game)):
            self._scripts["mend"](keys=on, args=[game.id, *some])
        try:
            self._restorer.add_up(game, self._which(game)[1])
        except Gone:
            raise GameNotFound from None

    def _players(self, game: Game) -> list[str]:
        """All who have a seat or a place on the board."""
        k = game_keys(game.pin)
        return sorted({*self._redis.hkeys(k.names), *self._redis.zrange(k.leaderboard, 0, -1)})

    def _answers(self, game: Game) -> list[str]:
        return [game_keys(game.pin).answers(i) for i in range(len(game.questions))]


def _account(
    player: str, score: str | None, nickname: str | None, kicked: int, answered: str | None, *receipts: str | None
) -> Account:
    return Account(
        player=player,
        nickname=nickname,
        kicked=bool(kicked),
        board=None if score is None else math.floor(float(score)),
        answered=[int(index) for index in re.findall(r"\d+", answered or "")],
        receipts={index: receipt_of(json) for index, json in enumerate(receipts) if json is not None},
    )


def _parts(players: Sequence[str]) -> Iterator[Sequence[str]]:
    return (players[i : i + BATCH] for i in range(0, len(players), BATCH))
