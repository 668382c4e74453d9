"""Signing in with name and password, so seldom that passwords can't be found by trying (docs/decisions/0018)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Protocol

from quiz.domain.errors import RateLimited, ServerBusy, Unauthorized
from quiz.play.accounts import Accounts
from quiz.play.holdings import Host

#: Who may be trying to sign in to one account at the same time, in a worker.
MOST_WAITING = 50


class Attempts(Protocol):
    """Counts attempts for all workers together. Raises ServerBusy where that can't be done; then nobody can sign in either."""

    def take(self, whose: str, most: int) -> int:
        """Takes one of the `most` attempts that there are in a window: 0, or the milliseconds until there is one again."""

    def give_back(self, whose: str) -> None:
        """It was no failure."""

    def remember(self, account: str, place: str) -> None:
        """Somebody signed in to an account from this place."""

    def remembers(self, account: str, place: str) -> bool:
        """Whether somebody has, of late."""


@dataclass
class _Queue:
    """Who tries to sign in to an account now."""

    lock: Lock = field(default_factory=Lock)
    length: int = 0


class SigningIn:
    """Lets hosts in.

    Failures count for the account and for the address. An address from which that host has signed in before has an allowance of
    its own, so that nobody elsewhere uses it up. An attempt is counted before the password is looked at, and given back
    when it was right.
    """

    def __init__(
        self, accounts: Accounts, attempts: Attempts, *, per_account: int, per_address: int | None, refused: Callable[[str], None]
    ) -> None:
        """`per_address` None: addresses have no limit. `refused` is told each refusal: `rate_limited` or `unauthorized`."""
        self._accounts, self._attempts, self._refused = accounts, attempts, refused
        self._per_account, self._per_address = per_account, per_address
        self._queues: dict[str, _Queue] = {}

    def enter(self, name: str, password: str, place: str) -> Host:
        """The host whose password this is; raises Unauthorized, RateLimited or ServerBusy. Looking takes a while: a session that
        has begun since counts only if `Accounts.still` lets it.

        `place` is the address as limits count it.
        """
        account = sha256(name.encode(errors="replace")).hexdigest()[:24]
        own = f"{account}@{place}"
        counted = own if self._attempts.remembers(account, place) else account
        with self._turn(counted):
            host = self._try(name, password, {counted: self._per_account, place: self._per_address})
        self._attempts.remember(account, place)
        return host

    @contextmanager
    def _turn(self, counted: str) -> Iterator[None]:
        """One after the other for each account: else many at once, all with the right password, would be too many."""
        queue = self._queues.setdefault(counted, _Queue())
        if queue.length >= MOST_WAITING:
            raise ServerBusy("too many are signing in to this account right now; try again", retry_after_ms=1000)
        queue.length += 1
        try:
            with queue.lock:
                yield
        finally:
            queue.length -= 1
            if not queue.length:
                self._queues.pop(counted, None)

    def _try(self, name: str, password: str, allowances: Mapping[str, int | None]) -> Host:
        taken: list[str] = []
        try:
            for whose, most in allowances.items():
                if most is not None:
                    self._take(whose, most)
                    taken.append(whose)
            host = self._accounts.check(name, password)
        except Unauthorized:
            self._refused(Unauthorized.code)
            raise
        except Exception:
            for whose in taken:
                self._attempts.give_back(whose)
            raise
        for whose in taken:
            self._attempts.give_back(whose)
        return host

    def _take(self, whose: str, most: int) -> None:
        wait_ms = self._attempts.take(whose, most)
        if wait_ms:
            self._refused(RateLimited.code)
            raise RateLimited("too many attempts to sign in; try again later", retry_after_ms=wait_ms)
