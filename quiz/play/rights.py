"""Who may do what, all of it: every event of `/host` and every route of `/api/v1` goes by this page, and one that is missing
here is nobody's.

A player acts as the one player that connection or token is bound to. A host sees and runs their own games and quizzes and those
that are shared, which the command line made. Shared quizzes are changed by admins alone. An admin may do everything. So may who
can start the command line, since that means to have the machine.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from quiz.domain.errors import NotHost, QuizNotFound, Unauthorized
from quiz.domain.game import Game


class Right(Enum):
    """What somebody needs to be; admins are all of it."""

    ANYBODY = "whoever asks"
    PLAYER = "who has joined, for their own seat"
    HOST = "who has signed in, for what is their own or shared"
    RUNNER = "the game's host; any host where the game is shared"
    OWNER = "the game's host; where it is shared, an admin"
    AUTHOR = "the quiz's owner; of what is shared, admins"
    SELF = "the host whose account it is"
    ADMIN = "an admin"


PLAYER_EVENTS = {
    "join": Right.ANYBODY,
    "next_question": Right.PLAYER,
    "submit_answer": Right.PLAYER,
    "overview": Right.PLAYER,
    "review": Right.PLAYER,
    "state": Right.PLAYER,
    "leave": Right.PLAYER,
}

HOST_EVENTS = {
    "create_game": Right.HOST,
    "watch": Right.RUNNER,
    "start": Right.RUNNER,
    "close_question": Right.RUNNER,
    "skip": Right.RUNNER,
    "add_time": Right.RUNNER,
    "next": Right.RUNNER,
    "pause": Right.RUNNER,
    "resume": Right.RUNNER,
    "lock": Right.RUNNER,
    "kick": Right.RUNNER,
    "rename": Right.RUNNER,
    "extend": Right.RUNNER,
    "hide_names": Right.RUNNER,
    "end": Right.RUNNER,
}

ROUTES = {
    ("GET", "/api/v1/openapi.json"): Right.ANYBODY,
    ("GET", "/api/v1/quiz.schema.json"): Right.ANYBODY,
    ("POST", "/api/v1/session"): Right.ANYBODY,
    ("GET", "/api/v1/session"): Right.HOST,
    ("DELETE", "/api/v1/session"): Right.HOST,
    ("GET", "/api/v1/quizzes"): Right.HOST,
    ("POST", "/api/v1/quizzes"): Right.HOST,
    ("POST", "/api/v1/quizzes/check"): Right.HOST,
    ("POST", "/api/v1/quizzes/import"): Right.HOST,
    ("GET", "/api/v1/quizzes/<slug>"): Right.HOST,
    ("PUT", "/api/v1/quizzes/<slug>"): Right.AUTHOR,
    ("DELETE", "/api/v1/quizzes/<slug>"): Right.AUTHOR,
    ("POST", "/api/v1/quizzes/<slug>/restore"): Right.AUTHOR,
    ("POST", "/api/v1/quizzes/<slug>/duplicate"): Right.HOST,
    ("GET", "/api/v1/quizzes/<slug>/export"): Right.HOST,
    ("GET", "/api/v1/quizzes/<slug>/left-out"): Right.HOST,
    ("GET", "/api/v1/quizzes/<slug>/draft"): Right.AUTHOR,
    ("PUT", "/api/v1/quizzes/<slug>/draft"): Right.AUTHOR,
    ("DELETE", "/api/v1/quizzes/<slug>/draft"): Right.AUTHOR,
    ("POST", "/api/v1/quizzes/<slug>/editors"): Right.AUTHOR,
    ("DELETE", "/api/v1/quizzes/<slug>/editors/<editor>"): Right.AUTHOR,
    ("GET", "/api/v1/deleted-quizzes"): Right.HOST,
    ("GET", "/api/v1/drafts"): Right.HOST,
    ("GET", "/api/v1/tags"): Right.HOST,
    ("POST", "/api/v1/images"): Right.HOST,
    ("GET", "/api/v1/games"): Right.HOST,
    ("POST", "/api/v1/games"): Right.HOST,
    ("GET", "/api/v1/games/<pin>"): Right.RUNNER,
    ("GET", "/api/v1/games/<pin>/report"): Right.RUNNER,
    ("GET", "/api/v1/results"): Right.HOST,
    ("GET", "/api/v1/results/<game>"): Right.RUNNER,
    ("DELETE", "/api/v1/results/<game>"): Right.OWNER,
    ("GET", "/api/v1/results/<game>/report"): Right.RUNNER,
    ("GET", "/api/v1/results/<game>/comparison"): Right.RUNNER,
    ("GET", "/api/v1/results/<game>/questions/<index>"): Right.RUNNER,
    ("GET", "/api/v1/results/<game>/players/<player>"): Right.RUNNER,
    ("DELETE", "/api/v1/results/<game>/players/<player>"): Right.OWNER,
    ("GET", "/api/v1/hosts"): Right.ADMIN,
    ("POST", "/api/v1/hosts"): Right.ADMIN,
    ("PUT", "/api/v1/hosts/<name>/password"): Right.ADMIN,
    ("PATCH", "/api/v1/hosts/<name>"): Right.ADMIN,
    ("DELETE", "/api/v1/hosts/<name>"): Right.ADMIN,
    ("DELETE", "/api/v1/hosts/<name>/sessions"): Right.SELF,
}


class Person(msgspec.Struct, frozen=True):
    """A host who has signed in."""

    name: str
    admin: bool = False


def admit(right: Right, person: Person | None, name: str | None = None) -> None:
    """Raises Unauthorized or NotHost unless somebody is what is needed; `name` is the account that it is about.

    RUNNER and OWNER are asked of a game by `run` and `own`, AUTHOR of a quiz by `author`: here it is enough to be a host.
    """
    if right is Right.ANYBODY:
        return
    if person is None:
        raise Unauthorized("sign in first")
    if person.admin:
        return
    if right is Right.ADMIN or (right is Right.SELF and name != person.name):
        raise NotHost("only an admin may do this")


def runs(person: Person, game: Game) -> bool:
    """Whether somebody may see and run a game."""
    return game.host is None or game.host == person.name or person.admin


def holds(person: Person, game: Game) -> bool:
    """Whether somebody has a game without being told its PIN, which one of a shared game needs."""
    return game.host is not None and runs(person, game)


def run(person: Person, game: Game) -> Game:
    """The game; raises NotHost. That it exists is no secret: who has a PIN may try to join."""
    if not runs(person, game):
        raise NotHost
    return game


def own(person: Person, game: Game) -> Game:
    """The game, whose data somebody wants removed; raises NotHost."""
    if not (game.host == person.name or person.admin):
        raise NotHost("only the host of this game may do this, or an admin")
    return game


def finished(person: Person) -> list[str | None] | None:
    """Whose finished games somebody sees: a host's own and those that are shared; None for an admin, who sees all."""
    return None if person.admin else [person.name, None]


def shelf(person: Person, owner: str | None) -> str:
    """The host whose quizzes somebody may read, beside the shared ones: they themselves, or `owner`. Raises QuizNotFound, which
    does not tell whether there are any.
    """
    if owner not in (None, person.name) and not person.admin:
        raise QuizNotFound
    return owner or person.name


def shelves(person: Person, owner: str | None = None, shared: bool = False) -> tuple[str | None, ...]:
    """The owners of the quizzes that somebody has before them, those first whose slugs go before others'; raises QuizNotFound."""
    return (None,) if shared else (shelf(person, owner), None)


def author(person: Person, owner: str | None) -> None:
    """Raises NotHost or QuizNotFound unless somebody may change quizzes of this owner."""
    if owner is None and not person.admin:
        raise NotHost("only an admin may change what all hosts share; duplicate it to have one of your own")
    if owner not in (None, person.name) and not person.admin:
        raise QuizNotFound
