"""What came of a game, of each of its questions and players, counted from its record; and games of one quiz beside each other.

Pure. What takes long is done question by question, and `breathe` is called after each, so that others get their turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from quiz.domain.answer import distribution, is_right
from quiz.domain.errors import PlayerNotFound, QuestionNotFound
from quiz.domain.question import Choice, QuestionType
from quiz.domain.teams import TeamPlace, team_places
from quiz.domain.teams import totals as team_totals
from quiz.play.archive import Archive
from quiz.play.holdings import Finished
from quiz.play.ports import Receipt
from quiz.play.views import in_team

#: How many questions are named as the hardest.
HARDEST = 5

Breathe = Callable[[], None]


class PlayerResult(msgspec.Struct, frozen=True, kw_only=True):
    """How a player fared. `time_ms` is how long all their answers took together, `streak` the longest; `team` is its name."""

    id: str
    nickname: str
    rank: int
    score: int
    answered: int
    right: int
    time_ms: int
    streak: int
    team: str | None = None


class CountedAnswer(msgspec.Struct, frozen=True):
    """How many gave an answer, and whether it is right; None for a poll."""

    answer: Any
    count: int
    right: bool | None


class QuestionResult(msgspec.Struct, frozen=True, kw_only=True):
    """How a question was answered. `right` is None where nothing is (polls), `time_ms` the mean, None without answers.

    `distribution` is that of the reveal: the most frequent 20 of texts and numbers. `skipped`: the host has, and it gave nobody
    points.
    """

    id: str
    index: int
    type: QuestionType
    text: str
    choices: tuple[Choice, ...]
    correct: Any
    explanation: str | None
    answered: int
    right: int | None
    time_ms: int | None
    distribution: list[CountedAnswer]
    skipped: bool = False


class GameResult(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a game. `players` are in the order of the board, and so are `teams`, where the game had any; `hardest` are
    ids of questions, the hardest first.

    `removed` is how many players' data were removed: no number here counts them.
    """

    game: Finished
    removed: int
    questions: list[QuestionResult]
    players: list[PlayerResult]
    hardest: list[str]
    teams: tuple[TeamPlace, ...] = ()


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that was given. `streak` is that after it."""

    question: str
    player: str
    nickname: str
    answer: Any
    right: bool | None
    points: int
    elapsed_ms: int
    streak: int


class QuestionAnswers(msgspec.Struct, frozen=True, kw_only=True):
    """A question, and who answered what, in the order of the board."""

    question: QuestionResult
    answers: list[Given]


class PlayerAnswers(msgspec.Struct, frozen=True, kw_only=True):
    """A player, and what they answered, in the order of the questions."""

    player: PlayerResult
    answers: list[Given]


class ComparedGame(msgspec.Struct, frozen=True, kw_only=True):
    """A game beside others. `answered` and `right` are sums over all questions that can be right; `mean_score` is None without
    players.
    """

    game: Finished
    answered: int
    right: int
    mean_score: float | None


class Share(msgspec.Struct, frozen=True):
    """How many answered a question in a game, and how many of them right."""

    answered: int
    right: int


class ComparedQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question in several games, in their order; None where a game did not have it, in these words."""

    id: str
    text: str
    games: list[Share | None]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Games of one quiz, the newest first; of questions that can be right those that the first of the games has."""

    games: list[ComparedGame]
    questions: list[ComparedQuestion]


def game_result(record: Archive, summary: Finished, breathe: Breathe) -> GameResult:
    """What came of a game."""
    totals = {one.id: [0, 0, 0, 0] for one in record.players}
    questions = []
    for index, question in enumerate(record.game.questions):
        receipts = {player: one for player, one in record.answers.get(question.id, {}).items() if player in totals}
        questions.append(_question_result(record, index, receipts.values()))
        for player, one in receipts.items():
            sums = totals[player]
            sums[0] += 1
            sums[1] += one.right is True
            sums[2] += one.elapsed_ms
            sums[3] = max(sums[3], one.streak)
        breathe()
    players = [
        PlayerResult(
            id=one.id,
            nickname=one.nickname,
            rank=one.rank,
            score=one.score,
            **dict(zip(("answered", "right", "time_ms", "streak"), totals[one.id], strict=True)),
            team=in_team(record.game, one.team).get("team"),
        )
        for one in record.players
    ]
    names = record.game.options.teams
    teams = team_places(names, team_totals(len(names), ((one.team, one.score) for one in record.players)))
    return GameResult(
        game=summary,
        removed=record.removed,
        questions=questions,
        players=players,
        hardest=_hardest(questions),
        teams=teams,
    )


def _question_result(record: Archive, index: int, receipts: Iterable[Receipt]) -> QuestionResult:
    question, given = record.game.questions[index], list(receipts)
    return QuestionResult(
        id=question.id,
        index=index,
        type=question.type,
        text=question.text,
        choices=question.choices,
        correct=question.correct,
        explanation=question.explanation,
        answered=len(given),
        right=None if question.type == "poll" else sum(one.right is True for one in given),
        time_ms=round(sum(one.elapsed_ms for one in given) / len(given)) if given else None,
        distribution=[
            CountedAnswer(one["answer"], one["count"], is_right(question, one["answer"]))
            for one in distribution(question, (one.answer for one in given))
        ],
        skipped=question.id in record.skipped,
    )


def _hardest(questions: Iterable[QuestionResult]) -> list[str]:
    """Those that somebody answered wrongly, by how many of those who answered were right; of equal ones those more were wrong at,
    and then those that took longer.
    """
    found = []
    for one in questions:
        wrong = one.answered - one.right if one.right is not None else 0
        if wrong and not one.skipped:
            found.append(((one.right or 0) / one.answered, -wrong, -(one.time_ms or 0), one.index, one.id))
    return [place[-1] for place in sorted(found)[:HARDEST]]


def question_answers(record: Archive, index: int) -> QuestionAnswers:
    """Who answered a question and what; raises QuestionNotFound."""
    if not 0 <= index < len(record.game.questions):
        raise QuestionNotFound
    question = record.game.questions[index]
    receipts = record.answers.get(question.id, {})
    there = [(one, receipts[one.id]) for one in record.players if one.id in receipts]
    told = _question_result(record, index, (receipt for _, receipt in there))
    answers = [_given(question.id, player.id, player.nickname, receipt) for player, receipt in there]
    return QuestionAnswers(question=told, answers=answers)


def player_answers(record: Archive, result: GameResult, player: str) -> PlayerAnswers:
    """What a player answered; raises PlayerNotFound."""
    found = next((one for one in result.players if one.id == player), None)
    if found is None:
        raise PlayerNotFound
    answers = [
        _given(question.id, player, found.nickname, receipt)
        for question in record.game.questions
        if (receipt := record.answers.get(question.id, {}).get(player)) is not None
    ]
    return PlayerAnswers(player=found, answers=answers)


def _given(question: str, player: str, nickname: str, receipt: Receipt) -> Given:
    return Given(
        question=question,
        player=player,
        nickname=nickname,
        answer=receipt.answer,
        right=receipt.right,
        points=receipt.points,
        elapsed_ms=receipt.elapsed_ms,
        streak=receipt.streak,
    )


def comparison(games: Sequence[GameResult]) -> Comparison:
    """Games of one quiz beside each other, in the order in which they come."""
    compared = []
    for one in games:
        counted = [question for question in one.questions if question.right is not None]
        scores = [player.score for player in one.players]
        compared.append(
            ComparedGame(
                game=one.game,
                answered=sum(question.answered for question in counted),
                right=sum(question.right or 0 for question in counted),
                mean_score=round(sum(scores) / len(scores), 1) if scores else None,
            )
        )
    return Comparison(games=compared, questions=list(_compared_questions(games)))


def _compared_questions(games: Sequence[GameResult]) -> Iterator[ComparedQuestion]:
    held = [{(q.id, q.text): Share(q.answered, q.right) for q in one.questions if q.right is not None} for one in games]
    for question in games[0].questions if games else ():
        if question.right is not None:
            shares = [one.get((question.id, question.text)) for one in held]
            yield ComparedQuestion(id=question.id, text=question.text, games=shares)
