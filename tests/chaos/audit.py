"""The accounting: what clients were told against what Redis holds."""

from __future__ import annotations

from dataclasses import dataclass

import redis

from tests.chaos.crowd import POINTS, Crowd


@dataclass(frozen=True)
class Audit:
    """`told`: answers acknowledged; `lost`: those without a record; `wrong`: players whose sum is not that of their answers."""

    told: int
    lost: int
    extra: int
    wrong: int
    points: int

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing double, nothing made up."""
        return not (self.lost or self.extra or self.wrong or self.points)


def audit(crowd: Crowd, store: redis.Redis) -> Audit:
    """Call it when everybody has been told everything (`Crowd.settle`)."""
    key = f"quiz:{{{crowd.pin}}}:"
    lost = extra = wrong = points = 0
    records: dict[str, set[str]] = {}
    for name in store.scan_iter(f"{key}answers:*", count=1000):
        question = f"q{int(name.rpartition(':')[2]) + 1}"
        for player in store.hkeys(name):
            records.setdefault(player, set()).add(question)
    for player in crowd.players:
        told, held = set(player.told), records.get(player.id, set())
        lost += len(told - held)
        extra += len(held - told)
        points += sum(ack.points != (POINTS if player.right(question) else 0) for question, ack in player.told.items())
        expected = POINTS * sum(map(player.right, told))
        wrong += int(store.zscore(f"{key}leaderboard", player.id) or -1) != expected
    return Audit(sum(len(player.told) for player in crowd.players), lost, extra, wrong, points)
