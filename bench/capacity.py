"""What an installation needs, computed from what one answer, one board and one idle instance were measured to cost.

python -m bench.capacity --players 20000 --every 30 --games 200

docs/scaling.md says what is measured here and what is computed; a test compares the operations and messages with a real run.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass

#: Operations of Redis, those within scripts included: of an idle instance a second, of an answer, of a board without its rows
#: (each row is one more), and of an instance that wanted to tell a board that another one tells.
IDLE, ANSWER, BOARD, CLAIM = 37, 17, 8, 3
#: Messages that each instance sends to itself through all of them, a second.
BEATS = 0.5
#: CPU seconds: of Redis for an operation; of an instance for an answer, for a board to one client, and for a message it hears.
OPERATION_S, ANSWER_S, DELIVERY_S, MESSAGE_S = 8e-6, 300e-6, 10e-6, 80e-6
#: Share of a core to plan with: the rest is for storms.
PLANNED = 0.7
#: MB of an instance, and of a player who has joined; players of one instance.
BASE_MB, PLAYER_MB, MOST_PLAYERS = 75, 0.004, 10_000


@dataclass(frozen=True)
class Load:
    """What is played: players who give an answer every `every_s` seconds, in games of equal size."""

    players: int
    every_s: float
    games: int
    rows: int = 10
    window_s: float = 0.1

    @property
    def answers(self) -> float:
        """A second."""
        return self.players / self.every_s

    @property
    def boards(self) -> float:
        """A second: each answer's own, but of each game one a window at most."""
        return min(self.answers, self.games / self.window_s)

    @property
    def deliveries(self) -> float:
        """Boards to one client, a second."""
        return self.boards * self.players / self.games

    def claims(self, instances: int) -> float:
        """How often a second an instance wants to tell a board that another one tells."""
        answers_a_board = self.answers / self.boards if self.boards else 0
        wanting = instances * (1 - (1 - 1 / instances) ** answers_a_board)
        return self.boards * max(wanting - 1, 0)

    def operations(self, instances: int) -> float:
        """Of Redis, a second."""
        rows = min(self.rows, self.players / self.games)
        own = self.answers * ANSWER + self.boards * (BOARD + rows) + self.claims(instances) * CLAIM
        return instances * IDLE + own

    def messages(self, instances: int) -> float:
        """Of Redis to instances, a second: each hears each board."""
        return instances * (self.boards + instances * BEATS)

    def instance_cores(self, instances: int) -> float:
        """Cores that each instance is busy."""
        shared = self.answers * ANSWER_S + self.deliveries * DELIVERY_S
        return shared / instances + self.messages(instances) / instances * MESSAGE_S

    def instances(self) -> int | None:
        """As many as have room for all players and are not too busy; None where hearing each other is too much for any number."""
        least = max(math.ceil(self.players / MOST_PLAYERS), 1)
        return next((n for n in range(least, 1000) if self.instance_cores(n) <= PLANNED), None)


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints what a load needs."""
    parser = argparse.ArgumentParser(prog="python -m bench.capacity", description=__doc__.partition("\n")[0])
    parser.add_argument("--players", type=int, required=True)
    parser.add_argument("--every", type=float, default=10, metavar="SECONDS", help="between two answers of a player (10)")
    parser.add_argument("--games", type=int, default=1, help="that they are spread over (1)")
    parser.add_argument("--window-ms", type=float, default=100, help="leaderboard.window_ms (100)")
    asked = parser.parse_args(arguments)
    if min(asked.players, asked.every, asked.games, asked.window_ms) <= 0 or asked.games > asked.players:
        parser.error("all must be above 0, and there can't be more games than players")
    load = Load(asked.players, asked.every, asked.games, window_s=asked.window_ms / 1000)
    instances = load.instances()
    print(f"{load.answers:,.0f} answers and {load.boards:,.0f} boards a second, {load.deliveries:,.0f} boards to clients")
    if instances is None:
        print("more boards than one installation can tell all its instances: split the games over several installations")
        return
    memory = BASE_MB + PLAYER_MB * load.players / instances
    print(f"instances: {instances}, each {load.instance_cores(instances):.2f} of a core and {memory:.0f} MB")
    operations = load.operations(instances)
    print(f"Redis: {operations:,.0f} operations and {load.messages(instances):,.0f} messages a second, ", end="")
    masters = math.ceil(operations * OPERATION_S / PLANNED)
    print(f"{operations * OPERATION_S:.2f} of a core: " + ("one will do" if masters == 1 else f"a cluster of {masters} masters"))


if __name__ == "__main__":
    main()
