"""Games in Redis, and without it: what is acknowledged is in the journal first, and an outage is bridged from the mirror."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from quiz.domain.errors import GameNotFound, NotJoined, QuizError, ServerBusy, StoreAway
from quiz.domain.game import Game, Phase
from quiz.domain.player import Player, nickname_key
from quiz.play.ports import Acceptance, Receipt, Seat, Standing, Submission, View
from quiz.resilience.journal import Journal, JournalError
from quiz.resilience.records import Joined, Moved, Opened, Record, Removed, Renamed, Reset, answered, encoded
from quiz.store.connection import SharedRedis, busy_if_unreachable
from quiz.store.games_redis import RedisGames
from quiz.store.mirror import Mirror

T = TypeVar("T")


@busy_if_unreachable
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
        self.mirror, self._journal, self._bridged = new_mirror(self.clock.now), journal, bridged
        self._exact = RedisGames(client, finished_ttl_s, archive_s)
        self._kept: set[str] = set()
        journal.again = self._known_again
        #: Says whether Redis has lost its memory, when it does not know a game that was there. The keeper fills it in.
        self.lost_memory: Callable[[], bool] = lambda: False

    @property
    def exact(self) -> RedisGames:
        """See `Games.exact`."""
        return self._exact

    def _either(self, ask: Callable[[], T], instead: Callable[[], T]) -> T:
        try:
            return ask()
        except (StoreAway, GameNotFound, NotJoined) as error:
            self.bridge(error)
        return instead()

    def _there(self, ask: Callable[[], T]) -> T:
        """What can't go on without Redis."""
        try:
            return ask()
        except (GameNotFound, NotJoined) as error:
            if self.lost_memory():
                raise StoreAway("the store is being brought what it has lost; try again") from error
            raise

    def bridge(self, error: QuizError) -> None:
        """Returns if Redis is away or has lost its memory, so that the mirror has to do; else raises the error."""
        if isinstance(error, GameNotFound | NotJoined) and not self.lost_memory():
            raise error
        self._bridged()

    def _keep(self, record: Record) -> None:
        try:
            self._journal.append(encoded(record))
        except JournalError as error:
            raise ServerBusy("what you did can't be kept safe right now; try again") from error

    def _check_journal(self) -> None:
        try:
            self._journal.check()
        except JournalError as error:
            raise ServerBusy("answers can't be kept safe right now; try again") from error

    def _learn(self, game: Game) -> None:
        """Everything of a game begins with what it is."""
        self.mirror.learn(game)
        if game.id not in self._kept:
            self._keep(Opened(game.id, game.pin, game))
            self._kept.add(game.id)

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
            stamp = self.now() - game.created_at
            for player, name in list(held.names.items()):
                yield encoded(Joined(game.id, player, name, nickname_key(name), stamp, held.teams.get(player)))
            yield from [encoded(Removed(game.id, player)) for player in held.kicked]
            yield from [encoded(Renamed(game.id, player, held.names[player], at)) for player, at in held.renamed.items()]
            yield from [encoded(record) for record in self.mirror.unconfirmed.get(game.id, ())]

    def _seated(self, game: Game, player: Player) -> None:
        if not self.mirror.knows(game, player.id):
            self._learn(game)
            stamp = self.now() - game.created_at
            self._keep(Joined(game.id, player.id, player.nickname, nickname_key(player.nickname), stamp, player.team))
            self.mirror.learn_player(game, player)

    def create(self, game: Game) -> bool:
        """See `Games.create`."""
        self._check_journal()
        made = super().create(game)
        if made:
            self._learn(game)
            self.mirror.learn_phase(game, game.first_phase())
        return made

    def game(self, pin: str) -> Game | None:
        """See `Games.game`."""

        def ask() -> Game | None:
            found = super(GuardedGames, self).game(pin)
            if found is None and self.mirror.game_here(pin):
                raise GameNotFound
            if found is not None and not self.mirror.remembers(found):
                self.learn_reset(found, self.generation(found))  # there may have been one before this worker
            return found

        try:
            found = self._either(ask, lambda: self._known(pin))
        except GameNotFound:
            return None
        if found is not None and self._journal.problem is None:
            self._learn(found)
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

        return self._either(ask, lambda: self.mirror.phase(game))

    def move(self, game: Game, old: Phase, new: Phase) -> bool:
        """See `Games.move`."""
        self._check_journal()
        moved = self._there(lambda: super(GuardedGames, self).move(game, old, new))
        if moved:
            self._keep(Moved(game.id, new))
            self.mirror.learn_phase(game, new)
        return moved

    def join(self, game: Game, player: Player, key: str, worker: str | None = None) -> View:
        """See `Games.join`."""
        self._check_journal()
        view = self._there(lambda: super(GuardedGames, self).join(game, player, key, worker))
        self._seated(game, Player(player.id, view.standing.nickname, view.standing.team))
        self.mirror.learn_standing(game, player.id, view.standing)
        self.mirror.learn_phase(game, view.phase)
        return view

    def accept(self, game: Game, submission: Submission) -> Acceptance:
        """See `Games.accept`. In the journal before this returns."""
        s = submission
        self._check_journal()
        self._learn(game)

        def ask() -> Acceptance:
            if not self.mirror.knows(game, s.player):
                self.standing(game, s.player)  # in this journal a seat comes before its answers
            acceptance, receipt, generation = super(GuardedGames, self).accepted(game, s)
            self._keep(answered(game.id, s.player, s.index, generation, receipt))
            self.mirror.learn_answer(game, s.player, s.index, acceptance.receipt, acceptance.board, generation)
            return acceptance

        return self._either(ask, lambda: self._accept_here(game, s))

    def _accept_here(self, game: Game, s: Submission) -> Acceptance:
        held = self.mirror.show(game)
        known = self.mirror.first(held, s.player, s.index)
        if known is not None:
            return Acceptance(known, True, None, provisional=True)
        receipt = self.mirror.judge(held, s)
        record = answered(game.id, s.player, s.index, held.generation, receipt)
        self._keep(record)
        known = held.answers.get(s.index, {}).get(s.player)  # the same answer may have come meanwhile, on another connection
        if known is not None:
            return Acceptance(known, True, None, provisional=True)
        board = self.mirror.accept_unconfirmed(game, record, receipt)
        self._journal.ahead = True
        return Acceptance(receipt, False, board, provisional=True)

    def standing(self, game: Game, player: str) -> Standing:
        """See `Games.standing`."""

        def ask() -> Standing:
            found = super(GuardedGames, self).standing(game, player)
            self._saw(game, player, found)
            return found

        return self._either(ask, lambda: self.mirror.standing(game, player))

    def view(self, game: Game, player: str) -> View:
        """See `Games.view`."""

        def ask() -> View:
            found = super(GuardedGames, self).view(game, player)
            self._saw(game, player, found.standing)
            self.mirror.learn_phase(game, found.phase)
            if self._journal.others_ahead and self.mirror.knows(game, player):
                found = View(self.mirror.complete(game, player, found.standing), found.phase, found.now)
            return found

        return self._either(ask, lambda: self.mirror.view(game, player))

    def _saw(self, game: Game, player: str, standing: Standing) -> None:
        if self._journal.problem is None:
            self._seated(game, Player(player, standing.nickname, standing.team))
            if standing.kicked:
                self.learn_kick(game, player)
            self.mirror.learn_standing(game, player, standing)

    def open_for(self, game: Game, player: str, index: int) -> int:
        """See `Games.open_for`."""

        def ask() -> int:
            at = super(GuardedGames, self).open_for(game, player, index)
            if game.options.time_limits or game.scoring == "kahoot":
                self.mirror.held(game).opened[player, index] = at
            return at

        return self._either(ask, lambda: self.mirror.open_for(game, player, index))

    def opened_for(self, game: Game, player: str) -> Mapping[int, int]:
        """See `Games.opened_for`."""
        return self._either(
            lambda: super(GuardedGames, self).opened_for(game, player), lambda: self.mirror.opened_for(game, player)
        )

    def miss(self, game: Game, player: str, index: int) -> None:
        """See `Games.miss`."""
        self._either(lambda: super(GuardedGames, self).miss(game, player, index), lambda: self.mirror.miss(game, player, index))

    def receipts(self, game: Game, index: int, players: Sequence[str] | None = None) -> dict[str, Receipt]:
        """See `Games.receipts`; without Redis, as far as this instance knows."""
        return self._either(
            lambda: super(GuardedGames, self).receipts(game, index, players), lambda: self.mirror.receipts(game, index, players)
        )

    def given(self, game: Game, player: str, indexes: Sequence[int]) -> dict[int, Receipt]:
        """See `Games.given`; without Redis, as far as this instance knows."""
        return self._either(
            lambda: super(GuardedGames, self).given(game, player, indexes), lambda: self.mirror.given(game, player, indexes)
        )

    def answer_count(self, game: Game, index: int) -> int:
        """See `Games.answer_count`; without Redis, as far as this instance knows."""
        return self._either(
            lambda: super(GuardedGames, self).answer_count(game, index), lambda: self.mirror.answer_count(game, index)
        )

    def answered(self, game: Game, index: int) -> set[str]:
        """See `Games.answered`; without Redis, as far as this instance knows."""
        return self._either(lambda: super(GuardedGames, self).answered(game, index), lambda: self.mirror.answered(game, index))

    def scores(self, game: Game) -> list[tuple[str, int]]:
        """See `Games.scores`; without Redis, as far as this instance knows."""

        def ask() -> list[tuple[str, int]]:
            found = super(GuardedGames, self).scores(game)
            self.mirror.learn_scores(game, found)
            return found

        return self._either(ask, lambda: self.mirror.show(game).listing())

    def streaks(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """See `Games.streaks`."""

        def ask() -> dict[str, int]:
            found = super(GuardedGames, self).streaks(game, players)
            self.mirror.held(game).streaks.update(found)
            return found

        return self._either(ask, lambda: self.mirror.streaks(game, players))

    def names(self, game: Game, players: Sequence[str]) -> dict[str, str]:
        """See `Games.names`; without Redis, as far as this instance knows."""
        return self._either(lambda: super(GuardedGames, self).names(game, players), lambda: self.mirror.names(game, players))

    def roster(self, game: Game) -> list[Seat]:
        """See `Games.roster`; without Redis, as far as this instance knows."""
        return self._either(lambda: super(GuardedGames, self).roster(game), lambda: self.mirror.roster(game))

    def numbers(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """See `Games.numbers`; without Redis, none."""
        return self._either(lambda: super(GuardedGames, self).numbers(game, players), lambda: self.mirror.numbers(game, players))

    def teams(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """See `Games.teams`; without Redis, as far as this instance knows."""
        return self._either(lambda: super(GuardedGames, self).teams(game, players), lambda: self.mirror.teams(game, players))

    def kick(self, game: Game, player: str) -> str:
        """See `Games.kick`."""
        self._check_journal()
        name = self._there(lambda: super(GuardedGames, self).kick(game, player))
        self.learn_kick(game, player)
        return name

    def kicked(self, game: Game) -> set[str]:
        """See `Games.kicked`; without Redis, as far as this instance knows."""
        return self._either(lambda: super(GuardedGames, self).kicked(game), lambda: self.mirror.kicked(game))

    def learn_kick(self, game: Game, player: str) -> None:
        """See `Shadow.learn_kick`."""
        if self.mirror.learn_kick(game, player):
            self._note(game, Removed(game.id, player))

    def rename(self, game: Game, player: Player) -> int:
        """See `Games.rename`."""
        self._check_journal()
        at = self._there(lambda: super(GuardedGames, self).rename(game, player))
        self.learn_rename(game, player, at)
        return at

    def learn_rename(self, game: Game, player: Player, at: int) -> None:
        """See `Shadow.learn_rename`."""
        if self.mirror.learn_rename(game, player, at):
            self._note(game, Renamed(game.id, player.id, player.nickname, at))

    def reset(self, game: Game) -> int:
        """See `Games.reset`."""
        self._check_journal()
        generation = self._there(lambda: super(GuardedGames, self).reset(game))
        self.learn_reset(game, generation)
        return generation

    def learn_reset(self, game: Game, generation: int) -> None:
        """See `Shadow.learn_reset`."""
        if self.mirror.learn_reset(game, generation):
            self._note(game, Reset(game.id, generation))

    def _note(self, game: Game, record: Record) -> None:
        """Keeps what was learnt, if that can be: whoever did it has kept it too."""
        with contextlib.suppress(ServerBusy):
            self._learn(game)
            self._keep(record)

    def learn_phase(self, game: Game, phase: Phase) -> None:
        """See `Shadow.learn_phase`."""
        if game.id in self._kept and self.mirror.learn_phase(game, phase):
            self._note(game, Moved(game.id, phase))

    def learn_board(self, game_id: str, event: str) -> None:
        """See `Shadow.learn_board`."""
        self.mirror.learn_board(game_id, event)

    def learn_teams(self, game_id: str, event: str) -> None:
        """See `Shadow.learn_teams`."""
        self.mirror.learn_teams(game_id, event)

    def arrive(self, game: Game, player: str, worker: str) -> None:
        """See `Games.arrive`; after an outage all are brought together (`present_here`)."""
        self._either(lambda: super(GuardedGames, self).arrive(game, player, worker), lambda: None)

    def depart(self, game: Game, player: str, worker: str) -> None:
        """See `Games.depart`."""
        self._either(lambda: super(GuardedGames, self).depart(game, player, worker), lambda: None)

    def present(self, game: Game) -> set[str]:
        """See `Games.present`; without Redis, nobody is known to be."""
        return self._either(lambda: super(GuardedGames, self).present(game), lambda: set())

    def is_present(self, game: Game, player: str) -> bool:
        """See `Games.is_present`; without Redis, nobody is known to be."""
        return self._either(lambda: super(GuardedGames, self).is_present(game, player), lambda: False)

    def note_roster(self, game: Game, change: str, player: Player) -> None:
        """See `Games.note_roster`."""
        self._either(lambda: super(GuardedGames, self).note_roster(game, change, player), lambda: None)

    def claim(self, game: Game, topic: str, value: str, window_ms: int) -> int:
        """See `Games.claim`; without Redis each worker tells its own clients."""
        return self._either(
            lambda: super(GuardedGames, self).claim(game, topic, value, window_ms),
            lambda: self.mirror.claim(game, topic, value, window_ms),
        )
