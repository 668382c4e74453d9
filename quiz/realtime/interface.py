"""The shapes of all that Socket.IO carries, for documentation and checks: nothing here runs when an event does.

What clients send is read by the structures in `players` and `hosts`; acknowledgements and the server's events are built as plain
dicts and must be as they are here and in `play.payloads`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple, NotRequired, TypedDict

from msgspec import Meta

from quiz.play.payloads import (
    Answer,
    Correct,
    ExtraTime,
    GameState,
    GameView,
    LeaderboardView,
    Milliseconds,
    OverviewLine,
    Person,
    Pin,
    Progress,
    QuestionView,
    Rank,
    ResultView,
    RevealView,
    ReviewedResult,
    Roster,
    RosterEntry,
    TeamBoardView,
    WatchedGame,
    You,
)
from quiz.realtime.guard import Empty
from quiz.realtime.hosts import AddTime, CreateGame, Extend, HideNames, Kick, Lock, Next, Rename, Skip, Watch
from quiz.realtime.players import Join, NextQuestion, Review, SubmitAnswer

NoticeCode = Literal["degraded", "recovered", "draining", "rate_limited", "unauthorized"]


class Kicked(TypedDict):
    """The host removed this player; the connection ends."""

    reason: str


class RenamedPlayer(TypedDict):
    """A player's id, and what the host has them called from now on."""

    player: str
    nickname: str


class Extended(TypedDict):
    """How many times as much time as the others this player has from now on."""

    factor: ExtraTime


class ExtendedPlayer(Extended):
    """A player's id, and how many times as much time as the others they have from now on."""

    player: str


class Notice(TypedDict):
    """Something about the server: scores are kept locally, or complete again; reconnect now; this connection is cut off;
    the host has signed out, or was."""

    code: NoticeCode
    message: str


class Nothing(TypedDict):
    """An empty object."""


class Done(TypedDict):
    """It is done, and there is nothing more to tell."""

    ok: Literal[True]


class Joined(Done):
    """Everything that a player's client shows. In a live game with the open question, or the result of the one revealed."""

    player: Person
    token: Annotated[str, Meta(description="Lets the player come back: `join` with pin and token")]
    game: GameView
    you: You
    leaderboard: LeaderboardView
    team_board: NotRequired[TeamBoardView]
    question: NotRequired[QuestionView]
    result: NotRequired[ResultView]


class Asked(Done):
    """The player's next question."""

    question: QuestionView


class Finished(Done):
    """The player has had all questions."""

    finished: Literal[True]


class AnswerTaken(Done):
    """Live: the answer is kept; what it scored waits for the reveal. `provisional`: Redis is away, the answer is in a journal."""

    accepted: Literal[True]
    duplicate: bool
    provisional: NotRequired[Literal[True]]
    submission: NotRequired[str]


class AnswerScored(Done):
    """Self-paced: how the answer fared, and what is right. `provisional`: Redis is away, they are this worker's view."""

    correct: Correct
    points: int
    score: int
    rank: Rank
    streak: int
    duplicate: bool
    right_answer: Answer
    explanation: NotRequired[str]
    provisional: NotRequired[Literal[True]]
    submission: NotRequired[str]


class Overview(Done):
    """The questions of a self-paced game in their order; of a live one those that are over."""

    questions: list[OverviewLine]


class Reviewed(Done):
    """A question that is over for the player, and how they fared."""

    question: QuestionView
    result: ReviewedResult


class Created(Done):
    """The game that was made; this connection watches it."""

    pin: Pin
    id: str


class Renaming(Done):
    """The player as they are called now."""

    player: Person


class TimeAdded(Done):
    """When the question closes now."""

    closes_at: Milliseconds


class Watching(Done):
    """Everything that a host's screen shows."""

    now: Milliseconds
    game: WatchedGame
    players: list[RosterEntry]
    leaderboard: LeaderboardView
    team_board: NotRequired[TeamBoardView]
    question: NotRequired[QuestionView]
    progress: NotRequired[Progress]
    reveal: NotRequired[RevealView]


class Problem(TypedDict):
    """What went wrong: for programs, for people, whether trying again may help, and when."""

    code: str
    message: str
    retryable: bool
    retry_after_ms: NotRequired[int]
    teams: NotRequired[Annotated[list[str], Meta(description="With `team_unknown`: those that there are")]]


class Refused(TypedDict):
    """The event changed nothing."""

    ok: Literal[False]
    error: Problem


class Asking(NamedTuple):
    """An event that a client sends: its payload, and the acknowledgements that say it was done."""

    about: str
    payload: Any
    done: tuple[Any, ...] = (Done,)


class Telling(NamedTuple):
    """An event that the server sends."""

    about: str
    payload: Any


#: Namespace → event → what clients send.
ASKED: dict[str, dict[str, Asking]] = {
    "/": {
        "join": Asking("Takes a seat under a nickname, or the old one by its token", Join, (Joined,)),
        "next_question": Asking(
            "Self-paced: asks for the first question that is left, the first behind another, or for one",
            NextQuestion,
            (Asked, Finished),
        ),
        "submit_answer": Asking(
            "Answers a question; the first answer counts, a repeat gets its result", SubmitAnswer, (AnswerTaken, AnswerScored)
        ),
        "overview": Asking("Lists the questions, and how the player fared in them", Empty, (Overview,)),
        "review": Asking("Shows a question that is over for the player again, with what was right", Review, (Reviewed,)),
        "state": Asking("Asks for everything anew", Empty, (Joined,)),
        "leave": Asking("Leaves the game; seat, name and score stay", Empty),
    },
    "/host": {
        "create_game": Asking("Makes a game of a quiz, and watches it", CreateGame, (Created,)),
        "watch": Asking("Watches a game, from then on the one that this connection's events are for", Watch, (Watching,)),
        "start": Asking("Live: opens the first question", Empty),
        "close_question": Asking("Live: closes the open question and reveals it", Empty),
        "skip": Asking("Live: reveals the open question without points for anybody", Skip),
        "add_time": Asking("Live: everybody has more time for the open question", AddTime, (TimeAdded,)),
        "next": Asking("Live: goes on, to the leaderboard, the next question or the end", Next),
        "pause": Asking("Live: stops the clock", Empty),
        "resume": Asking("Live: goes on with the time that was left", Empty),
        "lock": Asking("Keeps new players out, or lets them in again", Lock),
        "kick": Asking("Takes a player out for good", Kick),
        "rename": Asking("Gives a player another nickname; what they were called stays taken", Rename, (Renaming,)),
        "extend": Asking("Gives a player more time for every question than the others have, or as much again", Extend),
        "hide_names": Asking("Keeps nicknames off the host's screen, or shows them again; players see them", HideNames),
        "end": Asking("Ends the game", Empty),
    },
}
_BOTH = {
    "leaderboard": Telling("A score has changed; at most one for each game in a window", LeaderboardView),
    "team_board": Telling("In a game with teams, after `leaderboard`; of a large game not as often", TeamBoardView),
    "game": Telling("The game has moved on", GameState),
    "question": Telling("Live: a question opens at `opened_at`, or is open", QuestionView),
    "reveal": Telling("Live: a question is over", RevealView),
    "notice": Telling("About the server or this connection", Notice),
}
#: Namespace → event → what the server sends.
TOLD: dict[str, dict[str, Telling]] = {
    "/": {
        **_BOTH,
        "result": Telling("Live: how this player fared, after each reveal", ResultView),
        "kicked": Telling("The host removed this player", Kicked),
        "renamed": Telling("The host gave this player another nickname", RenamedPlayer),
        "extended": Telling("The host has given this player more time, or as much as the others", Extended),
        "sync": Telling("Acknowledge it at once: it measures the round trip, where the game makes up for that", Nothing),
    },
    "/host": {
        **_BOTH,
        "progress": Telling("Live: somebody has answered; at most one in a window", Progress),
        "renamed": Telling("A player is called something else now", RenamedPlayer),
        "extended": Telling("A player has more time now, or as much as the others", ExtendedPlayer),
        "roster": Telling("Somebody came or went; at most one in a window", Roster),
    },
}
