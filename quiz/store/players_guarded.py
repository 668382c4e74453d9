"""Who is in games and how they stand, by Redis, and without it as far as this instance knows."""

from __future__ import annotations

from collections.abc import Sequence

from quiz.domain.game import Game
from quiz.domain.player import Player
from quiz.play.ports import Seat, Standing, View
from quiz.store.bridge import Bridge
from quiz.store.connection import SharedRedis
from quiz.store.players_mirror import MirrorPlayers
from quiz.store.players_redis import RedisPlayers
from quiz.store.presence_redis import RedisPresence


class GuardedPlayers(RedisPlayers):
    """`play.ports.Players`. Joining anew and what hosts do to players can't go on without Redis, and raises StoreAway."""

    def __init__(self, client: SharedRedis, presence: RedisPresence, bridge: Bridge) -> None:
        super().__init__(client, presence)
        self._bridge, self._mirror = bridge, bridge.mirror
        self._here = MirrorPlayers(bridge.mirror)

    def join(self, game: Game, player: Player, key: str, worker: str | None = None) -> View:
        """See `Players.join`."""
        self._bridge.check()
        view = self._bridge.there(lambda: super(GuardedPlayers, self).join(game, player, key, worker))
        self._bridge.learn_seat(game, Player(player.id, view.standing.nickname, view.standing.team))
        self._mirror.learn_standing(game, player.id, view.standing)
        self._mirror.learn_phase(game, view.phase)
        return view

    def standing(self, game: Game, player: str) -> Standing:
        """See `Players.standing`."""

        def ask() -> Standing:
            found = super(GuardedPlayers, self).standing(game, player)
            self._saw(game, player, found)
            return found

        return self._bridge.either(ask, lambda: self._here.standing(game, player))

    def view(self, game: Game, player: str) -> View:
        """See `Players.view`."""

        def ask() -> View:
            found = super(GuardedPlayers, self).view(game, player)
            self._saw(game, player, found.standing)
            self._mirror.learn_phase(game, found.phase)
            if self._bridge.journal.others_ahead and self._mirror.knows(game, player):
                found = View(self._here.complete(game, player, found.standing), found.phase, found.now)
            return found

        return self._bridge.either(ask, lambda: self._here.view(game, player))

    def _saw(self, game: Game, player: str, standing: Standing) -> None:
        if self._bridge.journal.problem is None:
            self._bridge.learn_seat(game, Player(player, standing.nickname, standing.team))
            if standing.kicked:
                self._bridge.learn_kick(game, player)
            self._mirror.learn_standing(game, player, standing)

    def scores(self, game: Game) -> list[tuple[str, int]]:
        """See `Players.scores`; without Redis, as far as this instance knows."""

        def ask() -> list[tuple[str, int]]:
            found = super(GuardedPlayers, self).scores(game)
            self._mirror.learn_scores(game, found)
            return found

        return self._bridge.either(ask, lambda: self._mirror.show(game).listing())

    def streaks(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """See `Players.streaks`."""

        def ask() -> dict[str, int]:
            found = super(GuardedPlayers, self).streaks(game, players)
            self._mirror.held(game).streaks.update(found)
            return found

        return self._bridge.either(ask, lambda: self._here.streaks(game, players))

    def names(self, game: Game, players: Sequence[str]) -> dict[str, str]:
        """See `Players.names`; without Redis, as far as this instance knows."""
        return self._bridge.either(
            lambda: super(GuardedPlayers, self).names(game, players), lambda: self._here.names(game, players)
        )

    def roster(self, game: Game) -> list[Seat]:
        """See `Players.roster`; without Redis, as far as this instance knows."""
        return self._bridge.either(lambda: super(GuardedPlayers, self).roster(game), lambda: self._here.roster(game))

    def numbers(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """See `Players.numbers`; without Redis, none."""
        return self._bridge.either(
            lambda: super(GuardedPlayers, self).numbers(game, players), lambda: self._here.numbers(game, players)
        )

    def teams(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """See `Players.teams`; without Redis, as far as this instance knows."""
        return self._bridge.either(
            lambda: super(GuardedPlayers, self).teams(game, players), lambda: self._here.teams(game, players)
        )

    def kick(self, game: Game, player: str) -> str:
        """See `Players.kick`."""
        self._bridge.check()
        name = self._bridge.there(lambda: super(GuardedPlayers, self).kick(game, player))
        self._bridge.learn_kick(game, player)
        return name

    def kicked(self, game: Game) -> set[str]:
        """See `Players.kicked`; without Redis, as far as this instance knows."""
        return self._bridge.either(lambda: super(GuardedPlayers, self).kicked(game), lambda: self._here.kicked(game))

    def rename(self, game: Game, player: Player) -> int:
        """See `Players.rename`."""
        self._bridge.check()
        at = self._bridge.there(lambda: super(GuardedPlayers, self).rename(game, player))
        self._bridge.learn_rename(game, player, at)
        return at
