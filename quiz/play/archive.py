"""The record of a game that is over: what stays when the game itself is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from quiz.domain.game import Game, Mode
from quiz.play.holdings import Finished
from quiz.play.ports import Games, Receipt, Seat
from quiz.play.views import ranks


class Placed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A player, as the game ended for them; `team` is the number of theirs, where the game had any."""

    id: str
    nickname: str
    score: int
    rank: int
    team: int | None = None


class Archive(msgspec.Struct, frozen=True, kw_only=True):
    """All who played and were not kicked, in listing order, and every receipt, by question and player.

    `finished_at` is epoch milliseconds; `generation` that of the answers (see `leaderboard reset`). `removed`: how many players'
    data were removed from it; `deleted`: that all were, and it only says that there is nothing to be brought back. `skipped`
    are questions that gave nobody points: their receipts have none.
    """

    schema: int
    game: Game
    finished_at: int
    players: list[Placed]
    answers: dict[str, dict[str, Receipt]]
    generation: int = 1
    removed: int = 0
    deleted: bool = False
    skipped: tuple[str, ...] = ()

    def with_late(self, late: Iterable[tuple[str, int, Receipt]]) -> Archive | None:
        """With answers (player, index of the question, receipt) that were given in time and are brought only now; None if there
        is no news in them. Of two answers of a player to a question the earlier stands.
        """
        answers = {question: dict(given) for question, given in self.answers.items()}
        players = {placed.id for placed in self.players}
        changed = set()
        for player, index, receipt in late:
            question = self.game.questions[index].id
            given = answers.setdefault(question, {})
            receipt = _pointless(receipt) if question in self.skipped else receipt
            if player in players and _enters(receipt, given.get(player)):
                given[player] = receipt
                changed.add(player)
        if not changed:
            return None
        return msgspec.structs.replace(self, answers=answers, players=self._placed_anew(answers, changed))

    def without(self, player: str) -> Archive | None:
        """The record of the same game without a player, places anew; None if they are not in it."""
        left = [one for one in self.players if one.id != player]
        if len(left) == len(self.players):
            return None
        there = {one.id for one in left}
        answers = {
            question: {who: receipt for who, receipt in given.items() if who in there} for question, given in self.answers.items()
        }
        players = _placed([(one.id, one.score) for one in left], _seats(left))
        return msgspec.structs.replace(self, players=players, answers=answers, removed=self.removed + 1)

    def emptied(self) -> Archive:
        """What stays for a while of a record that was deleted: nobody, and nothing that anybody answered."""
        return msgspec.structs.replace(self, players=[], answers={}, deleted=True)

    def summary(self, kept_until: int = 0) -> Finished:
        """What lists show of it. `kept_until`: epoch milliseconds."""
        return msgspec.structs.replace(_summary(self.game, self.finished_at, len(self.players)), kept_until=kept_until)

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
        order = sorted(scores, key=lambda player: (-scores[player], reached[player], player))
        return _placed([(player, scores[player]) for player in order], _seats(self.players))


class _Folded(msgspec.Struct, frozen=True):
    """The part of a record that is large, not read yet."""

    answers: dict[str, msgspec.Raw] = {}


class _Rest(msgspec.Struct, frozen=True, kw_only=True):
    """The other parts, as `Archive` has them."""

    schema: int
    game: Game
    finished_at: int
    players: list[Placed]
    generation: int = 1
    removed: int = 0
    deleted: bool = False
    skipped: tuple[str, ...] = ()


_folded, _rest = msgspec.json.Decoder(_Folded).decode, msgspec.json.Decoder(_Rest).decode
_given = msgspec.json.Decoder(dict[str, Receipt]).decode


def unfolded(record: bytes, breathe: Callable[[], None]) -> Archive:
    """A stored record, read question by question; `breathe` is called after each. Raises msgspec's errors."""
    rest = _rest(record)
    breathe()
    raw = _folded(record).answers
    answers = {}
    for question, given in raw.items():
        breathe()
        answers[question] = _given(given)
    return Archive(answers=answers, **{name: getattr(rest, name) for name in _Rest.__struct_fields__})


class _Counted(msgspec.Struct, frozen=True):
    """Of a game what its summary is made of; of its questions how many there are."""

    id: str
    pin: str
    quiz: str
    title: str
    mode: Mode
    created_at: int
    questions: list[msgspec.Raw]
    host: str | None = None


class _Outline(msgspec.Struct, frozen=True):
    """What of a record tells that game apart."""

    game: _Counted
    finished_at: int
    players: list[msgspec.Raw]
    deleted: bool = False


_outline = msgspec.json.Decoder(_Outline).decode


def summarised(record: bytes | str) -> Finished | None:
    """What lists show of a stored record, without reading all of it; None if it was deleted. Raises msgspec's errors."""
    found = _outline(record)
    return None if found.deleted else _summary(found.game, found.finished_at, len(found.players))


def _summary(game: Game | _Counted, finished_at: int, players: int) -> Finished:
    return Finished(
        id=game.id,
        pin=game.pin,
        quiz=game.quiz,
        title=game.title,
        mode=game.mode,
        host=game.host,
        created_at=game.created_at,
        finished_at=finished_at,
        question_count=len(game.questions),
        players=players,
        kept_until=0,
    )


def _seats(players: Iterable[Placed | Seat]) -> dict[str, tuple[str, int | None]]:
    """Name and team of each."""
    return {one.id: (one.nickname, one.team) for one in players}


def _placed(scores: list[tuple[str, int]], seats: Mapping[str, tuple[str, int | None]]) -> list[Placed]:
    placed = []
    for player, (score, rank) in ranks(scores).items():
        nickname, team = seats.get(player, ("", None))
        placed.append(Placed(id=player, nickname=nickname, score=score, rank=rank, team=team))
    return placed


def _enters(receipt: Receipt, standing: Receipt | None) -> bool:
    return standing is None or receipt.at < standing.at


def _pointless(receipt: Receipt) -> Receipt:
    """The receipt of an answer whose question was skipped: no points, and the streak as it was before."""
    return msgspec.structs.replace(receipt, points=0, streak=receipt.streak - 1 if receipt.right else receipt.streak)


def archive(games: Games, game: Game, generation: int) -> Archive:
    """The record of a game that has just ended. Raises StoreAway rather than tell what one instance alone knows."""
    exact = games.exact
    seats = _seats(exact.players.roster(game))
    skipped = exact.phase(game)[0].skipped
    answers = {}
    for index, question in enumerate(game.questions):
        given = exact.answers.receipts(game, index)
        answers[question.id] = {player: _pointless(one) for player, one in given.items()} if index in skipped else given
    return Archive(
        schema=game.schema,
        game=game,
        finished_at=games.now(),
        players=_placed(exact.players.scores(game), seats),
        answers=answers,
        generation=generation,
        skipped=tuple(game.questions[index].id for index in skipped),
    )


def so_far(games: Games, game: Game) -> Archive:
    """What the record of a game that goes on would be if it had ended with the last question whose points are out.

    Raises StoreAway.
    """
    phase, _ = games.exact.phase(game)
    found = archive(games, game, games.answers.generation(game))
    if phase.state == "finished":
        return found
    there = {one.id for one in found.players}
    answers = {
        question.id: {player: receipt for player, receipt in found.answers[question.id].items() if player in there}
        for index, question in enumerate(game.questions)
        if not game.live or phase.over(index)
    }
    counted = msgspec.structs.replace(found, answers=answers)
    scores = dict.fromkeys(there, 0)
    for given in answers.values():
        for player, receipt in given.items():
            scores[player] += receipt.points
    if scores == {one.id: one.score for one in found.players}:
        return counted
    # Answers came in between the board and them.
    return msgspec.structs.replace(counted, players=counted._placed_anew(answers, there))
