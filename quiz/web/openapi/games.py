"""Games, and what came of them."""

from __future__ import annotations

from typing import Annotated, TypedDict

from msgspec import Meta

from quiz.play.payloads import GameView, Milliseconds
from quiz.play.results import Comparison, GameResult, PlayerAnswers, QuestionAnswers
from quiz.reports import FORMATS
from quiz.reports.json_report import GameReport
from quiz.reports.rows import SHOWS
from quiz.web.api import NewGame
from quiz.web.openapi.operation import SAME, Operation
from quiz.web.results import MOST, PAGE, ResultPage


class GameSummary(GameView):
    """A game, and how many players it has."""

    quiz: Annotated[str, Meta(description="The quiz's slug")]
    players: int
    created_at: Milliseconds


class GameList(TypedDict):
    """The games that this host may run, the newest first."""

    games: list[GameSummary]


_REPORT = (
    (200, "The report", (GameReport, *(kind.content_type.partition(";")[0] for name, kind in FORMATS.items() if name != "json"))),
)
_REPORT_QUERY = (
    ("format", f"One of {', '.join(FORMATS)}; json unless said otherwise"),
    ("show", f"What stands in the cells of questions, {', '.join(SHOWS)}: points unless said otherwise; JSON has all of it"),
)

OPERATIONS: dict[str, dict[str, Operation]] = {
    "/api/v1/games": {
        "get": Operation("The games that this host may run", ((200, "The games", GameList),), (401, 503)),
        "post": Operation("Make a game", ((201, "The game", GameSummary),), (400, 401, 403, 404, 413, 429, 503), NewGame),
    },
    "/api/v1/games/{pin}": {"get": Operation("One game", ((200, "The game", GameSummary),), (401, 403, 404, 429, 503))},
    "/api/v1/games/{pin}/report": {
        "get": Operation(
            "What came of a game, a row for each player; of one that goes on, what can be told so far",
            _REPORT,
            (400, 401, 403, 404, 429, 503),
            query=_REPORT_QUERY,
        )
    },
    "/api/v1/results": {
        "get": Operation(
            "The finished games of this host, and those that are shared; for admins everybody's",
            ((200, "A page of them, the last first", ResultPage), SAME),
            (400, 401, 503),
            query=(
                ("quiz", "Only the games of this quiz (its slug)"),
                ("limit", f"How many, 1 to {MOST}; {PAGE} unless said otherwise"),
                ("before", "The `next` of the page before"),
            ),
        )
    },
    "/api/v1/results/{game}": {
        "get": Operation(
            "What came of a finished game, by its id: questions, players, the hardest questions",
            ((200, "The results", GameResult), SAME),
            (401, 403, 404, 503),
        ),
        "delete": Operation(
            "Delete the record of a finished game: all names and answers; for its host and admins",
            ((204, "It is gone", None),),
            (401, 403, 404, 503),
        ),
    },
    "/api/v1/results/{game}/report": {
        "get": Operation(
            "What came of a finished game, a row for each player", _REPORT, (400, 401, 403, 404, 503), query=_REPORT_QUERY
        )
    },
    "/api/v1/results/{game}/comparison": {
        "get": Operation(
            "The game beside other games of its quiz, the last first",
            ((200, "The games, and each question's part of right answers in them", Comparison), SAME),
            (401, 403, 404, 503),
        )
    },
    "/api/v1/results/{game}/questions/{index}": {
        "get": Operation(
            "Who answered a question and what; `index` counts from 0",
            ((200, "The question and its answers", QuestionAnswers), SAME),
            (401, 403, 404, 503),
        )
    },
    "/api/v1/results/{game}/players/{player}": {
        "get": Operation(
            "What a player answered", ((200, "The player and their answers", PlayerAnswers), SAME), (401, 403, 404, 503)
        ),
        "delete": Operation(
            "Remove a player from the record of a finished game, with name and answers; for its host and admins",
            ((204, "They are in it no more", None),),
            (401, 403, 404, 503),
        ),
    },
}
