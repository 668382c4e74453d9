"""Rooms and the way of a message to all in one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import gevent
import pytest

from quiz.transport.packets import JsonPacket
from quiz.transport.rooms import SHARE, SLICE, STRETCH_MOST, Fanout, Rooms
from quiz.transport.session import Message
from quiz.transport.turns import Turns


class Session:
    """Notes what it is sent."""

    def __init__(self, sid: str = "") -> None:
        self.sid, self.idle = sid, True
        self.got: list[str] = []

    def deliver(self, message: Message) -> None:
        self.got.append(message.text.decode())


class ByHand:
    """Turns that happen when the test says so."""

    def __init__(self) -> None:
        self.work: list[Any] = []

    def put_off(self, work: Any) -> None:
        self.work.append(work)

    def turn(self) -> bool:
        work, self.work = self.work, []
        for one in work:
            one()
        return bool(work)


@pytest.fixture
def rooms() -> Rooms:
    rooms = Rooms(ByHand())
    names = iter(range(1000))
    eio = SimpleNamespace(sockets={f"e{n}": Session(f"e{n}") for n in range(10)}, generate_id=lambda: f"s{next(names)}")
    rooms.set_server(SimpleNamespace(eio=eio, packet_class=JsonPacket))
    return rooms


def enter(rooms: Rooms, number: int, namespace: str = "/") -> tuple[str, Session]:
    """A client in a namespace."""
    sid = rooms.pre_connect(f"e{number}", namespace)
    rooms.connect(sid, namespace)
    return sid, rooms.server.eio.sockets[f"e{number}"]


def test_a_client_is_connected_between_coming_and_going(rooms: Rooms):
    """And no namespace remembers it afterwards."""
    sid = rooms.pre_connect("e1", "/")
    assert rooms.is_pre_connected(sid, "/")
    assert not rooms.is_connected(sid, "/")
    rooms.connect(sid, "/")
    assert rooms.is_connected(sid, "/")
    assert rooms.sid_from_eio_sid("e1", "/") == sid
    assert rooms.eio_sid_from_sid(sid, "/") == "e1"
    rooms.enter_room(sid, "/", "game")
    assert rooms.pre_disconnect(sid, "/") == "e1"
    assert not rooms.is_connected(sid, "/")
    rooms.disconnect(sid, "/")
    assert rooms.get_namespaces() == []
    assert rooms.sid_from_eio_sid("e1", "/") is None


def test_a_client_enters_a_namespace_once(rooms: Rooms):
    """A second connect is refused, another namespace is not."""
    enter(rooms, 1)
    assert rooms.pre_connect("e1", "/") is None
    assert rooms.pre_connect("e1", "/host") is not None
    assert rooms.pre_connect("nobody", "/") is None


def test_an_event_reaches_those_in_the_room_and_no_others(rooms: Rooms):
    """A room, one client, everybody, and all but one; each as its namespace writes it."""
    (a, first), (b, second), (c, third) = enter(rooms, 1), enter(rooms, 2), enter(rooms, 3)
    host, fourth = enter(rooms, 4, "/host")
    for sid in (a, b):
        rooms.enter_room(sid, "/", "game")
    rooms.enter_room(host, "/host", "game")
    rooms.emit("one", {"n": 1}, "/", room="game")
    rooms.emit("two", {"n": 2}, "/", to=c)
    rooms.emit("three", None, "/")
    rooms.emit("four", ("x", 4), "/", room="game", skip_sid=a)
    rooms.emit("five", {}, "/host", room="game")
    rooms.leave_room(b, "/", "game")
    rooms.emit("six", {}, "/", room="game")
    assert first.got == ['2["one",{"n":1}]', '2["three"]', '2["six",{}]']
    assert second.got == ['2["one",{"n":1}]', '2["three"]', '2["four","x",4]']
    assert third.got == ['2["two",{"n":2}]', '2["three"]']
    assert fourth.got == ['2/host,["five",{}]']
    assert rooms.get_rooms(a, "/") == ["game"]
    assert rooms.get_rooms(b, "/") == []


def test_an_event_with_a_callback_asks_for_an_acknowledgement(rooms: Rooms):
    """Which reaches the callback once."""
    sid, session = enter(rooms, 1)
    answers: list[Any] = []
    rooms.emit("sync", {}, "/", to=sid, callback=lambda *args: answers.append(args))
    assert session.got == ['21["sync",{}]']
    rooms.trigger_callback(sid, 1, ["x"])
    assert answers == [("x",)]


def many(count: int) -> list[Any]:
    return [Session() for _ in range(count)]


def test_a_message_to_few_is_sent_at_once():
    """And whoever asked is told."""
    turns, told, sessions = ByHand(), [], many(SLICE)
    Fanout(turns).send(Message(b"a"), sessions, lambda: told.append(1))
    assert all(session.got == ["a"] for session in sessions)
    assert told == [1]
    assert not turns.work


def test_a_message_to_many_goes_out_a_slice_a_turn_and_keeps_its_order():
    """What is sent in the meantime comes behind it, also to few."""
    turns, told, sessions = ByHand(), [], many(3 * SLICE - 10)
    fanout = Fanout(turns)
    fanout.send(Message(b"first"), sessions, lambda: told.append("first"))
    fanout.send(Message(b"second"), sessions[-2:], lambda: told.append("second"))
    for turn in (1, 2):
        turns.turn()
        assert sum(bool(session.got) for session in sessions) == turn * SLICE
    assert told == []
    turns.turn()
    assert told == ["first", "second"]
    assert not turns.turn()
    assert sessions[0].got == ["first"]
    assert sessions[-1].got == ["first", "second"]


def test_only_the_newest_board_waits_to_be_sent():
    """One that has begun is finished; those behind it become one, and all who were to be told of them are."""
    turns, told, sessions = ByHand(), [], many(2 * SLICE)
    fanout = Fanout(turns)
    fanout.send(Message(b"board 1", "board"), sessions, lambda: told.append(1))
    turns.turn()
    for n in (2, 3, 4):
        fanout.send(Message(b"board %d" % n, "board"), sessions, lambda n=n: told.append(n))
    assert fanout.waits("board")
    while turns.turn():
        pass
    assert not fanout.waits("board")
    assert {tuple(session.got) for session in sessions} == {("board 1", "board 4")}
    assert told == [1, 2, 3, 4]


def test_windows_stretch_with_the_share_of_time_that_sending_takes():
    """Up to a bound, and back when there is less to send."""
    now = [0.0]

    class Slow(Session):
        def deliver(self, message: Message) -> None:
            now[0] += 0.8

    fanout = Fanout(ByHand(), lambda: now[0])
    assert fanout.stretch == 1
    for _ in range(20):
        fanout.send(Message(b"a"), [Slow()])
        now[0] += 0.2
        stretch = fanout.stretch
    assert stretch == STRETCH_MOST
    for _ in range(20):
        now[0] += 1 / SHARE
        fanout.stretch  # noqa: B018 - the look is what counts
    assert fanout.stretch == 1


def test_work_that_is_put_off_is_done_once_a_turn():
    """One that puts itself off again leaves room for the network in between."""
    turns, done = Turns(), []

    def again() -> None:
        done.append(len(done))
        if len(done) < 3:
            turns.put_off(again)

    turns.put_off(lambda: 1 / 0)
    turns.put_off(again)
    with gevent.Timeout(60):
        while len(done) < 3:
            gevent.sleep(0.001)
    assert done == [0, 1, 2]


def test_clients_are_read_in_the_order_in_which_they_came_when_a_turn_gets_long(monkeypatch: pytest.MonkeyPatch):
    """The first goes on at once; once somebody waits, everybody does."""
    monkeypatch.setattr("quiz.transport.turns.LONG", -1.0)
    turns, read = Turns(), []
    assert turns.defer(lambda: read.append("a"))
    monkeypatch.setattr("quiz.transport.turns.LONG", 1.0)
    assert turns.defer(lambda: read.append("b"))
    with gevent.Timeout(60):
        while len(read) < 2:
            gevent.sleep(0.001)
    assert read == ["a", "b"]
    assert not turns.defer(lambda: None)
