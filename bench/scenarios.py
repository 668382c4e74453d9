"""What is measured, and with how many."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Scenario:
    """`clients` connect `rate` a second to `games`, wait `idle_s` and give `answers` a second for `load_s`.

    `board` players are on each board before that; they only make it long. Each game's players spread over all `instances`, which
    have `workers` each.
    """

    name: str
    about: str
    clients: int
    rate: float = 400
    games: int = 1
    answers: float = 0
    idle_s: float = 3
    load_s: float = 10
    board: int = 0
    workers: int = 1
    instances: int = 1

    def scaled(self, factor: float) -> Scenario:
        """The same with fewer clients and answers and shorter boards, in less time."""

        def part(of: float) -> int:
            return max(1, round(of * factor))

        return replace(
            self,
            clients=part(self.clients),
            games=min(self.games, part(self.clients)),
            answers=self.answers and max(1.0, self.answers * factor),
            idle_s=self.idle_s * min(1, factor * 4),
            load_s=self.load_s * min(1, factor * 4),
            board=part(self.board) if self.board else 0,
        )


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("idle", "2,000 who have joined and wait", 2000, idle_s=5, load_s=0),
        Scenario("fanout", "2,000 in one game, five boards a second to each", 2000, answers=5),
        Scenario("answers", "1,000 in 20 games, 1,000 answers a second", 1000, games=20, answers=1000),
        Scenario("storm", "4,000 at once", 4000, rate=1e6, games=20, answers=10, idle_s=1, load_s=2),
        Scenario("crowd", "10,000 in 100 games, 1,000 answers a second", 10_000, rate=800, games=100, answers=1000),
        Scenario("thousand", "500 answers a second with 1,000 on the board", 500, answers=500, board=1000),
        Scenario("million", "500 answers a second with 1,000,000 on the board", 500, answers=500, board=1_000_000),
        Scenario("fanout-4", "as fanout, with four workers", 2000, answers=5, workers=4),
        Scenario("share", "500 in 10 games, 500 answers a second", 500, games=10, answers=500),
        *(
            Scenario(
                f"scale-{n}",
                f"{n} instances, for each 100 players and 50 answers a second, in 10 games",
                100 * n,
                games=10,
                answers=50 * n,
                instances=n,
            )
            for n in (1, 3, 10)
        ),
        Scenario("share-4", "four times as many in those games, with four workers", 2000, games=10, answers=2000, workers=4),
    )
}
_CLIENTS = (250, 500, 1000, 2000, 4000)
#: How cost grows with the number of clients: of one game, and of those who answer every four seconds.
GROWTH = [Scenario(f"growth-{n}", f"{n:,} in one game", n, answers=5, load_s=5) for n in _CLIENTS]
GROWTH_ANSWERS = [
    Scenario(f"answers-{n}", f"{n:,} in 20 games, {n / 4:g} answers a second", n, games=20, answers=n / 4, load_s=5)
    for n in _CLIENTS
]
