"""The parts of the platform, wired together once for each process; web pages and commands are handed this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from config.settings import Settings
from quiz.domain.game import Game
from quiz.ops.health import Health
from quiz.play.accounts import Accounts
from quiz.play.admission import Admission
from quiz.play.announcer import Announcer
from quiz.play.answering import Answering
from quiz.play.audit import Audit
from quiz.play.authoring import Authoring
from quiz.play.catalogue import Catalogue
from quiz.play.holdings import Quizzes
from quiz.play.images import Images
from quiz.play.lobby import Lobby
from quiz.play.ports import Games, Leaderboard
from quiz.play.records import Records
from quiz.play.rounds import Rounds
from quiz.play.sessions import Sessions
from quiz.play.signing_in import SigningIn
from quiz.resilience.replay import Remains
from quiz.store.reconciler import Comparison
from quiz.store.tokens import Tokens


class Reconciler(Protocol):
    """Compares the store with records, and brings them together. Raises ServerBusy if the store can't be reached."""

    def over(self, game_id: str) -> bool:
        """Whether a game is finished and archived: it needs nothing of its journals any more."""

    def compare(self, game: Game, remains: Remains) -> Comparison:
        """What the store has of what journals hold of a game; changes nothing."""

    def bring(self, game: Game, remains: Remains, now: int) -> Comparison:
        """Brings the store what journals hold of a game; `counts` says what was done. May be repeated, in any order.

        A new epoch of the game's boards begins. Raises GameNotFound if the game goes away meanwhile.
        """

    def audit(self, game: Game) -> Audit:
        """Compares the board with the answers that count now; raises GameNotFound."""

    def mend(self, game: Game) -> None:
        """Makes the board what the answers say; raises GameNotFound."""


@dataclass(frozen=True)
class Platform:
    """What the outer layers work with. `aside(work, *args)` does what takes a processor a while, and `drawing`
    what is done to images.
    """

    settings: Settings
    games: Games
    leaderboard: Leaderboard
    quizzes: Quizzes
    catalogue: Catalogue
    authoring: Authoring
    aside: Callable[..., Any]
    images: Images
    drawing: Callable[..., Any]
    accounts: Accounts
    tokens: Tokens
    sessions: Sessions
    signing_in: SigningIn
    announcer: Announcer
    rounds: Rounds
    lobby: Lobby
    records: Records
    admission: Admission
    answering: Answering
    reconciler: Reconciler
    health: Health
