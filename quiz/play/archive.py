"""The record of a game that is over: what stays when the game itself is gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from quiz.domain.game import Game
from quiz.play.ports import Games, Receipt
from quiz.play.views import ranks


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """A player, as the game ended for them."""

    id: str
    nickname: str
    score: int
    rank: int


class Archive(msgspec.Struct, frozen=True, kw_only=True):
    """All who played and were not kicked, in listing order, and every receipt, by question and player.

    `finished_at` is epoch milliseconds; `generation` that of the answers (see `leaderboard reset`).
    """

    schema: int
    game: Game
    finished_at: int
    players: list[Placed]
    answers: dict[str, dict[str, Receipt]]
    generation: int = 1

    def with_late(self, late: Iterable[tuple[str, int, Receipt]]) -> Archive | None:
        """With answers (player, index of the question, receipt) that were given in time and are brought only now; None if there
        is no news in them. Of two answers of a player to a question the earlier stands.
        """
        answers = {question: dict(given) for question, given in self.answers.items()}
        players = {placed.id for placed in self.players}
        changed = set()
        for player, index, receipt in late:
            given = answers.setdefault(self.game.questions[index].id, {})
            if player in players and _enters(receipt, given.get(player)):
                given[player] = receipt
                changed.add(player)
        if not changed:
            return None
        return msgspec.structs.replace(self, answers=answers, players=self._placed_anew(answers, changed))

    def _placed_anew(self, answers: Mapping[str, Mapping[str, Receipt]], changed: set[str]) -> list[Placed]:
        scores, reached = {one.id: one.score for one in self.players}, {one.id: 0 for one in self.players}
        for player in changed:
            scores[player] = 0
        for given in answers.values():
            for player, receipt in given.items():
                if player in reached and receipt.points:
                    reached[player] = max(reached[player], receipt.stamp)
                if player in changed:
                    scores[player] += receipt.points
        names = {one.id: one.nickname for one in self.players}
        order = sorted(scores, key=lambda player: (-scores[player], reached[player], player))
        placed = ranks([(player, scores[player]) for player in order])
        return [Placed(id=p, nickname=names[p], score=score, rank=rank) for p, (score, rank) in placed.items()]


def _enters(receipt: Receipt, standing: Receipt | None) -> bool:
    return standing is None or receipt.at < standing.at


def archive(games: Games, game: Game, generation: int) -> Archive:
    """The record of a game that has just ended. Raises StoreAway rather than tell what one instance alone knows."""
    exact = games.exact
    names = {seat.id: seat.nickname for seat in exact.roster(game)}
    return Archive(
        schema=game.schema,
        game=game,
        finished_at=games.now(),
        players=[
            Placed(id=player, nickname=names.get(player, ""), score=score, rank=rank)
            for player, (score, rank) in ranks(exact.scores(game)).items()
        ],
        answers={question.id: exact.receipts(game, index) for index, question in enumerate(game.questions)},
        generation=generation,
    )
