"""What players send (namespace `/`)."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Annotated, Any

import gevent
import msgspec
from msgspec import Meta

from quiz.domain.errors import GameNotFound, InvalidPayload, Kicked, NotHost, NotJoined, QuizError, WrongState
from quiz.domain.game import Game
from quiz.domain.player import Player, nickname_key
from quiz.ops import logging_context
from quiz.play.admission import Admission, Caller
from quiz.play.answering import Answering
from quiz.play.bucket import Bucket, Buckets
from quiz.play.lobby import Lobby, new_player
from quiz.play.rights import HOST_EVENTS
from quiz.realtime.guard import Empty, Event, GuardedNamespace
from quiz.realtime.seats import Seat, Seats
from quiz.transport.addresses import counted

log = logging.getLogger("quiz.realtime")

#: Seconds for which a player whose connection was lost still counts as connected. Without them a question would close over
#: the head of somebody who reloads the page while all others have answered.
LINGER = 2.5

Pin = Annotated[str, Meta(pattern="^[0-9]{6}$", max_length=6)]


class Join(msgspec.Struct, frozen=True):
    """`join`: with a nickname at first, with the token to come back."""

    pin: Pin
    nickname: str | None = None
    token: Annotated[str, Meta(max_length=500)] | None = None
    version: int = 1
    team: Annotated[str, Meta(max_length=240, description="Where players choose theirs: its name")] | None = None
    attempt: (
        Annotated[
            str,
            Meta(
                min_length=16,
                max_length=64,
                description="A random text of the client's own: who sends it again, on whatever connection, has the same seat",
            ),
        ]
        | None
    ) = None


class SubmitAnswer(msgspec.Struct, frozen=True):
    """`submit_answer`; `submission` is the client's own id of it."""

    question: str
    answer: Annotated[
        Any, Meta(description="By the question's type: a choice's id, a list of ids, true or false, a text, a number")
    ]
    submission: Annotated[str, Meta(max_length=64)] | None = None


class NextQuestion(msgspec.Struct, frozen=True):
    """`next_question`: the first one that is left, the first behind one, or the one that is named."""

    after: str | None = None
    question: str | None = None


class Review(msgspec.Struct, frozen=True):
    """`review`: the question's id."""

    question: str


class Players(GuardedNamespace):
    """The players' connections of this worker, which is called `worker` among all."""

    def __init__(
        self,
        lobby: Lobby,
        answering: Answering,
        seats: Seats,
        worker: str,
        admission: Admission,
        new_bucket: Callable[[], Bucket],
        shared_bucket: Callable[[], Bucket],
    ) -> None:
        """`shared_bucket`: of a player, whatever number of connections they have."""
        super().__init__("/", new_bucket)
        self._lobby, self._answering, self._seats, self._worker = lobby, answering, seats, worker
        self._admission, self._callers = admission, dict[str, Caller]()
        self._players = Buckets(shared_bucket)
        self._attempts: dict[str, tuple[tuple[str, str | None], str]] = {}
        self._dismissed: set[str] = set()  # connections that were told so, and are about to be closed
        self.events = {
            "join": Event(Join, self._join),
            "next_question": Event(NextQuestion, self._next_question),
            "submit_answer": Event(SubmitAnswer, self._submit_answer),
            "overview": Event(Empty, self._overview),
            "review": Event(Review, self._review),
            "state": Event(Empty, self._state),
            "leave": Event(Empty, self._leave),
        }

    def about(self, sid: str) -> dict[str, str]:
        """The seat of a connection, if it has one."""
        seat = self._seats.get(sid)
        return {"game": seat.game.id, "pin": seat.game.pin, "player": seat.player.id} if seat else {}

    def unknown(self, event: Any) -> QuizError:
        """A host's event is known, but not here."""
        return (
            NotHost("hosts do this, on the namespace /host")
            if isinstance(event, str) and event in HOST_EVENTS
            else super().unknown(event)
        )

    def arrived(self, sid: str, environ: dict[str, Any], auth: Any) -> None:
        """Everybody may come."""
        self._callers[sid] = Caller(counted(environ.get("REMOTE_ADDR", "")))

    def cut(self, sid: str, event: str, data: dict[str, Any]) -> None:
        """As its base does; who was kicked has no time left to come in by another name."""
        if event == "kicked":
            self._dismissed.add(sid)
        super().cut(sid, event, data)

    def left(self, sid: str) -> None:
        """A connection is gone; its player keeps seat, name and score, and for a moment counts as here: pages are reloaded."""
        self._attempts.pop(sid, None)
        self._dismissed.discard(sid)
        self._callers.pop(sid, None)
        self._settle(sid)
        gone = self._seats.leave(sid)
        if gone and gone[1]:
            gevent.spawn_later(LINGER, self._gone, gone[0])

    def _gone(self, seat: Seat) -> None:
        logging_context.enter(dict, {"game": seat.game.id, "pin": seat.game.pin, "player": seat.player.id})
        if self._seats.connections(seat.game.id, seat.player.id):
            return  # back already
        try:
            self._lobby.disconnected(seat.game, seat.player, self._worker)
        except GameNotFound:
            pass  # the game ended and was forgotten before its last connection was
        except QuizError as error:
            log.warning("a connection's end could not be recorded: %s", error)

    def _seat(self, sid: str) -> Seat:
        seat = self._seats.get(sid)
        if seat is None:
            raise NotJoined
        return seat

    def _join(self, sid: str, wanted: Join) -> dict[str, Any]:
        if sid in self._dismissed:
            raise Kicked
        caller = self._callers[sid]
        game = self._admission.find(wanted.pin, caller, self._bearer(wanted.token))
        seat, view = self._seats.get(sid), None
        if wanted.token is not None:
            player = self._lobby.resume(game, wanted.token)
        elif seat and seat.game.id == game.id:
            player = self._same(seat, game, wanted.nickname)
        elif wanted.nickname is None and game.options.nicknames == "free":
            raise InvalidPayload("nickname: is missing")
        else:
            self._admission.seat(game, caller)
            named = wanted.attempt and self._lobby.seat_of(game, wanted.attempt)
            attempt = named or self._attempt(sid, game, wanted.nickname)
            player, view = self._lobby.join(game, wanted.nickname or "", self._worker, attempt, wanted.team)
        if seat is None or seat.player.id != player.id:
            self._sit(sid, game, player, new=view is not None and not view.again)
        return self._lobby.state(game, player.id, view)

    def _bearer(self, token: str | None) -> Callable[[Game], bool] | None:
        """Says of a game whether a token is for it."""
        return None if token is None else lambda game: self._lobby.opens(game, token)

    def _attempt(self, sid: str, game: Game, nickname: str | None) -> str:
        """The player's id, which is the same as before where nobody could say whether that got the seat."""
        wanted, player = self._attempts.get(sid, (None, ""))
        if wanted != (game.id, nickname):
            player = new_player()
            self._attempts[sid] = (game.id, nickname), player
        return player

    @staticmethod
    def _same(seat: Seat, game: Game, nickname: str | None) -> Player:
        """A retry of a join whose acknowledgement was lost; another nickname needs `leave` first."""
        if game.options.nicknames == "free" and nickname_key(nickname or "") != nickname_key(seat.player.nickname):
            raise WrongState(f"this connection plays as {seat.player.nickname}; leave first")
        return seat.player

    def _sit(self, sid: str, game: Game, player: Player, *, new: bool) -> None:
        self._stand_up(sid)
        self._attempts.pop(sid, None)
        self.socketio.server.enter_room(sid, game.id, namespace="/")
        alone = self._seats.take(sid, game, player)
        self._share(game, player, alone)
        if alone and not new:
            self._lobby.connected(game, player, self._worker)
        if game.options.compensation_ms:
            self._measure(sid)

    def _share(self, game: Game, player: Player, alone: bool) -> None:
        """Who has several connections, or has just had another one, has one bucket for all; else that of the one is enough."""
        if not alone or player.id in self._players:
            bucket = self._players.of(player.id)
            for sid in self._seats.connections(game.id, player.id):
                own = self._buckets.get(sid)
                if own is not None and sid not in self._shared:
                    bucket.spend(own)
                    self._shared[sid] = bucket

    def _settle(self, sid: str) -> None:
        """A connection plays no more: what it used is used of its player's bucket too."""
        seat, own = self._seats.get(sid), self._buckets.get(sid)
        if self._shared.pop(sid, None) is None and seat is not None and own is not None and not own.full:
            self._players.of(seat.player.id).spend(own)

    def _stand_up(self, sid: str) -> None:
        seat = self._seats.get(sid)
        if seat:
            self.socketio.server.leave_room(sid, seat.game.id, namespace="/")
            self._settle(sid)
            _, last = self._seats.leave(sid) or (seat, False)
            if last:
                self._gone(seat)

    def _measure(self, sid: str) -> None:
        """Measures the round trip by a `sync` event, which Socket.IO clients acknowledge."""
        asked = time.monotonic()

        def acknowledged(*_: Any) -> None:
            seat = self._seats.get(sid)
            if seat:
                seat.round_trip_ms = round((time.monotonic() - asked) * 1000)

        self.socketio.server.emit("sync", {}, to=sid, namespace="/", callback=acknowledged, ignore_queue=True)

    def _next_question(self, sid: str, wanted: NextQuestion) -> dict[str, Any]:
        seat = self._seat(sid)
        return self._answering.next_question(seat.game, seat.player.id, wanted.after, wanted.question)

    def _overview(self, sid: str, _: Empty) -> dict[str, Any]:
        seat = self._seat(sid)
        return self._answering.reviewing.overview(seat.game, seat.player.id)

    def _review(self, sid: str, wanted: Review) -> dict[str, Any]:
        seat = self._seat(sid)
        return self._answering.reviewing.review(seat.game, seat.player.id, wanted.question)

    def _submit_answer(self, sid: str, given: SubmitAnswer) -> dict[str, Any]:
        seat = self._seat(sid)
        told = self._answering.submit(seat.game, seat.player.id, given.question, given.answer, seat.round_trip_ms)
        return told if given.submission is None else {**told, "submission": given.submission}

    def _state(self, sid: str, _: Empty) -> dict[str, Any]:
        seat = self._seat(sid)
        return self._lobby.state(seat.game, seat.player.id)

    def _leave(self, sid: str, _: Empty) -> None:
        self._seat(sid)
        self._stand_up(sid)
