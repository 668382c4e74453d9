"""Signing in: passwords can't be found by trying, and nobody can keep a teacher out from elsewhere."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from quiz.domain.errors import RateLimited, ServerBusy, Unauthorized
from quiz.play.signing_in import SigningIn
from tests.harness.server import Server
from tests.security.conftest import PASSWORD


def attempt(server: Server, name: str, password: str, address: str, **headers: str) -> requests.Response:
    """Somebody tries, through the proxy that the server trusts."""
    return requests.post(
        f"{server.url}/api/v1/session",
        json={"name": name, "password": password},
        headers={"X-Forwarded-For": address, **headers},
        timeout=20,
    )


def test_a_password_cant_be_found_by_trying_and_its_host_is_not_kept_out(staffroom: Server):
    """All workers count together, at the same time too; the host's own address has its own allowance, also then.

    The refusal says when to come back.
    """
    assert attempt(staffroom, "bob", PASSWORD, "198.51.100.1").status_code == 200
    with ThreadPoolExecutor(6) as pool:
        tried = list(pool.map(lambda n: attempt(staffroom, "bob", f"guess {n}", f"203.0.113.{n}"), range(12)))
    assert Counter(reply.status_code for reply in tried) == {401: 3, 429: 9}
    refused = attempt(staffroom, "bob", PASSWORD, "203.0.113.99")
    told = refused.json()
    assert (refused.status_code, told["code"]) == (429, "rate_limited")
    assert 0 < told["retry_after_ms"] <= 900_000
    assert 0 <= int(refused.headers["Retry-After"]) - told["retry_after_ms"] / 1000 < 1
    for _ in range(4):  # a right password uses nothing up
        assert attempt(staffroom, "bob", PASSWORD, "198.51.100.1").status_code == 200
    theirs = [attempt(staffroom, "bob", "wrong", "198.51.100.1").status_code for _ in range(4)]
    assert theirs == [401, 401, 401, 429]


def test_an_address_may_fail_so_often_whatever_the_names(staffroom: Server):
    """Names that don't exist count as those that do, and are answered alike; a host in that place has to wait with them."""
    tried = [attempt(staffroom, f"nobody{n}", "wrong", "203.0.113.200") for n in range(9)]
    assert [reply.status_code for reply in tried] == [401] * 8 + [429]
    assert {reply.content for reply in tried[:8]} == {attempt(staffroom, "fred", "wrong", "203.0.113.201").content}
    assert attempt(staffroom, "ann", PASSWORD, "203.0.113.200").status_code == 429
    assert attempt(staffroom, "ann", PASSWORD, "203.0.113.202").status_code == 200


def test_the_cookie_is_for_this_site_alone(staffroom: Server):
    """No script reads it, other sites' pages don't send it, and behind TLS it never goes in the open."""
    plain, secure = (attempt(staffroom, "ann", PASSWORD, "198.51.100.2", **more) for more in ({}, {"X-Forwarded-Proto": "https"}))
    for reply, expected in ((plain, False), (secure, True)):
        parts = {part.strip().lower() for part in reply.headers["Set-Cookie"].split(";")}
        assert {"httponly", "samesite=lax", "path=/"} <= parts
        assert ("secure" in parts) is expected
        assert not any(part.startswith("domain") for part in parts)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://["])
def test_no_other_sites_page_signs_its_visitor_in(staffroom: Server, origin: str):
    """Though it knows a name and a password, its own; a page of this site may."""
    assert attempt(staffroom, "ann", PASSWORD, "198.51.100.3", Origin=origin).status_code == 403
    assert attempt(staffroom, "ann", PASSWORD, "198.51.100.3", Origin=staffroom.url).status_code == 200


class Memory:
    """`play.signing_in.Attempts` without a clock."""

    def __init__(self) -> None:
        self.used: Counter[str] = Counter()
        self.known: set[tuple[str, str]] = set()

    def take(self, whose: str, most: int) -> int:
        if self.used[whose] >= most:
            return 1000
        self.used[whose] += 1
        return 0

    def give_back(self, whose: str) -> None:
        self.used[whose] -= 1

    def remember(self, account: str, place: str) -> None:
        self.known.add((account, place))

    def remembers(self, account: str, place: str) -> bool:
        return (account, place) in self.known


class Door:
    """`Accounts` of a host whose password is `right`; `busy` is what checking raises."""

    busy: Exception | None = None

    def check(self, name: str, password: str) -> None:
        if self.busy:
            raise self.busy
        if password != "right":
            raise Unauthorized


def test_what_was_no_failure_is_given_back():
    """A right password, a server that could not check, and an attempt that another limit refused count for nothing."""
    memory, door, refused = Memory(), Door(), []
    made: Any = door
    signing_in = SigningIn(made, memory, per_account=5, per_address=2, refused=refused.append)
    signing_in.enter("ann", "right", "192.0.2.1")
    door.busy = ServerBusy()
    with pytest.raises(ServerBusy):
        signing_in.enter("ann", "right", "192.0.2.1")
    door.busy = None
    assert memory.used.total() == 0
    for _ in range(2):
        with pytest.raises(Unauthorized):
            signing_in.enter("ann", "wrong", "192.0.2.1")
    with pytest.raises(RateLimited):
        signing_in.enter("ann", "right", "192.0.2.1")
    assert memory.used.total() == 4
    assert refused == ["unauthorized", "unauthorized", "rate_limited"]


@pytest.mark.long
def test_many_at_once_with_the_right_password_are_no_guesses(staffroom: Server):
    """A class of teachers' assistants on one account: more than there may be wrong ones, and all are let in."""
    with ThreadPoolExecutor(10) as pool:
        tried = list(pool.map(lambda n: attempt(staffroom, "ann", PASSWORD, f"198.51.100.{50 + n}"), range(10)))
    assert {reply.status_code for reply in tried} == {200}


def test_without_limits_per_address_an_account_still_has_its_own():
    """`limits.per_address` false is for load tests, and opens no password."""
    door: Any = Door()
    signing_in = SigningIn(door, Memory(), per_account=5, per_address=None, refused=lambda why: None)
    for _ in range(5):
        with pytest.raises(Unauthorized):
            signing_in.enter("ann", "wrong", "192.0.2.1")
    with pytest.raises(RateLimited):
        signing_in.enter("ann", "wrong", "192.0.2.2")
