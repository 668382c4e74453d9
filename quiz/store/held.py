"""What is kept of games in a process's memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from quiz.domain.errors import GameNotFound
from quiz.domain.game import Game, Phase
from quiz.domain.player import Player, nickname_key, nickname_look
from quiz.domain.ranking import STAMP_MOST, sort_score
from quiz.domain.teams import Total, totals
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

    def team_totals(self) -> list[Total]:
        """How each team stands."""
        of_players = ((self.teams.get(player), int(score)) for player, score in self.leaderboard.items())
        return totals(len(self.game.options.teams), of_players)

    def listing(self) -> list[tuple[str, int]]:
        """All players and points, the first first."""
        order = sorted(self.leaderboard.items(), key=lambda row: (row[1], row[0]), reverse=True)
        return [(player, int(score)) for player, score in order]

    def record(self, player: str, index: int, receipt: Receipt) -> None:
        """Puts a receipt where it belongs."""
        self.count(player, index, receipt)
        self.answers.setdefault(index, {})[player] = receipt

    def count(self, player: str, index: int, receipt: Receipt) -> None:
        """All that follows from a receipt."""
        self.stamp = max(self.stamp, receipt.stamp)
        if not self.game.live:
            if receipt.points:
                self.leaderboard[player] = sort_score(receipt.score, receipt.stamp)
                self.board += 1
            self.streaks[player] = receipt.streak
        answered = self.answered.setdefault(player, [])
        if index not in answered:
            answered.append(index)

    def settle(self, index: int) -> None:
        """A live game leaves a question: what it brought is on the board from now on."""
        streaks = {}
        for player, receipt in self.answers.get(index, {}).items():
            if player in self.leaderboard:
                if receipt.points:
                    self.leaderboard[player] = sort_score(int(self.leaderboard[player]) + receipt.points, receipt.stamp)
                if receipt.right:
                    streaks[player] = receipt.streak
        if self.game.questions[index].type != "poll":
            self.streaks = streaks
        self.board += 1

    def remove(self, player: str) -> None:
        """Takes a player off the board for good."""
        self.kicked.add(player)
        self.leaderboard.pop(player, None)

    def call(self, player: Player, at: int) -> None:
        """The player is called so from `at` on."""
        self.names[player.id], self.renamed[player.id] = player.nickname, at
        self.folded[nickname_key(player.nickname)] = self.folded[nickname_look(player.nickname)] = player.id

    def reset(self, generation: int) -> None:
        """All scores to 0 and all answers forgotten; those to come are of this generation."""
        for forgotten in (self.streaks, self.answers, self.answered, self.opened):
            forgotten.clear()
        self.leaderboard = dict.fromkeys(self.leaderboard, 0.0)
        self.board += 1
        self.generation = generation

    def forget(self, player: str) -> None:
        """Nothing is left of a player who was kicked, but that they were."""
        by_player: list[dict[str, Any]] = [self.leaderboard, self.names, self.numbers, self.teams, self.renamed]
        by_player += [self.streaks, self.answered]
        for kept in (*by_player, *self.answers.values()):
            kept.pop(player, None)
        self.folded = {form: who for form, who in self.folded.items() if who != player}
        self.opened = {(who, index): at for (who, index), at in self.opened.items() if who != player}
        self.presence = {one for one in self.presence if one[0] != player}
        self.roster = []


class HeldGames:
    """The games that a process keeps, by their PINs, and its `clock`, which gives epoch milliseconds."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._held: dict[str, Held] = {}

    def now(self) -> int:
        """See `Games.now`."""
        return self._clock()

    def held(self, game: Game) -> Held:
        """What is kept of a game; raises GameNotFound."""
        found = self._held.get(game.pin)
        if found is None or found.game.id != game.id:
            raise GameNotFound
        return found

    def all(self) -> list[Held]:
        """What is kept of all of them."""
        return list(self._held.values())

    def phase(self, game: Game) -> tuple[Phase, int]:
        """See `Games.phase`."""
        return self.held(game).phase, self.now()

    def team_totals(self, game: Game) -> list[Total]:
        """How each team stands."""
        return self.held(game).team_totals()
