"""The sessions of hosts who signed in: beginning them, telling whose they are, ending them (docs/decisions/0018)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Protocol

import msgspec

from quiz.domain.errors import ServerBusy, Unauthorized
from quiz.play.rights import Person

OVER = "this session is over; sign in again"
#: Seconds in which a new session is tried to begin.
TRIES = 3


class Session(msgspec.Struct, frozen=True):
    """What a host's token says. Seconds since 1970; `id` names the session and is no secret."""

    name: str
    id: str
    issued_at: int
    expires_at: int


class Account(msgspec.Struct, frozen=True):
    """What is kept of a session and its host: whether that is an admin (None: there is no such account), the second up to which
    all sessions are over, and whether this one is.
    """

    admin: bool | None
    over_until: int
    over: bool


class Ended(msgspec.Struct, frozen=True):
    """All that is known about ends: of each host the second up to which all sessions are over, of single sessions when their
    tokens expire, and who is an admin.
    """

    hosts: Mapping[str, int]
    sessions: Mapping[str, int]
    admins: frozenset[str]


class HostTokens(Protocol):
    """Makes and reads the tokens that sessions are."""

    def for_host(self, name: str) -> str:
        """A token like no other."""

    def session(self, token: str) -> Session:
        """What a token says; raises Unauthorized if it is forged or has expired."""


class Ledger(Protocol):
    """Where ends are written down for all workers. Raises ServerBusy where it can't be reached."""

    def account(self, session: Session) -> Account:
        """What there is about a session."""

    def end(self, sessions: Mapping[str, int], now: int) -> None:
        """Ends sessions, by id, each with the second at which its token expires. `now` in seconds."""

    def end_all(self, hosts: Mapping[str, int]) -> None:
        """Ends all sessions of hosts up to a second; never an earlier one than is written down."""

    def ended(self) -> Ended:
        """Everything."""


class Sessions:
    """What one process knows of sessions.

    `person` asks the ledger each time; `still` goes by what this process has been told. Whatever ends here counts here at once,
    and is written down when the ledger can be reached again, if it can't be now.
    """

    def __init__(
        self,
        tokens: HostTokens,
        ledger: Ledger,
        now_ms: Callable[[], int],
        announce: Callable[[], None],
        pause: Callable[[float], None],
    ) -> None:
        """`announce` has all workers `refresh`; `pause` waits so many seconds."""
        self._tokens, self._ledger, self._now_ms, self._announce, self._pause = tokens, ledger, now_ms, announce, pause
        self._hosts: dict[str, int] = {}
        self._sessions: dict[str, int] = {}
        self._admins: set[str] = set()

    def begin(self, name: str) -> tuple[str, Person]:
        """A new session's token. Where all sessions have just been ended it takes up to a second: it must be later than those."""
        for _ in range(TRIES):
            token = self._tokens.for_host(name)
            with suppress(Unauthorized):
                return token, self.person(token)[0]
            self._pause(1 - self._now_ms() % 1000 / 1000)
        raise ServerBusy("the clock that sessions go by has been put back; try again")

    def person(self, token: str) -> tuple[Person, Session]:
        """Whose token it is; raises Unauthorized. While the ledger is away, what this process knows decides."""
        session = self._tokens.session(token)
        with suppress(ServerBusy):
            self._learn(session, self._ledger.account(session))
        self.still(session)
        return Person(session.name, session.name in self._admins), session

    def still(self, session: Session) -> None:
        """Raises Unauthorized if a session is over. Asks nobody."""
        if (
            session.id in self._sessions
            or session.issued_at <= self._hosts.get(session.name, 0)
            or session.expires_at < self._now_ms() // 1000
        ):
            raise Unauthorized(OVER)

    def end(self, session: Session) -> None:
        """Ends one session, everywhere."""
        self._sessions[session.id] = session.expires_at
        with suppress(ServerBusy):  # `refresh` makes up for it
            self._ledger.end({session.id: session.expires_at}, self._now_ms() // 1000)
        self._announce()

    def end_all(self, name: str) -> None:
        """Ends all sessions of a host, everywhere."""
        self._hosts[name] = self._now_ms() // 1000
        with suppress(ServerBusy):
            self._ledger.end_all({name: self._hosts[name]})
        self._announce()

    def refresh(self) -> None:
        """Learns all that is written down, and writes down what is not. Raises ServerBusy."""
        now, known = self._now_ms() // 1000, self._ledger.ended()
        hosts = {name: until for name, until in self._hosts.items() if until > known.hosts.get(name, 0)}
        sessions = {one: expiry for one, expiry in self._sessions.items() if one not in known.sessions and expiry >= now}
        if hosts:
            self._ledger.end_all(hosts)
        if sessions:
            self._ledger.end(sessions, now)
        # What has ended here since the ledger was read must stay.
        for name, until in known.hosts.items():
            self._hosts[name] = max(until, self._hosts.get(name, 0))
        self._sessions.update(known.sessions)
        for one in [one for one, expiry in self._sessions.items() if expiry < now]:
            del self._sessions[one]
        self._admins |= known.admins

    def _learn(self, session: Session, account: Account) -> None:
        # An empty Redis knows no account, and says nothing against those who signed in before.
        if account.admin is not None:
            (self._admins.add if account.admin else self._admins.discard)(session.name)
        if account.over_until > self._hosts.get(session.name, 0):
            self._hosts[session.name] = account.over_until
        if account.over:
            self._sessions[session.id] = session.expires_at
