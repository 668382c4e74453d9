"""Who is connected, by Redis; without it nobody is known to be."""

from __future__ import annotations

from collections.abc import Callable

from quiz.domain.game import Game
from quiz.store.bridge import Bridge
from quiz.store.connection import SharedRedis
from quiz.store.presence_redis import RedisPresence


class GuardedPresence(RedisPresence):
    """`play.ports.Presence`. After an outage all are brought together (`present_here`)."""

    def __init__(self, client: SharedRedis, now: Callable[[], int], running: Callable[[], list[Game]], bridge: Bridge) -> None:
        super().__init__(client, now, running)
        self._bridge = bridge

    def arrive(self, game: Game, player: str, worker: str) -> None:
        """See `Presence.arrive`."""
        self._bridge.either(lambda: super(GuardedPresence, self).arrive(game, player, worker), lambda: None)

    def depart(self, game: Game, player: str, worker: str) -> None:
        """See `Presence.depart`."""
        self._bridge.either(lambda: super(GuardedPresence, self).depart(game, player, worker), lambda: None)

    def present(self, game: Game) -> set[str]:
        """See `Presence.present`."""
        return self._bridge.either(lambda: super(GuardedPresence, self).present(game), lambda: set())

    def is_present(self, game: Game, player: str) -> bool:
        """See `Presence.is_present`."""
        return self._bridge.either(lambda: super(GuardedPresence, self).is_present(game, player), lambda: False)
