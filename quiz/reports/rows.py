"""The rows of reports: who stands where, and a cell for each question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple, get_args

from quiz.domain.question import Question
from quiz.play.archive import Archive
from quiz.play.ports import Receipt
from quiz.play.results import GameResult
from quiz.play.views import in_team

#: What stands in the cells of questions: points, answers in words, seconds, or whether they were right.
Show = Literal["points", "answers", "times", "right"]
SHOWS: tuple[str, ...] = get_args(Show)
#: What a question is called that has several right choices, or an order.
_AND, _THEN, _OR = ", ", " → ", " / "


class Report(NamedTuple):
    """A record and what was counted from it."""

    record: Archive
    result: GameResult


def header(report: Report) -> list[str]:
    """The names of the columns."""
    team = ["team"] if report.result.teams else []
    return ["rank", "nickname", "score", *team, *(f"{one.id}: {one.text}" for one in report.record.game.questions)]


def rows(report: Report, show: Show) -> Iterator[list[Any]]:
    """A row for each player, in the order of the board; None where they did not answer."""
    cell, questions = _CELLS[show], report.record.game.questions
    given = [(question, report.record.answers.get(question.id, {})) for question in questions]
    teams = report.record.game.options.teams
    for one in report.record.players:
        cells = [cell(question, receipts[one.id]) if one.id in receipts else None for question, receipts in given]
        team = [in_team(report.record.game, one.team).get("team")] if teams else []
        yield [one.rank, one.nickname, one.score, *team, *cells]


def in_words(question: Question, answer: Any) -> str | int | float:
    """An answer, or what is right, as people read it; numbers stay numbers."""
    texts = {choice.id: choice.text for choice in question.choices}
    match question.type:
        case "single" | "poll":
            return "" if answer is None else texts.get(answer, str(answer))
        case "multiple":
            return _AND.join(texts.get(one, str(one)) for one in answer)
        case "order":
            return _THEN.join(texts.get(one, str(one)) for one in answer)
        case "true_false":
            return "true" if answer else "false"
        case "number":
            number: int | float = answer
            return number
        case _:
            return answer if isinstance(answer, str) else _OR.join(answer)


_CELLS: dict[str, Callable[[Question, Receipt], Any]] = {
    "points": lambda _, receipt: receipt.points,
    "answers": lambda question, receipt: in_words(question, receipt.answer),
    "times": lambda _, receipt: round(receipt.elapsed_ms / 1000, 3),
    "right": lambda _, receipt: receipt.right,
}
