"""A report as JSON: everything of it, whatever is asked to be shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from quiz.domain.question import QuestionType
from quiz.domain.teams import TeamPlace
from quiz.play.holdings import Finished
from quiz.play.results import PlayerResult
from quiz.reports.rows import Report, Show


class ReportedAnswer(msgspec.Struct, frozen=True):
    """How a player answered a question."""

    answer: Any
    right: bool | None
    points: int
    elapsed_ms: int
    streak: int


class ReportedPlayer(PlayerResult, frozen=True, kw_only=True):
    """A row. `questions` has something for each question, null where there was no answer."""

    questions: dict[str, ReportedAnswer | None]


class ReportedQuestion(msgspec.Struct, frozen=True):
    """A column."""

    id: str
    type: QuestionType
    text: str
    correct: Any


class GameReport(msgspec.Struct, frozen=True):
    """What came of a game, whole."""

    game: Finished
    questions: list[ReportedQuestion]
    players: list[ReportedPlayer]
    teams: tuple[TeamPlace, ...]


_encode = msgspec.json.encode


def write(report: Report, show: Show, breathe: Callable[[], None]) -> bytes:
    """The file: a `GameReport`, made player by player."""
    questions = report.record.game.questions
    told = [ReportedQuestion(one.id, one.type, one.text, one.correct) for one in questions]
    given = [(one.id, report.record.answers.get(one.id, {})) for one in questions]
    rows = []
    for player in report.result.players:
        answers = {question: _answer(receipts.get(player.id)) for question, receipts in given}
        rows.append(_encode(ReportedPlayer(**{f: getattr(player, f) for f in player.__struct_fields__}, questions=answers)))
        breathe()
    parts = b'{"game":', _encode(report.result.game), b',"questions":', _encode(told), b',"players":[', b",".join(rows)
    return b"".join((*parts, b'],"teams":', _encode(report.result.teams), b"}"))


def _answer(receipt: Any) -> ReportedAnswer | None:
    if receipt is None:
        return None
    return ReportedAnswer(receipt.answer, receipt.right, receipt.points, receipt.elapsed_ms, receipt.streak)
