"""The shapes of what `views` and their like build as plain dicts, for documentation and checks: nothing here runs in a game."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypedDict

from msgspec import Meta

from quiz.domain.game import Mode, Options, State, TeamChoice
from quiz.domain.question import QuestionType

Pin = Annotated[str, Meta(pattern="^[0-9]{6}$")]
Milliseconds = Annotated[int, Meta(description="Epoch milliseconds of the server's clock")]
QuestionId = Annotated[str, Meta(description="A question's id")]
Rank = Annotated[int | None, Meta(description="null where the game shows players no leaderboard")]
PlayerId = Annotated[str, Meta(description="A player's id")]
Correct = Annotated[bool | None, Meta(description="null where nothing is right or wrong: polls")]
FinishedAt = Annotated[int, Meta(description="When the game ended, epoch milliseconds; there when it has")]
Number = Annotated[int, Meta(description="In which place they came, from 1; stands for the name on a screen that hides names")]
ExtraTime = Annotated[float, Meta(description="So many times as much time as the others")]
#: An id, a list of ids or of spellings, true or false, a number, or nothing.
Answer = Annotated[
    bool | int | float | str | list[int | str] | None,
    Meta(
        description="By the question's type: a choice's id, a list of ids, true or false, a text (or all its spellings), a number"
    ),
]


class Person(TypedDict):
    """A player by id and nickname, and team where the game has any."""

    id: str
    nickname: str
    team: NotRequired[str]


class Arrival(Person):
    """A player who came."""

    number: NotRequired[Number]


class RosterEntry(Arrival):
    """A player of a game, and whether they are connected somewhere."""

    connected: bool
    extra_time: NotRequired[ExtraTime]


class ChoiceView(TypedDict):
    """A choice; answers name it by `id`."""

    id: int
    text: str
    image: NotRequired[str]


class QuestionView(TypedDict):
    """A question as it is asked; what is right is not in it. `closes_at` is null where no time limit counts.

    In games whose option `show_on_phones` is false, players get it with an empty `text` and without `image`. A player who has
    more time is told the limit and the end that are theirs. Sent again when the host adds time.
    """

    id: str
    index: Annotated[int, Meta(ge=0)]
    total: int
    type: QuestionType
    text: str
    choices: NotRequired[list[ChoiceView]]
    image: NotRequired[str]
    image_alt: NotRequired[Annotated[str, Meta(description="What the image shows, for who can't see it")]]
    time_limit_ms: int
    opened_at: Milliseconds
    closes_at: Milliseconds | None
    now: Milliseconds


class BoardPlace(TypedDict):
    """One line of a board; equal points share a rank."""

    rank: int
    player: PlayerId
    nickname: str
    score: int


class LeaderboardView(TypedDict):
    """The top of a board; `players` is the number of all. Drop what is older by (`epoch`, `version`).

    `provisional`: Redis is away, and this is one instance's view.
    """

    pin: Pin
    epoch: int
    version: int
    players: int
    top: list[BoardPlace]
    provisional: NotRequired[Literal[True]]


class TeamPlace(TypedDict):
    """One line of a team board; equal scores share a rank, and teams without players come last."""

    rank: int
    team: str
    score: Annotated[float | None, Meta(description="The average of its players' points, one decimal; null without any")]
    players: int


class TeamBoardView(TypedDict):
    """All teams of a game. (`epoch`, `version`) as in `leaderboard`: drop what is older."""

    pin: Pin
    epoch: int
    version: int
    teams: list[TeamPlace]
    provisional: NotRequired[Literal[True]]


class GameState(TypedDict):
    """A game has moved on, or was locked or unlocked; or its host's screen hides nicknames, or shows them again."""

    pin: Pin
    state: State
    version: int
    locked: bool
    names_hidden: bool
    finished_at: NotRequired[FinishedAt]


class GameView(TypedDict):
    """What a game is, and where it stands."""

    pin: Pin
    id: str
    title: str
    language: NotRequired[Annotated[str, Meta(description="Of the quiz, as its author said: a tag of BCP 47, such as `de`")]]
    mode: Mode
    state: State
    version: int
    question_count: int
    names_hidden: bool
    index: NotRequired[
        Annotated[int, Meta(description="Live, from the start on: the place of the question that it is at, from 0")]
    ]
    teams: NotRequired[Annotated[list[str], Meta(description="Only of a game with teams")]]
    team_choice: NotRequired[TeamChoice]
    closes_at: NotRequired[Annotated[int, Meta(description="Self-paced: when the game ends by itself, epoch milliseconds")]]
    finished_at: NotRequired[FinishedAt]
    leaderboard: NotRequired[Annotated[Literal[False], Meta(description="Players are shown neither boards nor ranks")]]


class WatchedGame(GameView):
    """A game as its host sees it, with the scoring that is in force."""

    locked: bool
    options: Options


class You(TypedDict):
    """How the player stands; `answered` are questions."""

    score: int
    rank: Rank
    answered: list[QuestionId]
    extra_time: NotRequired[ExtraTime]


class AnswerCount(TypedDict):
    """How many gave an answer."""

    answer: Answer
    count: int


class RevealView(TypedDict):
    """What was right, and how all answered. `skipped`: the host has, and it gives nobody points."""

    question: QuestionId
    correct: Answer
    distribution: list[AnswerCount]
    explanation: NotRequired[str]
    skipped: NotRequired[Literal[True]]


class Ahead(TypedDict):
    """Somebody who has more points than the player, and nobody lies between."""

    nickname: str
    score: int


class ResultView(TypedDict):
    """How one player fared; `elapsed_ms` is null for one who did not answer. `ahead` is absent for who is first.

    `skipped`: the host has skipped the question, so that nobody gets points for it.
    """

    question: QuestionId
    correct: Correct
    points: int
    score: int
    rank: Rank
    streak: int
    elapsed_ms: int | None
    ahead: NotRequired[Ahead]
    skipped: NotRequired[Literal[True]]


class OverviewLine(TypedDict):
    """A question in a list: whether the player has answered it, or can't any more; and if so, how they fared."""

    question: QuestionId
    answered: bool
    over: bool
    correct: NotRequired[Correct]
    points: NotRequired[int]


class ReviewedResult(TypedDict):
    """How the player fared in a question that is over; `answer` is absent if they gave none."""

    correct: Correct
    points: int
    right_answer: Answer
    answer: NotRequired[Answer]
    explanation: NotRequired[str]


class Progress(TypedDict):
    """How many have answered the open question, of the players who are connected or have answered.

    With `auto_close` the question closes when the two are equal. In an outage `players` are all who have a seat.
    """

    question: QuestionId
    answered: int
    players: int


class Roster(TypedDict):
    """How many players are connected, and who came and went since the last one."""

    count: int
    joined: list[Arrival]
    left: list[Person]
