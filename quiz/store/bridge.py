"""What joins Redis, a worker's journal and its mirror: what is learnt is kept, and an outage is bridged."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from quiz.domain.errors import GameNotFound, NotJoined, QuizError, ServerBusy, StoreAway
from quiz.domain.game import Game, Phase
from quiz.domain.player import Player, nickname_key
from quiz.resilience.journal import Journal, JournalError
from quiz.resilience.records import Joined, Moved, Opened, Record, Removed, Renamed, Reset, encoded
from quiz.store.mirror import Mirror

T = TypeVar("T")


class Bridge:
    """Of one worker; what `games_guarded` and the like have in common. `play.announcer.Shadow`."""

    def __init__(self, mirror: Mirror, journal: Journal, bridged: Callable[[], None]) -> None:
        """`bridged` counts the uses of the fallback."""
        self.mirror, self.journal, self._bridged = mirror, journal, bridged
        self._kept: set[str] = set()  # games that the journal knows, by id
        journal.again = self._known_again
        #: Says whether Redis has lost its memory, when it does not know a game that was there. The keeper fills it in.
        self.lost_memory: Callable[[], bool] = lambda: False

    def either(self, ask: Callable[[], T], instead: Callable[[], T]) -> T:
        """What Redis says, or else what is known here."""
        try:
            return ask()
        except (StoreAway, GameNotFound, NotJoined) as error:
            self.cross(error)
        return instead()

    def there(self, ask: Callable[[], T]) -> T:
        """What can't go on without Redis."""
        try:
            return ask()
        except (GameNotFound, NotJoined) as error:
            if self.lost_memory():
                raise StoreAway("the store is being brought what it has lost; try again") from error
            raise

    def cross(self, error: QuizError) -> None:
        """Returns if Redis is away or has lost its memory, so that the mirror has to do; else raises the error."""
        if isinstance(error, GameNotFound | NotJoined) and not self.lost_memory():
            raise error
        self._bridged()

    def check(self) -> None:
        """Raises ServerBusy if the journal can't keep anything."""
        try:
            self.journal.check()
        except JournalError as error:
            raise ServerBusy("answers can't be kept safe right now; try again") from error

    def keep(self, record: Record) -> None:
        """Into the journal; raises ServerBusy if that can't be."""
        try:
            self.journal.append(encoded(record))
        except JournalError as error:
            raise ServerBusy("what you did can't be kept safe right now; try again") from error

    def learn(self, game: Game) -> None:
        """Everything of a game begins with what it is."""
        self.mirror.learn(game)
        if game.id not in self._kept:
            self.keep(Opened(game.id, game.pin, game))
            self._kept.add(game.id)

    def learn_seat(self, game: Game, player: Player) -> None:
        """Somebody has a seat: in a journal it comes before its answers."""
        if not self.mirror.knows(game, player.id):
            self.learn(game)
            self.keep(self._joined(game, player))
            self.mirror.learn_player(game, player)

    def _joined(self, game: Game, player: Player) -> Joined:
        stamp = self.mirror.now() - game.created_at
        return Joined(game.id, player.id, player.nickname, nickname_key(player.nickname), stamp, player.team)

    def _note(self, game: Game, record: Record) -> None:
        """Keeps what was learnt, if that can be: whoever did it has kept it too."""
        with contextlib.suppress(ServerBusy):
            self.learn(game)
            self.keep(record)

    def learn_phase(self, game: Game, phase: Phase) -> None:
        """See `Shadow.learn_phase`."""
        if game.id in self._kept and self.mirror.learn_phase(game, phase):
            self._note(game, Moved(game.id, phase))

    def learn_kick(self, game: Game, player: str) -> None:
        """See `Shadow.learn_kick`."""
        if self.mirror.learn_kick(game, player):
            self._note(game, Removed(game.id, player))

    def learn_rename(self, game: Game, player: Player, at: int) -> None:
        """See `Shadow.learn_rename`."""
        if self.mirror.learn_rename(game, player, at):
            self._note(game, Renamed(game.id, player.id, player.nickname, at))

    def learn_reset(self, game: Game, generation: int) -> None:
        """See `Shadow.learn_reset`."""
        if self.mirror.learn_reset(game, generation):
            self._note(game, Reset(game.id, generation))

    def learn_board(self, game_id: str, event: str) -> None:
        """See `Shadow.learn_board`."""
        self.mirror.learn_board(game_id, event)

    def learn_teams(self, game_id: str, event: str) -> None:
        """See `Shadow.learn_teams`."""
        self.mirror.learn_teams(game_id, event)

    def forgotten(self, ids: Iterable[str]) -> None:
        """The journal knows nothing any more of the games with these ids."""
        self._kept.difference_update(ids)

    def _known_again(self) -> Iterator[bytes]:
        """The journal has lost records: what this worker knows, but for receipts that Redis has confirmed."""
        self._kept.clear()
        for held in self.mirror.all():
            game = held.game
            self._kept.add(game.id)
            yield encoded(Opened(game.id, game.pin, game))
            if held.generation > 1:
                yield encoded(Reset(game.id, held.generation))
            if game.live and self.mirror.knows_phase(game):
                yield encoded(Moved(game.id, held.phase))
            for player, name in list(held.names.items()):
                yield encoded(self._joined(game, Player(player, name, held.teams.get(player))))
            yield from [encoded(Removed(game.id, player)) for player in held.kicked]
            yield from [encoded(Renamed(game.id, player, held.names[player], at)) for player, at in held.renamed.items()]
            yield from [encoded(record) for record in self.mirror.unconfirmed.get(game.id, ())]
