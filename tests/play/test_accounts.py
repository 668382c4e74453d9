"""Hosts: adding them, and letting them in."""

from __future__ import annotations

from functools import partial

import msgspec
import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError

from quiz.domain.errors import ContentError, Unauthorized, WrongState
from quiz.play.accounts import Accounts, _hash_of_nothing


class Shelf:
    """`play.holdings.Hosts` in a dict."""

    def __init__(self):
        self.kept = {}

    def get(self, name):
        return self.kept.get(name)

    def replace(self, before, after):
        if self.kept.get(after.name) != before:
            return False
        self.kept[after.name] = after
        return True

    def delete(self, name):
        return self.kept.pop(name, None) is not None

    def all(self):
        return [self.kept[name] for name in sorted(self.kept)]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing takes time on purpose, and these tests need many hashes."""
    quick = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("quiz.play.accounts.PasswordHasher", quick)


@pytest.fixture
def accounts() -> Accounts:
    return Accounts(Shelf())


def test_a_host_signs_in_with_the_password_and_no_other(accounts):
    """The right one passes, a wrong one and an unknown name are told apart by nothing."""
    accounts.add("ann", "correct horse", 1)
    accounts.check("ann", "correct horse")
    words = set()
    for name, password in (("ann", "wrong"), ("ann", ""), ("nobody", "correct horse"), ("ann", "\ud800"), ("", "")):
        with pytest.raises(Unauthorized) as caught:
            accounts.check(name, password)
        words.add(caught.value.message)
    assert len(words) == 1


def test_a_name_that_nobody_can_have_is_not_looked_up(accounts):
    """The store is not given a megabyte to look for; the answer is that to any wrong name."""
    accounts._hosts.get = None
    for name in ("x" * 65, "x" * 1_000_000, "an n", "", "\ud800"):
        with pytest.raises(Unauthorized):
            accounts.check(name, "correct horse")


def test_a_missing_name_costs_as_much_as_a_wrong_password(monkeypatch):
    """What is verified against then is a hash like any other, as argon2 recommends them, and nobody's."""
    monkeypatch.undo()
    accounts = Accounts(Shelf())
    accounts.add("ann", "correct horse", 1)
    nobody = _hash_of_nothing(PasswordHasher())
    assert extract_parameters(nobody) == extract_parameters(accounts.get("ann").password_hash)
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(nobody, "correct horse")


def test_a_generated_password_works_and_no_two_are_the_same(accounts):
    """What `add` gives is what signs in."""
    made = [accounts.add(name, None, 1) for name in ("ann", "bob")]
    accounts.check("ann", made[0])
    assert made[0] != made[1]
    with pytest.raises(Unauthorized):
        accounts.check("ann", made[1])


def test_a_password_is_kept_as_a_hash_alone(accounts):
    """Nothing that is stored holds it."""
    accounts.add("ann", "correct horse", 1)
    assert "correct horse" not in repr(accounts.get("ann"))
    assert accounts.get("ann").password_hash.startswith("$argon2")


def test_a_new_password_replaces_the_old_one(accounts):
    """And the account keeps the day it was made."""
    accounts.add("ann", "correct horse", 7)
    accounts.change_password("ann", "battery staple")
    accounts.check("ann", "battery staple")
    with pytest.raises(Unauthorized):
        accounts.check("ann", "correct horse")
    assert accounts.get("ann").created_at == 7


def test_a_removed_host_signs_in_no_more(accounts):
    """Removing, twice: the second time there is no such host."""
    accounts.add("ann", "correct horse", 1)
    accounts.remove("ann")
    with pytest.raises(Unauthorized):
        accounts.check("ann", "correct horse")
    with pytest.raises(ContentError, match="no host"):
        accounts.remove("ann")
    assert accounts.all() == []


@pytest.mark.parametrize("name", ["", " ", "a b", "é", "x" * 65, "a\n"])
def test_an_odd_name_is_refused_with_what_is_allowed(accounts, name):
    """A name is what one can type anywhere."""
    with pytest.raises(ContentError, match="host name"):
        accounts.add(name, "correct horse", 1)


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
def test_a_password_has_its_bounds(accounts, password):
    """8 to 200 characters, when an account is made and when it is changed."""
    with pytest.raises(ContentError, match="8 to 200"):
        accounts.add("ann", password, 1)
    accounts.add("ann", "correct horse", 1)
    with pytest.raises(ContentError, match="8 to 200"):
        accounts.change_password("ann", password)


def test_a_name_is_anothers_once(accounts):
    """Adding twice says how to change the password instead."""
    accounts.add("ann", "correct horse", 1)
    with pytest.raises(ContentError, match="passwd"):
        accounts.add("ann", "battery staple", 1)
    accounts.check("ann", "correct horse")


def meanwhile(act) -> Accounts:
    """Accounts, of which somebody else does `act` to the same ones once `ann` is there and a password is being hashed."""
    shelf = Shelf()
    others = Accounts(shelf)

    def run(work, *args):
        done = work(*args)
        if shelf.get("ann"):
            act(others)
        return done

    return Accounts(shelf, run=run)


@pytest.mark.parametrize(
    "act",
    [
        lambda others: others.remove("ann"),
        lambda others: others.set_admin("ann", False),
        lambda others: others.change_password("ann", "battery staple"),
    ],
)
def test_what_is_done_to_an_account_while_its_password_changes_stays_done(act):
    """Who is being removed, or made no admin any more, gets nothing back by changing the password all the time."""
    accounts = meanwhile(act)
    accounts.add("ann", "correct horse", 1, admin=True)
    expected = Shelf()
    others = Accounts(expected)
    others.add("ann", "correct horse", 1, admin=True)
    act(others)
    with pytest.raises(WrongState, match="try again"):
        accounts.change_password("ann", "their own one")
    assert [(one.name, one.admin) for one in accounts.all()] == [(one.name, one.admin) for one in others.all()]
    for one in accounts.all():
        with pytest.raises(Unauthorized):
            accounts.check(one.name, "their own one")


def test_of_two_who_add_the_same_host_at_the_same_time_one_does():
    """The other is told, and gives nobody a password that is none."""
    shelf = Shelf()
    others = Accounts(shelf)

    def run(work, *args):
        if not shelf.get("ann"):
            others.add("ann", "battery staple", 1)
        return work(*args)

    with pytest.raises(ContentError, match="already"):
        Accounts(shelf, run=run).add("ann", "correct horse", 1, admin=True)
    others.check("ann", "battery staple")
    assert not others.get("ann").admin


def test_an_account_becomes_an_admins_though_its_password_changes_meanwhile():
    """Neither undoes the other."""

    class Busy(Shelf):
        def replace(self, before, after):
            if before is not None and after.admin and self.get("ann").password_hash != "new":
                self.kept["ann"] = msgspec.structs.replace(before, password_hash="new")
            return super().replace(before, after)

    accounts = Accounts(Busy())
    accounts.add("ann", "correct horse", 1)
    assert accounts.set_admin("ann", True).password_hash == "new"
    assert (accounts.get("ann").admin, accounts.get("ann").password_hash) == (True, "new")


def test_who_signed_in_is_still_the_same_until_the_password_or_the_account_goes():
    """What else changes of an account, such as being an admin's, is none of it."""
    accounts = Accounts(Shelf())
    accounts.add("ann", "correct horse", 1)
    before = accounts.check("ann", "correct horse")
    accounts.set_admin("ann", True)
    accounts.still(before)
    accounts.change_password("ann", "correct horse")  # the same one: who changes it wants everybody out all the same
    with pytest.raises(Unauthorized):
        accounts.still(before)
    after = accounts.check("ann", "correct horse")
    accounts.remove("ann")
    with pytest.raises(Unauthorized):
        accounts.still(after)
