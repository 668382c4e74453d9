"""Games in Redis, and without it: what is acknowledged is in the journal first, and an outage is bridged from the mirror."""

from __future__ import annotations

from collections.abc import Callable

from quiz.domain.errors import GameNotFound, StoreAway
from quiz.domain.game import Game, Phase
from quiz.resilience.journal import Journal
from quiz.resilience.records import Moved
from quiz.store.answers_guarded import GuardedAnswers
from quiz.store.bridge import Bridge
from quiz.store.connection import SharedRedis
from quiz.store.games_redis import RedisGames
from quiz.store.mirror import Mirror
from quiz.store.news_guarded import GuardedNews
from quiz.store.players_guarded import GuardedPlayers
from quiz.store.presence_guarded import GuardedPresence


class GuardedGames(RedisGames):
    """`play.ports.Games`: Redis decides while it is there. While it is not, what is open goes on, marked provisional.

    What can't go on without Redis (joining anew, creating games, a host's moves) raises StoreAway.
    """

    def __init__(
        self,
        client: SharedRedis,
        finished_ttl_s: int,
        archive_s: int,
        new_mirror: Callable[[Callable[[], int]], Mirror],
        journal: Journal,
        bridged: Callable[[], None],
    ) -> None:
        """`bridged` counts the uses of the fallback."""
        super().__init__(client, finished_ttl_s, archive_s)
        self._exact = RedisGames(client, finished_ttl_s, archive_s)
        self.mirror = new_mirror(self.clock.now)
        self.bridge = bridge = Bridge(self.mirror, journal, bridged)
        self.presence = GuardedPresence(client, self.now, self.running, bridge)
        players = GuardedPlayers(client, self.presence, bridge)
        self.players, self.answers = players, GuardedAnswers(client, self.now, players, bridge)
        self.news = GuardedNews(client, bridge)

    @property
    def exact(self) -> RedisGames:
        """See `Games.exact`."""
        return self._exact

    def create(self, game: Game) -> bool:
        """See `Games.create`."""
        self.bridge.check()
        made = super().create(game)
        if made:
            self.bridge.learn(game)
            self.mirror.learn_phase(game, game.first_phase())
        return made

    def game(self, pin: str) -> Game | None:
        """See `Games.game`."""

        def ask() -> Game | None:
            found = super(GuardedGames, self).game(pin)
            if found is None and self.mirror.game_here(pin):
                raise GameNotFound
            if found is not None and not self.mirror.remembers(found):
                self.bridge.learn_reset(found, self.answers.generation(found))  # there may have been one before this worker
            return found

        try:
            found = self.bridge.either(ask, lambda: self._known(pin))
        except GameNotFound:
            return None
        if found is not None and self.bridge.journal.problem is None:
            self.bridge.learn(found)
        return found

    def _known(self, pin: str) -> Game:
        found = self.mirror.game(pin)
        if found is None:
            raise StoreAway("the store can't be reached right now; try again")  # the words of a join: they tell of no PIN
        return found

    def phase(self, game: Game) -> tuple[Phase, int]:
        """See `Games.phase`."""

        def ask() -> tuple[Phase, int]:
            found = super(GuardedGames, self).phase(game)
            self.mirror.learn_phase(game, found[0])
            return found

        return self.bridge.either(ask, lambda: self.mirror.phase(game))

    def move(self, game: Game, old: Phase, new: Phase) -> bool:
        """See `Games.move`."""
        self.bridge.check()
        moved = self.bridge.there(lambda: super(GuardedGames, self).move(game, old, new))
        if moved:
            self.bridge.keep(Moved(game.id, new))
            self.mirror.learn_phase(game, new)
        return moved
