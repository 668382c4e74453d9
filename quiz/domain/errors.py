"""Every error that a client can be told, in one place: its code, its default words, and whether trying again may help."""

# ruff: noqa: D101 - the words of an error are its documentation

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class QuizError(Exception):
    """An error with a code for programs, a sentence for people, and advice on retrying.

    `retry_after_ms` says when a retry may succeed, where that is known.
    """

    code: ClassVar[str]
    words: ClassVar[str]
    retryable: ClassVar[bool] = False
    #: What the HTTP interface tells beside that.
    more: Mapping[str, Any] = {}

    def __init__(self, message: str | None = None, *, retry_after_ms: int | None = None) -> None:
        super().__init__(message or self.words)
        self.message = message or self.words
        self.retry_after_ms = retry_after_ms

    def payload(self) -> dict[str, Any]:
        """The `error` object of an acknowledgement."""
        told: dict[str, Any] = {"code": self.code, "message": self.message, "retryable": self.retryable}
        if self.retry_after_ms is not None:
            told["retry_after_ms"] = self.retry_after_ms
        return told


class InvalidPayload(QuizError):
    code, words = "invalid_payload", "the payload is not valid"


class GameNotFound(QuizError):
    code, words = "game_not_found", "there is no game with this PIN"


class NicknameTaken(QuizError):
    code, words = "nickname_taken", "somebody in this game has this nickname already"


class NicknameInvalid(QuizError):
    code, words = "nickname_invalid", "a nickname has 1 to 20 characters, none of them a control character"


class GameLocked(QuizError):
    code, words = "game_locked", "the host lets nobody else in"


class GameFull(QuizError):
    code, words = "game_full", "the game has as many players as it may have"


class NotJoined(QuizError):
    code, words = "not_joined", "join a game first"


class NotHost(QuizError):
    code, words = "not_host", "only the host of this game may do this"


class QuestionNotOpen(QuizError):
    code, words = "question_not_open", "this question is not open"


class TooLate(QuizError):
    code, words = "too_late", "this question is closed"


class RateLimited(QuizError):
    code, words, retryable = "rate_limited", "too many messages; slow down", True


class Kicked(QuizError):
    code, words = "kicked", "the host removed this player from the game"


class Unauthorized(QuizError):
    code, words = "unauthorized", "sign in, or join with a token of this game"


class ServerBusy(QuizError):
    code, words, retryable = "server_busy", "the server can't do this right now; try again", True


class StoreAway(ServerBusy):
    """As ServerBusy; the store is out of reach, and what it knows has to be found elsewhere."""


class QuestionNotFound(QuizError):
    code, words = "question_not_found", "this game has no such question"


class UnknownEvent(QuizError):
    code, words = "unknown_event", "there is no such event"


class WrongState(QuizError):
    code, words = "wrong_state", "the game is not in a state in which this can be done"


class TeamUnknown(QuizError):
    """`teams` are those that there are; only who may take a seat gets to know them."""

    code, words = "team_unknown", "choose one of the teams of this game"

    def __init__(self, teams: Sequence[str] = ()) -> None:
        super().__init__()
        self.more = {"teams": list(teams)} if teams else {}

    def payload(self) -> dict[str, Any]:
        """With the teams."""
        return {**super().payload(), **self.more}


class QuizNotFound(QuizError):
    code, words = "quiz_not_found", "there is no quiz with this name"


class PlayerNotFound(QuizError):
    code, words = "player_not_found", "this game had no such player"


class InvalidQuiz(InvalidPayload):
    """`problems` says of each thing that is wrong where and why."""

    code, words = "invalid_quiz", "the quiz can't be used as it is; `problems` says why"

    def __init__(self, problems: Sequence[Mapping[str, str]]) -> None:
        super().__init__()
        self.more = {"problems": problems}


class VersionConflict(QuizError):
    """`version` is the newest; None if there is none any more."""

    code, words = "version_conflict", "this has been changed or removed meanwhile; get the newest version first"

    def __init__(self, version: int | None = None, updated_by: str = "") -> None:
        super().__init__()
        self.more = {"version": version, "updated_by": updated_by}


class VersionRequired(QuizError):
    code, words = "version_required", "say in If-Match which version this is made from"


class LimitReached(QuizError):
    code, words = "limit_reached", "there is no room for more"


class DraftNotFound(QuizError):
    code, words = "draft_not_found", "there is no draft of this quiz"


class ImageNotFound(QuizError):
    code, words = "image_not_found", "there is no such image"


class HostNotFound(QuizError):
    code, words = "host_not_found", "there is no host with this name"


class HostTaken(QuizError):
    code, words = "host_taken", "there is a host with this name already"


class PinTaken(QuizError):
    code, words = "pin_taken", "another game has this PIN"


class ContentError(ValueError):
    """A quiz or question that breaks a rule of content; its words name the rule and the place.

    `understood` is what could be made out of a question all the same, as contract §8 has it in JSON.
    """

    understood: Mapping[str, Any] = {}
