"""Who is where: the clients of each namespace, their rooms, and how a message reaches all in a room."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from socketio import packet as socketio_packet
from socketio.manager import Manager

from quiz.transport.session import Message, PollingSession, Session
from quiz.transport.turns import Turns

AnySession = Session | PollingSession

#: How many clients a message is sent to before others get a turn.
SLICE = 128
#: Of a worker's time that may go into sending, how often that is looked at (in seconds), and how far it may make windows longer.
SHARE, REVIEW, STRETCH_MOST = 0.4, 0.25, 20.0


class Namespace:
    """One namespace: its clients (sid → session), and their rooms (room → sid → session)."""

    def __init__(self) -> None:
        self.members: dict[str, AnySession] = {}
        self.sids: dict[str, str] = {}  # eio_sid → sid
        self.rooms: dict[str, dict[str, AnySession]] = {}
        self.entered: dict[str, tuple[str, ...]] = {}
        self.coming: set[str] = set()
        self.going: set[str] = set()


class Fanout:
    """Messages on their way to many, in order, a slice a turn.

    `stretch` says how many times less often those who have the choice should send, so that the rest of the work gets its share.
    `took` is told the seconds from the first to the last of several clients.
    """

    took: Callable[[float], None] = staticmethod(lambda seconds: None)

    def __init__(self, turns: Turns, clock: Callable[[], float] = time.monotonic) -> None:
        self._turns, self._clock = turns, clock
        self._spent, self._since, self._stretch = 0.0, clock(), 1.0
        self._jobs: deque[list[Any]] = deque()  # [message, sessions, how many have it, told, when it began]
        self._waiting: dict[object, list[Any]] = {}  # topic → the job not begun

    @property
    def stretch(self) -> float:
        """1 while sending takes less than `SHARE` of the time."""
        now = self._clock()
        if now - self._since >= REVIEW:
            share = self._spent / (now - self._since)
            self._stretch = min(max(self._stretch * max(share / SHARE, 0.5), 1.0), STRETCH_MOST)
            self._spent, self._since = 0.0, now
        return self._stretch

    def waits(self, topic: object) -> bool:
        """Whether a message of this topic has not left for everybody yet."""
        return any(job[0].topic == topic for job in self._jobs)

    def send(self, message: Message, sessions: list[AnySession], told: Callable[[], None] | None = None) -> None:
        """Sends a message to all, behind what is on its way; `told` is called when the last one has it.

        One of the same topic that has not left at all is replaced.
        """
        if not self._jobs and len(sessions) <= SLICE:
            took = self._deliver(message, sessions)
            if len(sessions) > 1:
                self.took(took)
            if told:
                told()
            return
        if message.topic is not None:
            job = self._waiting.get(message.topic)
            if job:
                before = job[3]
                job[0], job[1], job[3] = message, sessions, _both(before, told)
                return
        job = [message, sessions, 0, told, 0.0]
        self._jobs.append(job)
        if message.topic is not None:
            self._waiting[message.topic] = job
        if len(self._jobs) == 1:
            self._turns.put_off(self._slice)

    def _deliver(self, message: Message, sessions: list[AnySession]) -> float:
        """The seconds that it took."""
        began = self._clock()
        for session in sessions:
            session.deliver(message)
        took = self._clock() - began
        self._spent += took
        return took

    def _slice(self) -> None:
        left = SLICE
        while left > 0 and self._jobs:
            job = self._jobs[0]
            message, sessions, begin, told, began = job
            if not begin:
                began = job[4] = self._clock()
            if not begin and self._waiting.get(message.topic) is job:
                del self._waiting[message.topic]
            end = begin + left
            self._deliver(message, sessions[begin:end])
            left -= min(end, len(sessions)) - begin
            job[2] = end
            if end >= len(sessions):
                self._jobs.popleft()
                if len(sessions) > 1:
                    self.took(self._clock() - began)
                if told:
                    told()
        if self._jobs:
            self._turns.put_off(self._slice)


def _both(one: Callable[[], None] | None, other: Callable[[], None] | None) -> Callable[[], None] | None:
    if one is None or other is None:
        return one or other

    def call() -> None:
        one()
        other()

    return call


class Rooms(Manager):  # type: ignore[misc]
    """python-socketio's manager with direct ways: from a room to its sessions, from a client to its rooms."""

    def __init__(self, turns: Turns) -> None:
        super().__init__()
        self.fanout = Fanout(turns)
        self._spaces: dict[str, Namespace] = {}

    def get_namespaces(self) -> list[str]:
        """The namespaces that somebody is in."""
        return list(self._spaces)

    def get_participants(self, namespace: str, room: Any) -> Iterator[tuple[str, str]]:
        """(sid, eio_sid) of all in a room, or of all in the namespace."""
        yield from [(sid, session.sid) for sid, session in self._sessions(namespace, room).items()]

    def anybody(self, namespace: str, room: Any) -> bool:
        """Whether a client of this worker is in a room, or in the namespace."""
        return bool(self._sessions(namespace, room))

    def _sessions(self, namespace: str, room: Any) -> dict[str, AnySession]:
        space = self._spaces.get(namespace)
        if space is None:
            return {}
        if room is None:
            return space.members
        if not isinstance(room, str):
            return {sid: session for one in room for sid, session in self._sessions(namespace, one).items()}
        if room in space.members:
            return {room: space.members[room]}
        return space.rooms.get(room, {})

    def pre_connect(self, eio_sid: str, namespace: str) -> str | None:
        """A client wants into a namespace; None if it is in already."""
        session = self.server.eio.sockets.get(eio_sid)
        space = self._spaces.setdefault(namespace, Namespace())
        if session is None or eio_sid in space.sids:
            return None
        sid: str = self.server.eio.generate_id()
        space.members[sid] = session
        space.sids[eio_sid] = sid
        space.coming.add(sid)
        return sid

    def connect(self, sid: str, namespace: str) -> str:
        """The client is in."""
        space = self._spaces[namespace]
        space.coming.discard(sid)
        session = space.members.get(sid)
        if session is not None:
            session.idle = False
        return sid

    def is_pre_connected(self, sid: str, namespace: str) -> bool:
        """Whether the client is on its way in."""
        space = self._spaces.get(namespace)
        return space is not None and sid in space.coming

    def is_connected(self, sid: str | None, namespace: str) -> bool:
        """Whether the client is in, and not on its way in or out."""
        space = self._spaces.get(namespace)
        return space is not None and sid in space.members and sid not in space.coming and sid not in space.going

    def sid_from_eio_sid(self, eio_sid: str, namespace: str) -> str | None:
        """A client's name in a namespace."""
        space = self._spaces.get(namespace)
        return space.sids.get(eio_sid) if space else None

    def eio_sid_from_sid(self, sid: str, namespace: str) -> str | None:
        """The session of a client."""
        space = self._spaces.get(namespace)
        session = space.members.get(sid) if space else None
        return session.sid if session else None

    def pre_disconnect(self, sid: str, namespace: str) -> str | None:
        """The client is on its way out; its handlers may still ask about it."""
        self._spaces[namespace].going.add(sid)
        return self.eio_sid_from_sid(sid, namespace)

    def basic_disconnect(self, sid: str, namespace: str, **_: Any) -> None:
        """The client is out."""
        space = self._spaces.get(namespace)
        if space is None:
            return
        for room in space.entered.get(sid, ()):
            self._forget(space, sid, room)
        space.entered.pop(sid, None)
        session = space.members.pop(sid, None)
        if session is not None:
            space.sids.pop(session.sid, None)
        space.coming.discard(sid)
        space.going.discard(sid)
        self.callbacks.pop(sid, None)
        if not space.members:
            del self._spaces[namespace]

    @staticmethod
    def _forget(space: Namespace, sid: str, room: str) -> None:
        sessions = space.rooms.get(room)
        if sessions is not None:
            sessions.pop(sid, None)
            if not sessions:
                del space.rooms[room]

    def basic_enter_room(self, sid: str, namespace: str, room: str, eio_sid: str | None = None) -> None:
        """Puts a client into a room."""
        space = self._spaces.get(namespace)
        session = space.members.get(sid) if space else None
        if space is None or session is None:
            raise ValueError("sid is not connected to requested namespace")
        space.rooms.setdefault(room, {})[sid] = session
        entered = space.entered.get(sid, ())
        if room not in entered:
            space.entered[sid] = (*entered, room)

    def basic_leave_room(self, sid: str, namespace: str, room: str) -> None:
        """Takes a client out of a room."""
        space = self._spaces.get(namespace)
        if space is not None and room in space.entered.get(sid, ()):
            self._forget(space, sid, room)
            space.entered[sid] = tuple(other for other in space.entered[sid] if other != room)

    def basic_close_room(self, room: str, namespace: str) -> None:
        """Takes everybody out of a room."""
        for sid, _ in self.get_participants(namespace, room):
            self.basic_leave_room(sid, namespace, room)

    def get_rooms(self, sid: str, namespace: str) -> list[str]:
        """The rooms that a client is in."""
        space = self._spaces.get(namespace)
        return list(space.entered.get(sid, ())) if space else []

    def emit(
        self,
        event: str,
        data: Any,
        namespace: str | None = None,
        room: Any = None,
        skip_sid: Any = None,
        callback: Callable[..., Any] | None = None,
        to: Any = None,
        topic: object = None,
        **_: Any,
    ) -> None:
        """Sends an event to one client, a room, or all of this worker. `topic`: only the newest of it matters."""
        arguments = list(data) if isinstance(data, tuple) else [] if data is None else [data]
        namespace, room = namespace or "/", to or room
        packet = self.server.packet_class
        if callback is None:
            text = packet(socketio_packet.EVENT, namespace=namespace, data=[event, *arguments]).encode()
            self.spread(Message(text.encode(), topic), namespace, room, skip_sid)
            return
        for sid, session in list(self._sessions(namespace, room).items()):
            number = self._generate_ack_id(sid, callback)
            text = packet(socketio_packet.EVENT, namespace=namespace, data=[event, *arguments], id=number).encode()
            self.fanout.send(Message(text.encode()), [session])

    def spread(
        self, message: Message, namespace: str, room: Any, skip_sid: Any = None, told: Callable[[], None] | None = None
    ) -> None:
        """Sends a prepared message to a room."""
        sessions: Iterable[AnySession] = self._sessions(namespace, room).values()
        if skip_sid:
            skipped = {skip_sid} if isinstance(skip_sid, str) else set(skip_sid)
            sessions = [session for sid, session in self._sessions(namespace, room).items() if sid not in skipped]
        self.fanout.send(message, list(sessions), told)
