"""What hosts send (namespace `/host`)."""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from flask_socketio import ConnectionRefusedError
from msgspec import Meta

from quiz.domain.errors import NotJoined, QuizError, Unauthorized
from quiz.domain.game import Game, Mode, Options
from quiz.play import rights
from quiz.play.admission import Admission, Caller
from quiz.play.bucket import Bucket
from quiz.play.holdings import Quizzes
from quiz.play.library import readable
from quiz.play.lobby import Lobby
from quiz.play.rights import Person
from quiz.play.rounds import Rounds
from quiz.play.sessions import Session, Sessions
from quiz.realtime.guard import Empty, Event, GuardedNamespace
from quiz.transport.addresses import counted

#: The cookie that signing in sets.
SESSION_COOKIE = "quiz_session"
SIGNED_OUT = {"code": "unauthorized", "message": "you are signed out; this connection is closed"}


class Visit(NamedTuple):
    """Whose a connection is, since when, and from where."""

    person: Person
    session: Session
    caller: Caller


class CreateGame(msgspec.Struct, frozen=True):
    """`create_game`."""

    quiz: str
    mode: Mode = "live"
    options: Options = Options()


class Watch(msgspec.Struct, frozen=True):
    """`watch`."""

    pin: Annotated[str, Meta(pattern="^[0-9]{6}$", max_length=6)]


class Next(msgspec.Struct, frozen=True):
    """`next`; with `after`, a retry skips no question, and with `state` too, where the game stood, no leaderboard either."""

    after: str | None = None
    state: Literal["reveal", "leaderboard"] | None = None


class Skip(msgspec.Struct, frozen=True):
    """`skip`; with `question`, a retry skips no other."""

    question: str | None = None


class AddTime(msgspec.Struct, frozen=True):
    """`add_time`; with `question`, the one that it is for, and `closes_at`, when that is to close then, a retry adds nothing."""

    seconds: Annotated[int, Meta(ge=1, le=600)]
    question: str | None = None
    closes_at: int | None = None


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


class Extend(msgspec.Struct, frozen=True):
    """`extend`: the player's id, and how many times as much time as the others they have: 1, 1.25, 1.5 or 2."""

    player: str
    factor: float


class HideNames(msgspec.Struct, frozen=True):
    """`hide_names`."""

    hidden: bool


class Hosts(GuardedNamespace):
    """The hosts' connections of this worker."""

    def __init__(
        self,
        lobby: Lobby,
        rounds: Rounds,
        quizzes: Quizzes,
        sessions: Sessions,
        admission: Admission,
        new_bucket: Callable[[], Bucket],
    ) -> None:
        super().__init__("/host", new_bucket)
        self._lobby, self._quizzes, self._sessions, self._admission = lobby, quizzes, sessions, admission
        self._rounds = rounds
        self._visits: dict[str, Visit] = {}
        self._watched: dict[str, Game] = {}
        events = {
            "create_game": Event(CreateGame, self._create_game),
            "watch": Event(Watch, self._watch),
            "start": Event(Empty, lambda sid, _: rounds.start(self._game(sid))),
            "close_question": Event(Empty, lambda sid, _: rounds.close_question(self._game(sid))),
            "next": Event(Next, lambda sid, wanted: rounds.next(self._game(sid), wanted.after, wanted.state)),
            "skip": Event(Skip, lambda sid, wanted: rounds.skip(self._game(sid), wanted.question)),
            "add_time": Event(AddTime, self._add_time),
            "pause": Event(Empty, lambda sid, _: rounds.pause(self._game(sid))),
            "resume": Event(Empty, lambda sid, _: rounds.resume(self._game(sid))),
            "lock": Event(Lock, lambda sid, wanted: lobby.lock(self._game(sid), wanted.locked)),
            "kick": Event(Kick, lambda sid, wanted: lobby.kick(self._game(sid), wanted.player)),
            "rename": Event(Rename, self._rename),
            "extend": Event(Extend, lambda sid, wanted: lobby.extend(self._game(sid), wanted.player, wanted.factor)),
            "hide_names": Event(HideNames, lambda sid, wanted: lobby.hide_names(self._game(sid), wanted.hidden)),
            "end": Event(Empty, lambda sid, _: rounds.end(self._game(sid))),
        }
        self.events = {name: event._replace(handle=self._allowed(name, event)) for name, event in events.items()}

    def _allowed(self, name: str, event: Event) -> Callable[[str, Any], dict[str, Any] | None]:
        """The event's handler, for who may (`rights`) while their session lasts."""
        right = rights.HOST_EVENTS[name]

        def handle(sid: str, wanted: Any) -> dict[str, Any] | None:
            visit = self._visits.get(sid)
            try:
                if visit:
                    self._sessions.still(visit.session)
                rights.admit(right, visit.person if visit else None)
            except Unauthorized:
                self.cut(sid, "notice", SIGNED_OUT)
                raise
            return event.handle(sid, wanted)

        return handle

    def arrived(self, sid: str, environ: dict[str, Any], auth: Any) -> None:
        """Lets in who signed in, by the token in `auth` or the cookie."""
        token = auth.get("token") if isinstance(auth, dict) else None
        try:
            person, session = self._sessions.person(token if isinstance(token, str) else _cookie(environ))
        except QuizError as error:
            raise ConnectionRefusedError(error.code, error.payload()) from error
        server = self.socketio.server
        if server.manager.eio_sid_from_sid(sid, "/host") not in server.eio.sockets:
            raise ConnectionRefusedError("gone")  # while Redis was asked; nobody would say so again
        self._visits[sid] = Visit(person, session, Caller(counted(environ.get("REMOTE_ADDR", ""))))

    def sign_out(self) -> None:
        """Ends the connections of sessions that are over."""
        for sid, visit in list(self._visits.items()):
            try:
                self._sessions.still(visit.session)
            except Unauthorized:
                self.cut(sid, "notice", SIGNED_OUT)

    def about(self, sid: str) -> dict[str, str]:
        """The game that a host looks at, if it does."""
        game = self._watched.get(sid)
        return {"game": game.id, "pin": game.pin} if game else {}

    def left(self, sid: str) -> None:
        """A host's connection is gone; the game goes on."""
        self._visits.pop(sid, None)
        self._watched.pop(sid, None)

    def watched(self) -> list[Game]:
        """The games that hosts here look at."""
        return list(self._watched.values())

    def _game(self, sid: str) -> Game:
        game = self._watched.get(sid)
        if game is None:
            raise NotJoined("watch a game first")
        return rights.run(self._visits[sid].person, game)

    def _attend(self, sid: str, game: Game) -> None:
        before = self._watched.get(sid)
        if before:
            self.socketio.server.leave_room(sid, before.id, namespace="/host")
        self._watched[sid] = game
        self.socketio.server.enter_room(sid, game.id, namespace="/host")

    def _rename(self, sid: str, wanted: Rename) -> dict[str, Any]:
        renamed = self._lobby.rename(self._game(sid), wanted.player, wanted.nickname)
        return {"player": {"id": renamed.id, "nickname": renamed.nickname}}

    def _add_time(self, sid: str, wanted: AddTime) -> dict[str, Any]:
        phase = self._rounds.add_time(self._game(sid), wanted.seconds * 1000, wanted.question, wanted.closes_at)
        return {"closes_at": phase.closes_at}

    def _create_game(self, sid: str, wanted: CreateGame) -> dict[str, Any]:
        person, _, caller = self._visits[sid]
        quiz = readable(self._quizzes, person.name, wanted.quiz)
        game = self._lobby.create(quiz, wanted.mode, wanted.options, person.name)
        self._admission.plays(game.pin, caller)
        self._attend(sid, game)
        return {"pin": game.pin, "id": game.id}

    def _watch(self, sid: str, wanted: Watch) -> dict[str, Any]:
        person, _, caller = self._visits[sid]
        game = self._admission.run(person, wanted.pin, caller)
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
