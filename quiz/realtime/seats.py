"""Who sits behind which connection of this worker."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from quiz.domain.game import Game
from quiz.domain.player import Player


@dataclass(slots=True)
class Seat:
    """One connection's place in a game. `round_trip_ms` is measured where the game's options make use of it."""

    game: Game
    player: Player
    round_trip_ms: int = 0


class Seats:
    """All seats of this worker, by connection, game and player."""

    def __init__(self) -> None:
        self._seats: dict[str, Seat] = {}
        self._games: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def get(self, sid: str) -> Seat | None:
        """The seat of a connection."""
        return self._seats.get(sid)

    def take(self, sid: str, game: Game, player: Player) -> bool:
        """Seats a connection; True if it is the player's first here."""
        self._seats[sid] = Seat(game, player)
        sids = self._games[game.id][player.id]
        sids.add(sid)
        return len(sids) == 1

    def leave(self, sid: str) -> tuple[Seat, bool] | None:
        """The seat that the connection had, and whether it was the player's last here."""
        seat = self._seats.pop(sid, None)
        if seat is None:
            return None
        players = self._games[seat.game.id]
        sids = players[seat.player.id]
        sids.discard(sid)
        if sids:
            return seat, False
        del players[seat.player.id]
        if not players:
            del self._games[seat.game.id]
        return seat, True

    def rename(self, game_id: str, player: Player) -> list[str]:
        """A player is called something else now; the connections here."""
        sids = self.connections(game_id, player.id)
        for sid in sids:
            self._seats[sid].player = player
        return sids

    def __len__(self) -> int:
        return len(self._seats)

    def all(self) -> list[Seat]:
        """Every seat here."""
        return list(self._seats.values())

    def games(self) -> list[Game]:
        """The games that somebody here plays."""
        return list({seat.game.id: seat.game for seat in self._seats.values()}.values())

    @property
    def game_count(self) -> int:
        """How many games somebody here plays."""
        return len(self._games)

    def game(self, game_id: str) -> Game | None:
        """The game with an id, if somebody here plays it."""
        sids = next(iter(self._games.get(game_id, {}).values()), ())
        return next((self._seats[sid].game for sid in sids), None)

    def players(self, game_id: str) -> dict[str, list[str]]:
        """The players of a game who are connected here, with their connections."""
        return {player: list(sids) for player, sids in self._games.get(game_id, {}).items()}

    def count(self, game_id: str) -> int:
        """How many players of a game are connected here."""
        return len(self._games.get(game_id, ()))

    def connections(self, game_id: str, player: str) -> list[str]:
        """A player's connections here."""
        return list(self._games.get(game_id, {}).get(player, ()))
