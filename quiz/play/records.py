"""The records of games that are over: found, listed, and what of them somebody wants removed. See docs/decisions/0023."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import msgspec

from quiz.domain.errors import GameNotFound, NotJoined, PlayerNotFound, ServerBusy
from quiz.domain.game import Game
from quiz.play.archive import Archive, so_far, unfolded
from quiz.play.holdings import Finished, Results
from quiz.play.lobby import Lobby
from quiz.play.ports import Games
from quiz.play.results import Comparison, GameResult, comparison, game_result

#: Attempts at a change that others get in before.
ATTEMPTS = 10
#: How many games are compared.
COMPARED = 10


class Records:
    """`breathe` is called now and then while something takes long, and lets others have their turn."""

    def __init__(self, games: Games, results: Results, lobby: Lobby, breathe: Callable[[], None]) -> None:
        self._games, self._results, self._lobby, self.breathe = games, results, lobby, breathe

    def page(self, whose: list[str | None] | None, quiz: str | None, before: tuple[int, str] | None, most: int) -> list[Finished]:
        """See `Results.page`."""
        return self._results.page(whose, quiz, before, most)

    def find(self, game_id: str) -> tuple[Archive, Finished]:
        """A record, and what lists show of it; raises GameNotFound."""
        return self._found(game_id)[1:]

    def _found(self, game_id: str) -> tuple[bytes, Archive, Finished]:
        stored = self._results.record(game_id)
        if stored is None:
            raise GameNotFound("there is no record of such a game; it may have been kept for as long as it should be")
        try:
            record = unfolded(stored[0], self.breathe)
        except msgspec.MsgspecError as error:  # somebody has spoilt it
            raise GameNotFound(f"the record of this game can't be read: {error}") from error
        if record.deleted:
            raise GameNotFound("the record of this game was deleted")
        return stored[0], record, record.summary(stored[1])

    def result(self, record: Archive, summary: Finished) -> GameResult:
        """What came of a game."""
        return game_result(record, summary, self.breathe)

    def so_far(self, game: Game) -> tuple[Archive, Finished]:
        """As `find`, of a game whose PIN is in use, whether it is over or not."""
        with suppress(GameNotFound):
            return self.find(game.id)
        record = so_far(self._games, game)
        return record, record.summary()

    def compared(self, whose: list[str | None] | None, record: Archive, summary: Finished) -> Comparison:
        """A game beside the last games of its quiz, if it is among them, else beside those before it."""
        listed = self._results.page(whose, summary.quiz, None, COMPARED)
        if summary.id not in {one.id for one in listed}:
            listed = [summary, *self._results.page(whose, summary.quiz, summary.place, COMPARED - 1)]
        found = []
        for one in listed:
            with suppress(GameNotFound):  # gone since it was listed
                known = (record, summary) if one.id == summary.id else self.find(one.id)
                found.append(self.result(*known))
        return comparison(found)

    def forget_player(self, game_id: str, player: str) -> None:
        """Removes all data of a player from a game that is over; raises GameNotFound or PlayerNotFound."""
        _, record, _ = self._found(game_id)
        if player not in {one.id for one in record.players}:
            raise PlayerNotFound
        game = self._still_there(record.game)
        if game is not None:
            with suppress(NotJoined):
                self._lobby.kick(game, player)
            self._games.players.forget(game, player)
        for _ in range(ATTEMPTS):
            stored, record, _ = self._found(game_id)
            without = record.without(player)
            if without is None:
                return
            if self._results.replace(game_id, stored, msgspec.json.encode(without)):
                self._results.note(without.summary())
                return
        raise ServerBusy

    def delete(self, game_id: str) -> None:
        """Removes all data of a game that is over; raises GameNotFound."""
        _, record, _ = self._found(game_id)
        # The record first: who finds the game gone and no record would bring it back from a journal.
        self._results.bury(game_id, msgspec.json.encode(record.emptied()))
        game = self._still_there(record.game)
        if game is not None:
            self._games.drop(game)

    def _still_there(self, game: Game) -> Game | None:
        found = self._games.game(game.pin)
        return found if found is not None and found.id == game.id else None
