"""What is kept of a game in a process's memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from quiz.domain.game import Game, Phase
from quiz.domain.player import Player
from quiz.domain.ranking import STAMP_MOST
from quiz.domain.teams import totals
from quiz.play.ports import Receipt


@dataclass
class Held:
    """All that is kept of one game; the fields are those of `keys.GameKeys`."""

    game: Game
    phase: Phase
    epoch: int
    generation: int = 1
    board: int = 1
    stamp: int = 0
    announced: int = 1
    leaderboard: dict[str, float] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    teams: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    folded: dict[str, str] = field(default_factory=dict)
    streaks: dict[str, int] = field(default_factory=dict)
    answers: dict[int, dict[str, Receipt]] = field(default_factory=dict)
    answered: dict[str, list[int]] = field(default_factory=dict)
    opened: dict[tuple[str, int], int] = field(default_factory=dict)
    kicked: set[str] = field(default_factory=set)
    renamed: dict[str, int] = field(default_factory=dict)
    presence: set[tuple[str, str]] = field(default_factory=set)
    roster: list[tuple[str, Player]] = field(default_factory=list)
    sent: dict[str, tuple[str, int]] = field(default_factory=dict)

    def next_stamp(self, now: int) -> int:
        """When somebody gets somewhere: milliseconds since the game began, later than every stamp before."""
        return min(max(now - self.game.created_at, self.stamp + 1, 0), STAMP_MOST)

    def rank(self, score: int) -> int:
        """The rank of somebody with so many points."""
        return 1 + sum(1 for other in self.leaderboard.values() if other >= score + 1)

    def smallest_team(self) -> int:
        """The team with the fewest members, the first of several."""
        sizes = totals(len(self.game.options.teams), ((self.teams.get(player), 0) for player in self.leaderboard))
        return min(range(len(sizes)), key=lambda team: sizes[team].players)

    def listing(self) -> list[tuple[str, int]]:
        """All players and points, the first first."""
        order = sorted(self.leaderboard.items(), key=lambda row: (row[1], row[0]), reverse=True)
        return [(player, int(score)) for player, score in order]
