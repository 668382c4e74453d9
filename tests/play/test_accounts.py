"""Hosts: adding them, and letting them in."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError

from quiz.domain.errors import ContentError, Unauthorized
from quiz.play.accounts import Accounts, _hash_of_nothing


class Shelf:
    """`play.ports.Hosts` in a dict."""

    def __init__(self):
        self.kept = {}

    def get(self, name):
        return self.kept.get(name)

    def put(self, host):
        self.kept[host.name] = host

    def delete(self, name):
        return self.kept.pop(name, None) is not None

    def all(self):
        return [self.kept[name] for name in sorted(self.kept)]


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


def test_a_missing_name_costs_as_much_as_a_wrong_password(accounts):
    """What is verified against then is a hash like any other, and nobody's."""
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
