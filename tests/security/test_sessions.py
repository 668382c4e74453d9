"""Sessions of hosts: they end when they should, everywhere, and at no other time."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any, cast

import msgspec
import pytest
import redis
import requests

from quiz.domain.errors import NotHost, ServerBusy, Unauthorized
from quiz.ops.valkey import socket_path
from quiz.play.admission import Caller
from quiz.play.rights import HOST_EVENTS
from quiz.play.sessions import Account, Ended, Session, Sessions
from quiz.realtime.hosts import Hosts, Visit
from quiz.realtime.wire import CHANNEL
from quiz.store.tokens import Tokens
from tests.domain.builders import make_game
from tests.harness.clients import Client
from tests.harness.server import Server, eventually
from tests.security.conftest import PASSWORD

#: Enough requests that both workers have had some.
MANY = 6


def statuses(server: Server, token: str) -> set[int]:
    """What those who come with a token are told, on all workers."""
    headers = {"Authorization": f"Bearer {token}"}
    return {requests.get(f"{server.url}/api/v1/session", headers=headers, timeout=10).status_code for _ in range(MANY)}


def asked(server: Server, token: str, method: str, path: str, **options: Any) -> Any:
    """The answer to what must be done."""
    reply = requests.request(
        method, f"{server.url}/api/v1{path}", headers={"Authorization": f"Bearer {token}"}, timeout=10, **options
    )
    assert reply.ok, reply.text
    return reply.json() if reply.content else None


def connected(server: Server, token: str) -> list[Client]:
    """Connections to both workers, most likely."""
    return [Client(server.url, "/host", {"token": token}) for _ in range(3)]


def ended(clients: list[Client]) -> bool:
    """Waits until the connections have been ended with a reason."""
    for client in clients:
        assert client.wait("notice")["code"] == "unauthorized"
        eventually(lambda client=client: not client.connected)
    return True


def test_signing_out_ends_that_session_everywhere_and_no_other(staffroom: Server):
    """Its token is refused by all workers, its connections are ended; the same host's other session goes on."""
    this, other = (staffroom.sign_in("ann", PASSWORD) for _ in range(2))
    its, others = connected(staffroom, this), connected(staffroom, other)
    asked(staffroom, this, "DELETE", "/session")
    assert statuses(staffroom, this) == {401}
    assert ended(its)
    with pytest.raises(Exception, match=r"refused|unauthorized|failed"):
        Client(staffroom.url, "/host", {"token": this})
    assert statuses(staffroom, other) == {200}
    for client in others:
        assert client.error("start") == "not_joined"
        client.close()


def _everywhere(server: Server, head: str) -> None:
    asked(server, head, "DELETE", "/hosts/eve/sessions")


def _new_password(server: Server, head: str) -> None:
    asked(server, head, "PUT", "/hosts/eve/password", json={"password": PASSWORD})


def _by_command(server: Server, head: str) -> None:
    server.flask("host", "passwd", "eve", "--password", PASSWORD)


def _another_account(server: Server, head: str) -> None:
    asked(server, head, "DELETE", "/hosts/eve")
    asked(server, head, "POST", "/hosts", json={"name": "eve", "password": PASSWORD})


@pytest.mark.parametrize(
    "end", [_everywhere, _by_command, *(pytest.param(end, marks=pytest.mark.long) for end in (_new_password, _another_account))]
)
def test_all_sessions_end_and_new_ones_begin(staffroom: Server, end: Callable[[Server, str], None]):
    """By signing out everywhere, with the password, and with the account, also where a new one gets the name."""
    head = staffroom.sign_in("head", PASSWORD)
    if "eve" not in {one["name"] for one in asked(staffroom, head, "GET", "/hosts")["hosts"]}:
        asked(staffroom, head, "POST", "/hosts", json={"name": "eve", "password": PASSWORD})
    old = [staffroom.sign_in("eve", PASSWORD) for _ in range(2)]
    clients = connected(staffroom, old[0])
    end(staffroom, head)
    new = staffroom.sign_in("eve", PASSWORD)
    assert ended(clients)
    assert [statuses(staffroom, token) for token in (*old, new, head)] == [{401}, {401}, {200}, {200}]
    back = Client(staffroom.url, "/host", {"token": new})
    asked(staffroom, new, "DELETE", "/hosts/eve/sessions")  # one's own
    assert ended([back])


def test_who_is_no_admin_any_more_has_lost_the_right_at_once(staffroom: Server):
    """Also on connections that are open, since the sessions end; who becomes one has it with the next request. Nobody may do it
    to themselves.
    """
    head = staffroom.sign_in("head", PASSWORD)
    asked(staffroom, head, "POST", "/hosts", json={"name": "gus", "password": PASSWORD})
    before = staffroom.sign_in("gus", PASSWORD)
    asked(staffroom, head, "PATCH", "/hosts/gus", json={"admin": True})
    assert asked(staffroom, before, "GET", "/hosts")
    clients = connected(staffroom, before)
    asked(staffroom, head, "PATCH", "/hosts/gus", json={"admin": False})
    assert ended(clients)
    assert statuses(staffroom, before) == {401}
    mine = {"headers": {"Authorization": f"Bearer {head}"}, "json": {"admin": False}, "timeout": 10}
    assert requests.patch(f"{staffroom.url}/api/v1/hosts/head", **mine).status_code == 409
    asked(staffroom, head, "DELETE", "/hosts/gus")


def test_an_admin_keeps_the_own_account(staffroom: Server):
    """So that there is always one; a removed account's name is free again and a taken one is not."""
    head = staffroom.sign_in("head", PASSWORD)
    headers = {"Authorization": f"Bearer {head}"}
    said = [
        requests.request(method, f"{staffroom.url}/api/v1/hosts{path}", json=body, headers=headers, timeout=10)
        for method, path, body in (
            ("DELETE", "/head", None),
            ("DELETE", "/nobody", None),
            ("POST", "", {"name": "ann"}),
            ("POST", "", {"name": "a b"}),
            ("PUT", "/ann/password", {"password": "short"}),
        )
    ]
    told = [(reply.status_code, reply.json()["code"]) for reply in said]
    assert told == [
        (409, "wrong_state"),
        (404, "host_not_found"),
        (409, "host_taken"),
        (400, "invalid_payload"),
        (400, "invalid_payload"),
    ]
    made = asked(staffroom, head, "POST", "/hosts", json={"name": "fay"})
    assert staffroom.sign_in("fay", made["password"])
    again = asked(staffroom, head, "PUT", "/hosts/fay/password")
    assert staffroom.sign_in("fay", again["password"])
    asked(staffroom, head, "DELETE", "/hosts/fay")


@pytest.mark.long
def test_sessions_outlive_restarts_and_outages_and_what_ended_stays_so(staffroom: Server):
    """A restart of everything, and a Redis that stands still: who was signed in is, who had signed out is not."""
    good, over = (staffroom.sign_in("ann", PASSWORD) for _ in range(2))
    asked(staffroom, over, "DELETE", "/session")
    staffroom.stop()
    staffroom.start()
    with redis.Redis(unix_socket_path=str(socket_path(staffroom.folder / "var" / "valkey"))) as client:
        eventually(lambda: client.pubsub_numsub(CHANNEL)[0][1] == 2)  # both workers have begun to hear, and read what has ended
    assert [statuses(staffroom, token) for token in (good, over)] == [{200}, {401}]
    valkey = int((staffroom.folder / "var/valkey/valkey.pid").read_text())
    os.kill(valkey, signal.SIGSTOP)
    try:
        assert [statuses(staffroom, token) for token in (good, over)] == [{200}, {401}]
        Client(staffroom.url, "/host", {"token": good}).close()
    finally:
        os.kill(valkey, signal.SIGCONT)
        signing_in = {"json": {"name": "ann", "password": PASSWORD}, "timeout": 10}
        eventually(lambda: requests.post(f"{staffroom.url}/api/v1/session", **signing_in).status_code == 200, step=0.3)


class Book:
    """`play.sessions.Ledger` in memory, which can be away."""

    def __init__(self) -> None:
        self.hosts: dict[str, int] = {}
        self.sessions: dict[str, int] = {}
        self.admins: set[str] = set()
        self.away, self.asked = False, 0

    def _reach(self) -> None:
        self.asked += 1
        if self.away:
            raise ServerBusy

    def account(self, session: Session) -> Account:
        self._reach()
        known = True if session.name in self.admins else None
        return Account(known, self.hosts.get(session.name, 0), session.id in self.sessions)

    def end(self, sessions: Any, now: int) -> None:
        self._reach()
        self.sessions |= sessions

    def end_all(self, hosts: Any) -> None:
        self._reach()
        self.hosts |= hosts

    def ended(self) -> Ended:
        self._reach()
        return Ended(self.hosts, self.sessions, frozenset(self.admins))


class Worker:
    """What a worker knows; all have one clock, which `pause` moves on."""

    def __init__(self, book: Book, clock: list[int]) -> None:
        self.clock = clock
        tokens = Tokens(["secret"], 60, lambda: clock[0])
        self.sessions = Sessions(tokens, book, lambda: clock[0], lambda: None, self._pause)

    def _pause(self, seconds: float) -> None:
        self.clock[0] += round(seconds * 1000)

    def begin(self, name: str) -> str:
        """A new session's token."""
        return self.sessions.begin(name)[0]

    def good(self, token: str) -> bool:
        """Whether somebody may come with this token."""
        try:
            self.sessions.person(token)
        except Unauthorized:
            return False
        return True


def test_while_redis_is_away_what_is_known_decides_and_what_ends_is_made_up_for():
    """A signed token stays good, one that was ended here is not, and other workers learn it when Redis is back, though empty."""
    book, clock = Book(), [1_700_000_000_500]
    one, two = Worker(book, clock), Worker(book, clock)
    book.admins = {"ann"}
    out, all_out, good = one.begin("ann"), one.begin("bob"), one.begin("ann")
    first, _ = one.sessions.person(good)
    assert first.admin
    book.away = True
    book.admins = set()
    assert [one.good(token) for token in (out, all_out, good)] == [True] * 3
    one.sessions.end(one.sessions.person(out)[1])
    one.sessions.end_all("bob")
    assert [one.good(token) for token in (out, all_out, good)] == [False, False, True]
    assert one.sessions.person(good)[0].admin
    assert [two.good(token) for token in (out, all_out, good)] == [True] * 3
    book.away = False
    one.sessions.refresh()
    assert [two.good(token) for token in (out, all_out, good)] == [False, False, True]


def test_whether_a_session_lasts_is_asked_of_nobody():
    """An event costs no call of Redis; `refresh` brings what other workers ended; expiry needs nobody."""
    book, clock = Book(), [1_700_000_000_500]
    one, two = Worker(book, clock), Worker(book, clock)
    _, session = one.sessions.person(one.begin("ann"))
    _, later = one.sessions.person(one.begin("ann"))
    asked_before = book.asked
    for _ in range(100):
        one.sessions.still(session)
    assert book.asked == asked_before
    two.sessions.end(session)
    one.sessions.refresh()
    with pytest.raises(Unauthorized):
        one.sessions.still(session)
    one.sessions.still(later)
    clock[0] += 61_000
    with pytest.raises(Unauthorized):
        one.sessions.still(later)
    one.sessions.refresh()
    assert one.sessions._sessions == {}  # what has expired anyway need not be known


def test_a_session_that_begins_right_after_all_others_ended_is_good():
    """Tokens count seconds: it waits for the next one, also on a worker that has not been told yet."""
    book, clock = Book(), [1_700_000_000_500]
    one, two = Worker(book, clock), Worker(book, clock)
    old = one.begin("ann")
    one.sessions.end_all("ann")
    new = two.begin("ann")
    assert [one.good(token) for token in (old, new)] == [False, True]
    book.hosts["ann"] += 1000  # somebody put the clock back
    with pytest.raises(ServerBusy):
        two.begin("ann")


@pytest.mark.parametrize("event", sorted(HOST_EVENTS))
def test_each_event_is_refused_when_the_session_is_over_though_the_connection_lives(event: str):
    """A token that expires tells nobody: the next event of its connection is refused, and ends it."""
    worker, cuts = Worker(Book(), [1_700_000_000_500]), []
    nothing: Any = None
    hosts = Hosts(nothing, nothing, nothing, worker.sessions, nothing, nothing)
    hosts.cut = lambda sid, event, data: cuts.append((sid, data["code"]))  # type: ignore[method-assign]
    hosts._visits["sid"] = Visit(*worker.sessions.person(worker.begin("ann")), Caller("192.0.2.1"))
    worker.clock[0] += 61_000
    with pytest.raises(Unauthorized):
        hosts.events[event].handle("sid", None)
    with pytest.raises(Unauthorized):
        hosts.events[event].handle("nobody", None)
    assert cuts == [("sid", "unauthorized"), ("nobody", "unauthorized")]


@pytest.mark.parametrize("event", sorted(HOST_EVENTS.keys() - {"create_game", "watch"}))
def test_each_event_asks_anew_whose_the_game_is(event: str):
    """However a connection came to look at another host's game, it runs nothing of it."""
    worker, nothing = Worker(Book(), [1_700_000_000_500]), cast(Any, None)
    hosts = Hosts(cast(Any, Anything()), cast(Any, Anything()), nothing, worker.sessions, nothing, nothing)
    hosts._visits["sid"] = Visit(*worker.sessions.person(worker.begin("ann")), Caller("192.0.2.1"))
    hosts._watched["sid"] = msgspec.structs.replace(make_game(), host="bob")
    with pytest.raises(NotHost):
        hosts.events[event].handle("sid", Anything())


class Anything:
    """Has every attribute, and does everything."""

    def __getattr__(self, name: str) -> Any:
        return lambda *args: {}
