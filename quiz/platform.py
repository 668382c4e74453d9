"""The parts of the platform, wired together once for each process; web pages and commands are handed this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from config.settings import Settings
from quiz.play.accounts import Accounts
from quiz.play.answering import Answering
from quiz.play.lobby import Lobby
from quiz.play.ports import Announcer, Games, Leaderboard, Quizzes
from quiz.play.rounds import Rounds
from quiz.store.tokens import Tokens


@dataclass(frozen=True)
class Platform:
    """What the outer layers work with."""

    settings: Settings
    games: Games
    leaderboard: Leaderboard
    quizzes: Quizzes
    accounts: Accounts
    tokens: Tokens
    announcer: Announcer
    rounds: Rounds
    lobby: Lobby
    answering: Answering
    health: Callable[[], dict[str, dict[str, Any]]] = dict
