"""Games in this process's memory, by the same rules as in Redis: for tests of play."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from quiz.domain.errors import GameNotFound
from quiz.domain.game import Game, Phase
from quiz.store.alarms_memory import MemoryAlarms
from quiz.store.answers_memory import MemoryAnswers
from quiz.store.held import Held, HeldGames
from quiz.store.news_memory import MemoryNews
from quiz.store.players_memory import MemoryPlayers
from quiz.store.presence_memory import MemoryPresence


class MemoryGames(HeldGames):
    """`play.ports.Games` in dicts. `clock` gives epoch milliseconds."""

    def __init__(self, clock: Callable[[], int]) -> None:
        super().__init__(clock)
        self.presence = MemoryPresence(self)
        self.news = MemoryNews(self)
        self.players = MemoryPlayers(self, self.presence, self.news)
        self.answers = MemoryAnswers(self)
        self.alarms = MemoryAlarms(self.now)
        #: Of finished games, by id, and when they were made.
        self.records: dict[str, bytes] = {}
        self.recorded_at: dict[str, int] = {}
        self._epoch = clock() // 1000

    @property
    def exact(self) -> MemoryGames:
        """See `Games.exact`."""
        return self

    def create(self, game: Game) -> bool:
        """See `Games.create`."""
        if game.pin in self._held:
            return False
        self._held[game.pin] = Held(game, game.first_phase(), self._epoch)
        return True

    def enlist(self, game: Game) -> None:
        """See `Games.enlist`; it is told of anyhow."""

    def game(self, pin: str) -> Game | None:
        """See `Games.game`."""
        found = self._held.get(pin)
        return found.game if found else None

    def move(self, game: Game, old: Phase, new: Phase) -> bool:
        """See `Games.move`."""
        held = self.held(game)
        if held.phase.version != old.version:
            return False
        held.phase = new
        if old.asking and not new.asking and old.index not in new.skipped:
            held.settle(old.index)
        return True

    def archive(self, game: Game, record: bytes) -> None:
        """See `Games.archive`."""
        self.records[game.id], self.recorded_at[game.id] = record, self.now()

    def archived(self, game_id: str) -> bytes | None:
        """See `Games.archived`."""
        return self.records.get(game_id)

    def drop(self, game: Game) -> None:
        """See `Games.drop`."""
        with suppress(GameNotFound):
            self.held(game)
            del self._held[game.pin]

    def running(self) -> list[Game]:
        """See `Games.running`."""
        return sorted((h.game for h in self._held.values()), key=lambda g: g.created_at, reverse=True)
