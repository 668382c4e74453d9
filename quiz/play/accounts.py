"""The accounts of hosts: names, and passwords that are kept as argon2 hashes only."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Callable
from typing import Any

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.low_level import ARGON2_VERSION

from quiz.domain.errors import ContentError, Unauthorized, WrongState
from quiz.play.holdings import Host, Hosts

NAME = re.compile(r"[A-Za-z0-9._@-]{1,64}")
WRONG = "wrong name or password"
LEAST_PASSWORD, MOST_PASSWORD = 8, 200
_WORDS = [
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "heron",
    "islet",
    "juniper",
    "kelp",
    "larch",
    "maple",
    "nectar",
    "opal",
    "pine",
    "quartz",
    "reed",
    "slate",
    "tulip",
]


def generated_password() -> str:
    """Four words and a number: about 60 bits with the letters, and possible to type from a screen."""
    return "-".join([secrets.choice(_WORDS), secrets.token_hex(4), secrets.choice(_WORDS), secrets.token_hex(2)])


def _hash_of_nothing(hasher: PasswordHasher) -> str:
    """What looks like a hash of `hasher`, to verify against where there is no account: it takes as long as a wrong password."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=") for length in (hasher.salt_len, hasher.hash_len)
    )
    return f"$argon2id$v={ARGON2_VERSION}$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}${salt}${digest}"


def _here(work: Callable[..., Any], *args: Any) -> Any:
    return work(*args)


class Accounts:
    """Adds hosts and lets them sign in. `now` gives epoch milliseconds."""

    def __init__(
        self,
        hosts: Hosts,
        end_all: Callable[[str], None] = lambda name: None,
        run: Callable[..., Any] = _here,
    ) -> None:
        """`end_all` ends all sessions of a host. `run(work, *args)` does what takes a processor a while: hashing."""
        self._end_all, self._run = end_all, run
        self._hosts = hosts
        self._hasher = PasswordHasher()
        self._nobody = _hash_of_nothing(self._hasher)

    def add(self, name: str, password: str | None, now: int, *, admin: bool = False) -> str:
        """Makes an account; its password, generated where None is given. Raises ContentError."""
        if not NAME.fullmatch(name):
            raise ContentError(f"host name {name!r}: use 1 to 64 of A-Z, a-z, 0-9, '.', '_', '@' and '-'")
        there = ContentError(f"there is a host {name!r} already; flask host passwd changes the password")
        if self._hosts.get(name):
            raise there
        password, hashed = self._hashed(password)
        if not self._hosts.replace(None, Host(name=name, password_hash=hashed, created_at=now, admin=admin)):
            raise there
        return password

    def change_password(self, name: str, password: str | None) -> str:
        """Sets another password, generated where None is given, and ends all sessions.

        Raises ContentError, or WrongState where somebody else changes the account meanwhile: hashing takes a while, and what they
        did, above all that they removed it or made it no admin's, must stay done.
        """
        host = self.get(name)
        password, hashed = self._hashed(password)
        if not self._hosts.replace(host, msgspec.structs.replace(host, password_hash=hashed)):
            raise WrongState(f"somebody else has just changed the account of {name!r}; try again")
        self._end_all(name)
        return password

    def get(self, name: str) -> Host:
        """One account; raises ContentError if there is none."""
        host = self._hosts.get(name)
        if host is None:
            raise ContentError(f"there is no host {name!r}")
        return host

    def _hashed(self, password: str | None) -> tuple[str, str]:
        """The password, or a generated one, and its hash."""
        password = generated_password() if password is None else password
        if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
            raise ContentError(f"a password has {LEAST_PASSWORD} to {MOST_PASSWORD} characters")
        return password, self._run(self._hasher.hash, password)

    def set_admin(self, name: str, admin: bool) -> Host:
        """Makes an account one that may do everything, or no longer: then its sessions end. Raises ContentError."""
        while not self._hosts.replace(before := self.get(name), host := msgspec.structs.replace(before, admin=admin)):
            pass  # a new password came in between, which takes longer to make than this
        if not admin:
            self._end_all(name)
        return host

    def remove(self, name: str) -> None:
        """Removes an account, and ends its sessions; raises ContentError if there is none."""
        self.get(name)
        self._hosts.delete(name)
        self._end_all(name)

    def all(self) -> list[Host]:
        """All accounts, by name."""
        return self._hosts.all()

    def still(self, host: Host) -> None:
        """Raises Unauthorized if the account is gone, or has got another password."""
        found = self._hosts.get(host.name)
        if found is None or found.password_hash != host.password_hash:
            raise Unauthorized(WRONG)

    def check(self, name: str, password: str) -> Host:
        """The host whose password this is; raises Unauthorized."""
        host = self._hosts.get(name) if NAME.fullmatch(name) else None
        try:
            self._run(self._hasher.verify, host.password_hash if host else self._nobody, password[:MOST_PASSWORD])
        except (Argon2Error, InvalidHashError, UnicodeError):
            host = None
        if host is None:
            raise Unauthorized(WRONG)
        return host
