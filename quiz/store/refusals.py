"""What scripts answer when they refuse, as errors."""

from __future__ import annotations

from quiz.domain.errors import (
    GameFull,
    GameLocked,
    GameNotFound,
    Kicked,
    NicknameTaken,
    NotJoined,
    QuestionNotOpen,
    QuizError,
    TooLate,
    WrongState,
)

_REFUSALS: dict[str, QuizError] = {
    "gone": GameNotFound(),
    "kicked": Kicked(),
    "not_joined": NotJoined(),
    "question_not_open": QuestionNotOpen(),
    "too_late": TooLate(),
    "nickname_taken": NicknameTaken(),
    "game_locked": GameLocked(),
    "late": GameLocked("the game has begun, and its host lets nobody in late"),
    "game_full": GameFull(),
    "finished": WrongState("the game is over"),
}


def refused(status: str) -> QuizError:
    """A new error for a script's status."""
    known = _REFUSALS[status]
    return type(known)(known.message)
