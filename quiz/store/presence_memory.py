"""Who is connected to which worker, and which workers live, in this process's memory."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from quiz.domain.errors import GameNotFound
from quiz.domain.game import Game
from quiz.store.held import HeldGames


class MemoryPresence:
    """`play.ports.Presence` of games that are held."""

    def __init__(self, games: HeldGames) -> None:
        self._games = games
        self._workers: dict[str, int] = {}  # by name: when it gave a sign of life

    def arrive(self, game: Game, player: str, worker: str) -> None:
        """See `Presence.arrive`."""
        with suppress(GameNotFound):
            self._games.held(game).presence.add((player, worker))

    def depart(self, game: Game, player: str, worker: str) -> None:
        """See `Presence.depart`."""
        with suppress(GameNotFound):
            self._games.held(game).presence.discard((player, worker))

    def present_here(self, game: Game, worker: str, players: Sequence[str]) -> None:
        """See `Presence.present_here`."""
        with suppress(GameNotFound):
            held = self._games.held(game)
            held.presence = {one for one in held.presence if one[1] != worker} | {(player, worker) for player in players}

    def present(self, game: Game) -> set[str]:
        """See `Presence.present`."""
        held = self._games.held(game)
        return {player for player, _ in held.presence} - held.kicked

    def is_present(self, game: Game, player: str) -> bool:
        """See `Presence.is_present`."""
        return player in self.present(game)

    def beat(self, worker: str) -> bool:
        """See `Presence.beat`."""
        new = worker not in self._workers
        self._workers[worker] = self._games.now()
        return new

    def bury(self, silent_ms: int) -> list[Game]:
        """See `Presence.bury`."""
        dead = {worker for worker, at in self._workers.items() if at <= self._games.now() - silent_ms}
        bereft = []
        for held in self._games.all():
            lost = {one for one in held.presence if one[1] in dead}
            if lost:
                held.presence -= lost
                held.board += 1
                bereft.append(held.game)
        for worker in dead:
            del self._workers[worker]
        return bereft
