"""What is still to be told of games, by Redis; without it each worker tells its own clients."""

from __future__ import annotations

from quiz.domain.game import Game
from quiz.domain.player import Player
from quiz.store.bridge import Bridge
from quiz.store.connection import SharedRedis
from quiz.store.news_memory import MemoryNews
from quiz.store.news_redis import RedisNews


class GuardedNews(RedisNews):
    """`play.ports.News`. Without Redis, changes of the roster are forgotten: all is told anew after an outage."""

    def __init__(self, client: SharedRedis, bridge: Bridge) -> None:
        super().__init__(client)
        self._bridge, self._here = bridge, MemoryNews(bridge.mirror)

    def claim(self, game: Game, topic: str, value: str, window_ms: int) -> int:
        """See `News.claim`."""
        return self._bridge.either(
            lambda: super(GuardedNews, self).claim(game, topic, value, window_ms),
            lambda: self._here.claim(game, topic, value, window_ms),
        )

    def note_roster(self, game: Game, change: str, player: Player) -> None:
        """See `News.note_roster`."""
        self._bridge.either(lambda: super(GuardedNews, self).note_roster(game, change, player), lambda: None)
