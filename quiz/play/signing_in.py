"""Signing in with name and password, so seldom that passwords can't be found by trying (docs/decisions/0018)."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Protocol

from quiz.domain.errors import RateLimited, Unauthorized
from quiz.play.accounts import Accounts

#: What one customer has of IPv6.
IPV6_PREFIX = 64


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

    def enter(self, name: str, password: str, address: str) -> None:
        """Returns if this is the host's password. Raises Unauthorized, RateLimited or ServerBusy."""
        account, place = sha256(name.encode(errors="replace")).hexdigest()[:24], _place(address)
        own = f"{account}@{place}"
        allowances = {own if self._attempts.remembers(account, place) else account: self._per_account}
        if self._per_address is not None:
            allowances[place] = self._per_address
        taken: list[str] = []
        try:
            for whose, most in allowances.items():
                self._take(whose, most)
                taken.append(whose)
            self._accounts.check(name, password)
        except Unauthorized:
            self._refused(Unauthorized.code)
            raise
        except Exception:
            for whose in taken:
                self._attempts.give_back(whose)
            raise
        for whose in taken:
            self._attempts.give_back(whose)
        self._attempts.remember(account, place)

    def _take(self, whose: str, most: int) -> None:
        wait_ms = self._attempts.take(whose, most)
        if wait_ms:
            self._refused(RateLimited.code)
            raise RateLimited("too many attempts to sign in; try again later", retry_after_ms=wait_ms)


def _place(address: str) -> str:
    """What counts as one address."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return str(ip_network((found.packed[:8] + bytes(8), IPV6_PREFIX)).network_address)
        found = found.ipv4_mapped
    return str(found)
