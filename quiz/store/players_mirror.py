"""Who is in games and how they stand, as far as this instance knows: for outages."""

from __future__ import annotations

from msgspec.structs import replace

from quiz.domain.game import Game
from quiz.play.ports import Standing
from quiz.store.mirror import Mirror
from quiz.store.news_memory import MemoryNews
from quiz.store.players_memory import MemoryPlayers
from quiz.store.presence_memory import MemoryPresence


class MirrorPlayers(MemoryPlayers):
    """`play.ports.Players` of a mirror. Raises StoreAway where nobody here knows a player."""

    def __init__(self, mirror: Mirror) -> None:
        super().__init__(mirror, MemoryPresence(mirror), MemoryNews(mirror))
        self._mirror = mirror

    def standing(self, game: Game, player: str) -> Standing:
        """See `Players.standing`."""
        self._mirror.find_player(self._mirror.held(game), player)
        return super().standing(game, player)

    def complete(self, game: Game, player: str, standing: Standing) -> Standing:
        """How the player stands by Redis, `standing`, which was learnt here, and by what Redis lacks of the journals here."""
        self._mirror.find_player(self._mirror.held(game), player, anew=True)
        here = super().standing(game, player)
        score = max(here.score, standing.score)
        return replace(standing, score=score, answered=here.answered, kicked=here.kicked)
