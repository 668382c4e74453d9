"""Quizzes and accounts in Redis, and a Redis that is not there."""

from __future__ import annotations

import msgspec
import pytest

from quiz.domain.errors import ServerBusy
from quiz.domain.question import TYPES
from quiz.domain.quiz import Quiz
from quiz.leaderboard.board_redis import RedisLeaderboard
from quiz.play.holdings import Host
from quiz.play.sessions import Account, Ended, Session
from quiz.store.attempts import RedisAttempts
from quiz.store.connection import connect
from quiz.store.games_redis import RedisGames
from quiz.store.quizzes import RedisHosts, RedisQuizzes
from quiz.store.sessions import RedisSessions
from tests.domain.builders import ask
from tests.store.worlds import game_of


def quiz_named(slug: str, title: str = "T") -> Quiz:
    return Quiz(slug, title, tuple(ask(kind, id=kind) for kind in TYPES), "About", "en")


def test_a_quiz_is_kept_replaced_and_removed(client):
    """The newest of a slug is the quiz; lists show it by title."""
    shelf = RedisQuizzes(client)
    assert shelf.get("a") is None
    shelf.put(quiz_named("a", "zebra"))
    shelf.put(quiz_named("b", "Ant"))
    assert (shelf.get("a").title, [q.id for q in shelf.get("a").questions]) == ("zebra", list(TYPES))
    shelf.put(quiz_named("a", "Antelope"))
    assert [one.title for one in shelf.all()] == ["Ant", "Antelope"]
    summary = {"slug": "a", "title": "Antelope", "description": "About", "language": "en", "question_count": 7}
    told = msgspec.to_builtins(shelf.all()[1])
    assert {name: told[name] for name in summary} == summary
    assert [shelf.delete("a"), shelf.delete("a")] == [True, False]
    assert shelf.get("a") is None
    assert [one.slug for one in shelf.all()] == ["b"]


def test_each_owner_has_slugs_of_their_own(client):
    """The same slug is another quiz for each; the release before, which knows the shared ones alone, sees no other."""
    shelf = RedisQuizzes(client)
    for owner, title in ((None, "shared"), ("ann", "ann's"), ("bob", "bob's")):
        shelf.put(msgspec.structs.replace(quiz_named("a", title), owner=owner))
    assert [shelf.get("a", owner).title for owner in (None, "ann", "bob")] == ["shared", "ann's", "bob's"]
    assert [[one.title for one in shelf.all(owner)] for owner in (None, "bob")] == [["shared"], ["bob's"]]
    assert client.hkeys("quiz:quizzes") == ["a"]
    # No slug leads from one shelf to another's.
    assert [shelf.get("ann/a"), shelf.get("ann/a", "bob"), shelf.get("/a"), shelf.delete("ann/a")] == [None, None, None, False]
    assert [shelf.delete("a", "ann"), shelf.delete("a", "ann")] == [True, False]
    assert [shelf.get("a", owner) is None for owner in (None, "ann", "bob")] == [False, True, False]


def test_ended_sessions_are_written_down(client):
    """All of a host's up to a second, which only grows, and single ones until their tokens have expired."""
    ledger = RedisSessions(client)
    RedisHosts(client).replace(None, Host(name="ann", password_hash="1", created_at=5, admin=True))
    ledger.end_all({"ann": 10, "bob": 20})
    ledger.end_all({"ann": 9, "bob": 21})
    ledger.end({"s1": 100, "s2": 200}, now=50)
    ledger.end({"s3": 300}, now=150)
    assert ledger.account(Session("ann", "s2", 0, 0)) == Account(True, 10, True)
    assert ledger.account(Session("bob", "s1", 0, 0)) == Account(None, 21, False)
    assert ledger.ended() == Ended({"ann": 10, "bob": 21}, {"s2": 200, "s3": 300}, frozenset(["ann"]))


def test_attempts_are_counted_and_forgotten(client):
    """So many in a window, which begins with the first and does not begin anew; what is given back can be taken again."""
    attempts = RedisAttempts(client, window_seconds=60)
    assert [attempts.take("a", 2) for _ in range(2)] == [0, 0]
    first = client.pttl("quiz:attempts:a")
    assert 0 < attempts.take("a", 2) <= first <= 60_000
    attempts.give_back("a")
    assert [attempts.take("a", 2) > 0 for _ in range(2)] == [False, True]
    assert client.pttl("quiz:attempts:a") <= first
    attempts.give_back("b")
    assert client.get("quiz:attempts:b") is None
    assert not attempts.remembers("a", "place")
    attempts.remember("a", "place")
    assert [attempts.remembers("a", "place"), attempts.remembers("b", "place")] == [True, False]
    assert client.ttl("quiz:signed-in:a:place") > 0


def test_a_host_is_kept_replaced_and_removed(client):
    """Accounts by name."""
    hosts = RedisHosts(client)
    bob, ann = Host(name="bob", password_hash="1", created_at=5), Host(name="ann", password_hash="2", created_at=6)
    newer = Host(name="ann", password_hash="3", created_at=6)
    assert [hosts.replace(None, bob), hosts.replace(None, ann), hosts.replace(ann, newer)] == [True, True, True]
    assert [(host.name, host.password_hash) for host in hosts.all()] == [("ann", "3"), ("bob", "1")]
    assert hosts.get("ann").created_at == 6
    # Who read it before that changes nothing, nor does who thinks that there is none, or that there is one.
    other = Host(name="ann", password_hash="4", created_at=6)
    assert [hosts.replace(ann, other), hosts.replace(None, other), hosts.replace(bob, other)] == [False, False, False]
    assert (
        hosts.replace(Host(name="cy", password_hash="5", created_at=6), Host(name="cy", password_hash="6", created_at=6)) is False
    )
    assert (hosts.get("ann"), hosts.get("cy")) == (newer, None)
    # What another release wrote, with fields of its own, is the same account.
    client.hset("quiz:hosts", "di", '{"name": "di", "later": 1, "created_at": 7, "password_hash": "8"}')
    assert (di := hosts.get("di")) is not None
    assert hosts.replace(di, Host(name="di", password_hash="9", created_at=7))
    assert [hosts.delete("di"), hosts.get("di")] == [True, None]
    assert [hosts.delete("ann"), hosts.delete("ann")] == [True, False]
    assert hosts.get("ann") is None


def test_nothing_that_is_stored_is_pickled(redis_store, client):
    """Every value is text or JSON."""
    RedisQuizzes(client).put(quiz_named("a"))
    RedisHosts(client).replace(None, Host(name="ann", password_hash="1", created_at=5))
    game = redis_store.make("single", "text")
    redis_store.seat(game, "ann")
    redis_store.ask(game)
    redis_store.answer(game, "ann")
    for key in client.keys("*"):
        dump = repr({"string": client.get, "hash": client.hgetall}.get(client.type(key), lambda _: "")(key))
        assert "\\x80" not in dump


def test_a_redis_that_is_not_there_is_busy():
    """Every call says server_busy, and says it at once."""
    client = connect("unix:///tmp/no-such-folder/socket", timeout_ms=200)
    games, board, game = RedisGames(client, 60, 60), RedisLeaderboard(client), game_of(("single",), "live", "123456", "g", 0)
    for call in (
        lambda: games.create(game),
        lambda: games.game("123456"),
        lambda: games.phase(game),
        lambda: games.presence.beat("w"),
        lambda: board.top(game, 5),
        RedisQuizzes(client).all,
        RedisHosts(client).all,
    ):
        with pytest.raises(ServerBusy) as caught:
            call()
        assert caught.value.retryable


def test_a_redis_that_forgot_the_scripts_is_sent_them_again(redis_store, client):
    """A restart of Redis costs no call."""
    game = redis_store.make()
    redis_store.seat(game, "ann")
    client.script_flush()
    assert redis_store.games.players.standing(game, "ann").score == 0
    assert redis_store.listing(game) == [(1, "ann", 0)]
