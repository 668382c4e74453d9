"""What hosts send (namespace `/host`)."""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Annotated, Any, Protocol

import msgspec
from flask_socketio import ConnectionRefusedError
from msgspec import Meta

from quiz.domain.errors import NotHost, NotJoined, QuizError, QuizNotFound, Unauthorized
from quiz.domain.game import Game, Mode, Options
from quiz.play.admission import Admission, Caller
from quiz.play.bucket import Bucket
from quiz.play.lobby import Lobby
from quiz.play.ports import Quizzes
from quiz.play.rounds import Rounds
from quiz.realtime.guard import Empty, Event, GuardedNamespace
from quiz.transport.addresses import counted

HOST_EVENTS = frozenset(
    ["create_game", "watch", "start", "close_question", "next", "pause", "resume", "lock", "kick", "rename", "end"]
)
#: The cookie that signing in sets.
SESSION_COOKIE = "quiz_session"


class HostTokens(Protocol):
    """Tells who signed in."""

    def host(self, token: str) -> str:
        """The host's name; raises Unauthorized."""


class CreateGame(msgspec.Struct, frozen=True):
    """`create_game`."""

    quiz: str
    mode: Mode = "live"
    options: Options = Options()


class Watch(msgspec.Struct, frozen=True):
    """`watch`."""

    pin: Annotated[str, Meta(pattern="^[0-9]{6}$")]


class Next(msgspec.Struct, frozen=True):
    """`next`; with `after`, a retry skips no question."""

    after: str | None = None


class Lock(msgspec.Struct, frozen=True):
    """`lock`."""

    locked: bool


class Kick(msgspec.Struct, frozen=True):
    """`kick`; the player's id."""

    player: str


class Rename(msgspec.Struct, frozen=True):
    """`rename`: the player's id, and what they are called from now on."""

    player: str
    nickname: str


class Hosts(GuardedNamespace):
    """The hosts' connections of this worker."""

    def __init__(
        self,
        lobby: Lobby,
        rounds: Rounds,
        quizzes: Quizzes,
        tokens: HostTokens,
        admission: Admission,
        new_bucket: Callable[[], Bucket],
    ) -> None:
        super().__init__("/host", new_bucket)
        self._lobby, self._rounds, self._quizzes, self._tokens = lobby, rounds, quizzes, tokens
        self._admission, self._callers = admission, dict[str, Caller]()
        self._names: dict[str, str] = {}
        self._watched: dict[str, Game] = {}
        self.events = {
            "create_game": Event(CreateGame, self._create_game),
            "watch": Event(Watch, self._watch),
            "start": Event(Empty, lambda sid, _: rounds.start(self._game(sid))),
            "close_question": Event(Empty, lambda sid, _: rounds.close_question(self._game(sid))),
            "next": Event(Next, lambda sid, wanted: rounds.next(self._game(sid), wanted.after)),
            "pause": Event(Empty, lambda sid, _: rounds.pause(self._game(sid))),
            "resume": Event(Empty, lambda sid, _: rounds.resume(self._game(sid))),
            "lock": Event(Lock, lambda sid, wanted: lobby.lock(self._game(sid), wanted.locked)),
            "kick": Event(Kick, lambda sid, wanted: lobby.kick(self._game(sid), wanted.player)),
            "rename": Event(Rename, self._rename),
            "end": Event(Empty, lambda sid, _: rounds.end(self._game(sid))),
        }

    def arrived(self, sid: str, environ: dict[str, Any], auth: Any) -> None:
        """Lets in who signed in, by the token in `auth` or the cookie."""
        token = auth.get("token") if isinstance(auth, dict) else None
        try:
            self._names[sid] = self._tokens.host(token if isinstance(token, str) else _cookie(environ))
        except QuizError as error:
            raise ConnectionRefusedError("unauthorized", error.payload()) from error
        self._callers[sid] = Caller(counted(environ.get("REMOTE_ADDR", "")))

    def about(self, sid: str) -> dict[str, str]:
        """The game that a host looks at, if it does."""
        game = self._watched.get(sid)
        return {"game": game.id, "pin": game.pin} if game else {}

    def left(self, sid: str) -> None:
        """A host's connection is gone; the game goes on."""
        self._names.pop(sid, None)
        self._callers.pop(sid, None)
        self._watched.pop(sid, None)

    def watched(self) -> list[Game]:
        """The games that hosts here look at."""
        return list(self._watched.values())

    def _game(self, sid: str) -> Game:
        game = self._watched.get(sid)
        if game is None:
            raise NotJoined("watch a game first")
        return game

    def _attend(self, sid: str, game: Game) -> None:
        before = self._watched.get(sid)
        if before:
            self.socketio.server.leave_room(sid, before.id, namespace="/host")
        self._watched[sid] = game
        self.socketio.server.enter_room(sid, game.id, namespace="/host")

    def _rename(self, sid: str, wanted: Rename) -> dict[str, Any]:
        renamed = self._lobby.rename(self._game(sid), wanted.player, wanted.nickname)
        return {"player": {"id": renamed.id, "nickname": renamed.nickname}}

    def _create_game(self, sid: str, wanted: CreateGame) -> dict[str, Any]:
        quiz = self._quizzes.get(wanted.quiz)
        if quiz is None:
            raise QuizNotFound
        game = self._lobby.create(quiz, wanted.mode, wanted.options, self._names[sid])
        self._admission.plays(game.pin, self._callers[sid])
        self._attend(sid, game)
        return {"pin": game.pin, "id": game.id}

    def _watch(self, sid: str, wanted: Watch) -> dict[str, Any]:
        name, caller = self._names[sid], self._callers[sid]
        game = self._admission.find(wanted.pin, caller, lambda game: game.host == name)
        if game.host is not None and game.host != name:
            raise NotHost
        self._admission.plays(game.pin, caller)
        self._attend(sid, game)
        return self._lobby.watch(game)


def _cookie(environ: dict[str, Any]) -> str:
    try:
        morsel = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(SESSION_COOKIE)
    except CookieError:
        morsel = None
    if morsel is None:
        raise Unauthorized("sign in first")
    return morsel.value
