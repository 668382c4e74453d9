"""`flask host` and `flask dev-setup`."""

from __future__ import annotations

import re
from pathlib import Path

import redis

from quiz.play.accounts import Accounts
from quiz.store.quizzes import RedisHosts
from tests.cli.conftest import Flask


def test_a_generated_password_stands_alone_on_the_last_line(flask: Flask, store: redis.Redis) -> None:
    """It lets the host in, as does a chosen one, and `passwd` replaces either."""
    accounts = Accounts(RedisHosts(store))
    accounts.check("ann", flask("host", "add", "ann").lines[-1])
    assert "a good one" not in flask("host", "add", "bob", "--password", "a good one").out
    accounts.check("bob", "a good one")
    accounts.check("ann", flask("host", "passwd", "ann").lines[-1])
    flask("host", "passwd", "bob", "--password", "a better one").lines  # noqa: B018 - asserts success
    accounts.check("bob", "a better one")


def test_hosts_are_listed_without_their_hashes_and_removed_without_being_asked(flask: Flask) -> None:
    """The listing is a table or JSON."""
    flask.each([["host", "add", "bob"], ["host", "add", "ann"]])
    listed, as_json = flask.each([["host", "list"], ["host", "list", "--json"]])
    assert [line.split()[0] for line in listed.lines] == ["name", "ann", "bob"]
    assert [sorted(one) for one in as_json.json] == [["admin", "created_at", "name"]] * 2
    assert flask("host", "remove", "bob").lines == ["removed host bob"]
    assert [one["name"] for one in flask("host", "list", "--json").json] == ["ann"]


def test_an_account_becomes_an_admins_and_ordinary_again(flask: Flask) -> None:
    """The listing says which it is; the password stays."""
    flask("host", "add", "ann").lines  # noqa: B018 - asserts success
    for revoke, said, admin in (((), "an admin", True), (("--revoke",), "no longer an admin", False)):
        assert flask("host", "admin", "ann", *revoke).lines == [f"host ann is {said}"]
        assert [one["admin"] for one in flask("host", "list", "--json").json] == [admin]


def test_each_failure_is_one_line(flask: Flask) -> None:
    """Whatever is wrong with a call, stderr has one line that says it."""
    flask("host", "add", "ann").lines  # noqa: B018 - asserts success
    said = {
        ("host", "add", "ann"): "there is a host 'ann' already",
        ("host", "add", "two words"): "host name 'two words'",
        ("host", "add", "bob", "--password", "short"): "a password has 8",
        ("host", "add"): "Missing argument 'NAME'",
        ("host", "passwd", "nobody"): "there is no host 'nobody'",
        ("host", "admin", "nobody"): "there is no host 'nobody'",
        ("host", "remove", "nobody"): "there is no host 'nobody'",
    }
    for (command, words_of_it), outcome in zip(said.items(), flask.each(list(said)), strict=True):
        assert words_of_it in outcome.refusal, command


def test_the_first_start_sets_up_and_later_ones_bring_nothing_back(flask: Flask, store: redis.Redis) -> None:
    """It prints how to get in; what a host deleted stays deleted, and the password is told once."""
    first, second = flask("dev-setup").lines
    assert re.fullmatch(r"demo game PIN: [0-9]{6}", first)
    found = re.fullmatch(r"host: host  password: (\S+)", second)
    assert found
    Accounts(RedisHosts(store)).check("host", found[1])
    pin = first[-6:]
    shown = flask("game", "show", pin, "--json").json["game"]
    assert (shown["quiz"], shown["mode"], shown["state"]) == ("english-vocabulary", "self-paced", "open")
    slugs = [one["slug"] for one in flask("quiz", "list", "--json").json]
    assert len(slugs) == 3

    flask("quiz", "delete", "general-knowledge").lines  # noqa: B018 - asserts success
    again, how = flask("dev-setup").lines
    assert again == first
    assert how.startswith("host: host  ")
    assert "password: " not in how
    assert "flask host passwd host" in how
    assert len(flask("quiz", "list", "--json").json) == 2
    assert len(flask("game", "list", "--json").json) == 1

    flask("game", "end", pin).lines  # noqa: B018 - asserts success
    assert flask("dev-setup").lines == [how]


def test_a_set_up_that_was_interrupted_is_finished(flask: Flask) -> None:
    """Without its last step, the account, the next start goes on from what is there."""
    first, _ = flask("dev-setup").lines
    flask("host", "remove", "host").lines  # noqa: B018 - asserts success
    again, how = flask("dev-setup").lines
    assert again == first
    assert "password: " in how


def test_only_development_is_set_up(flask: Flask) -> None:
    """Staging and production get no demo and no account."""
    assert "staging" in flask("dev-setup", QUIZ_ENV="staging").refusal
    assert flask("host", "list", "--json").json == []


def test_without_redis_url_commands_share_the_embedded_store(flask: Flask, tmp_path: Path) -> None:
    """What one command stores the next one finds, each starting Valkey for itself."""
    alone = Flask(QUIZ_VAR_DIR=str(tmp_path / "embedded"))
    alone("host", "add", "ann").lines  # noqa: B018 - asserts success
    assert [one["name"] for one in alone("host", "list", "--json").json] == ["ann"]
    assert flask("host", "list", "--json").json == []
