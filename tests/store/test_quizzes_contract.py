"""What every shelf of quizzes and drafts does, in Redis and in memory alike."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import msgspec
import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quiz.domain.errors import LimitReached, VersionConflict
from quiz.domain.quiz import Quiz
from quiz.play import drafts as bounds
from quiz.play.drafts import Draft, Drafts
from quiz.play.ports import Quizzes
from quiz.store.drafts import RedisDrafts
from quiz.store.quizzes import RedisQuizzes
from tests.domain.builders import ask
from tests.store.shelves import MemoryDrafts, MemoryQuizzes


def now() -> int:
    return time.time_ns() // 1_000_000


class Stores(NamedTuple):
    quizzes: Quizzes
    drafts: Drafts


def stores(kind: str, client: redis.Redis) -> Stores:
    if kind == "memory":
        return Stores(MemoryQuizzes(now), MemoryDrafts(now))
    return Stores(RedisQuizzes(client), RedisDrafts(client))  # type: ignore[arg-type]


@pytest.fixture(params=["memory", "redis"])
def store(request: pytest.FixtureRequest, client: redis.Redis) -> Stores:
    return stores(request.param, client)


def quiz(slug: str = "a", owner: str | None = "ann", title: str = "A", **more: Any) -> Quiz:
    return Quiz(slug, title, (ask("single"),), owner=owner, **more)


def draft(slug: str = "a", owner: str | None = "ann", **more: Any) -> Draft:
    return Draft(**{"slug": slug, "owner": owner, "content": msgspec.Raw(b"{}"), **more})


def test_each_save_is_a_later_version_and_of_no_other_than_was_asked(store: Stores):
    """Who saves from an older version, makes what is there, or saves what is gone, changes nothing and learns the newest."""
    made = store.quizzes.save(quiz(), None)
    kept = store.quizzes.save(msgspec.structs.replace(made, title="B"), made.version)
    assert kept.version > made.version > 1_700_000_000_000
    assert kept.updated_at >= made.updated_at
    for old in (made.version, None, kept.version + 1):
        with pytest.raises(VersionConflict) as caught:
            store.quizzes.save(quiz(title="C"), old)
        assert caught.value.more["version"] == kept.version
    assert store.quizzes.get("a", "ann") == kept
    with pytest.raises(VersionConflict) as caught:
        store.quizzes.save(quiz("b"), 0)
    assert caught.value.more["version"] is None
    assert store.quizzes.get("b", "ann") is None
    assert store.quizzes.put(quiz(title="D")).version > kept.version


def test_what_lists_show_is_what_was_saved_last(store: Stores):
    """Title, tags, version, by whom; and two numbers tell that something is new."""
    seen = {store.quizzes.marks("ann")}
    made = store.quizzes.put(quiz(title="Zoo", tags=("Big", "cats"), updated_by="bob"))
    seen.add(store.quizzes.marks("ann"))
    [shown] = store.quizzes.all("ann")
    assert (shown.title, shown.tags, shown.version, shown.updated_by) == ("Zoo", ("Big", "cats"), made.version, "bob")
    assert shown.size == len(msgspec.json.encode(msgspec.structs.replace(made, version=0, updated_at=0)))
    store.quizzes.put(quiz(title="Ant"))
    seen.add(store.quizzes.marks("ann"))
    assert store.quizzes.slugs("ann") == ["a"]
    assert [one.title for one in store.quizzes.summaries("ann", ["b", "a"])] == ["Ant"]
    assert store.quizzes.summaries("ann", []) == []
    store.quizzes.delete("a", "ann")
    seen.add(store.quizzes.marks("ann"))
    assert len(seen) == 4
    assert store.quizzes.all("ann") == store.quizzes.all() == []


def test_a_deleted_quiz_is_kept_apart(store: Stores):
    """Only of the version that was asked; a new one of its name is another, with a later version."""
    made = store.quizzes.put(quiz())
    with pytest.raises(VersionConflict) as caught:
        store.quizzes.delete("a", "ann", made.version - 1)
    assert caught.value.more["version"] == made.version
    assert store.quizzes.deleted("a", "ann") is None
    assert [store.quizzes.delete("a", "ann", made.version, "bob"), store.quizzes.delete("a", "ann")] == [True, False]
    assert store.quizzes.get("a", "ann") is None
    assert store.quizzes.deleted("a", "ann") == made
    [shown] = store.quizzes.bin("ann")
    assert (shown.slug, shown.updated_by, shown.deleted_at >= made.updated_at) == ("a", "bob", True)
    assert store.quizzes.bin() == []
    assert store.quizzes.save(quiz(), None).version >= made.version
    store.quizzes.forget("a", "ann")
    assert store.quizzes.deleted("a", "ann") is None
    assert store.quizzes.bin("ann") == []
    assert store.quizzes.get("a", "ann") is not None


def test_a_draft_is_its_hosts_and_never_over_another_version(store: Stores):
    """Any JSON, also of a quiz that does not exist; two hosts' drafts of one quiz are two."""
    content = b'{"title":"\xe8\xaf\x8d","questions":[{"text":""}]}'
    first = store.drafts.keep("ann", draft(title="A", base=5, content=msgspec.Raw(content)), "none")
    found = store.drafts.get("ann", "a", "ann")
    assert found is not None
    assert (bytes(found.content), found.version, found.base, found.title) == (content, first, 5, "A")
    second = store.drafts.keep("ann", draft(), first)
    assert second > first
    for old in (first, "none"):
        with pytest.raises(VersionConflict) as caught:
            store.drafts.keep("ann", draft(), old)
        assert caught.value.more["version"] == second
    assert store.drafts.get("bob", "a", "ann") is None
    store.drafts.keep("bob", draft(), "any")
    store.drafts.keep("ann", draft(owner=None), "any")
    assert {(one.slug, one.owner) for one in store.drafts.all("ann")} == {("a", "ann"), ("a", None)}
    assert [store.drafts.drop("ann", "a", "ann"), store.drafts.drop("ann", "a", "ann")] == [True, False]
    assert [one.owner for one in store.drafts.all("ann")] == [None]
    assert store.drafts.get("ann", "a", "ann") is None


@pytest.mark.parametrize("kind", ["memory", "redis"])
def test_a_host_has_so_many_drafts(kind: str, client: Any):
    """One more is refused; those that are there can be kept on."""
    drafts = MemoryDrafts(now, 2) if kind == "memory" else RedisDrafts(client, most=2)
    for slug in ("a", "b", "a"):
        drafts.keep("ann", draft(slug), "any")
    with pytest.raises(LimitReached):
        drafts.keep("ann", draft("c"), "any")
    assert len(drafts.all("ann")) == 2


def test_who_edits_a_quiz_is_known_until_they_leave_or_fall_silent(store: Stores, monkeypatch: pytest.MonkeyPatch):
    """Each open editor by itself, for as long as its lease."""
    assert store.drafts.editing("a", None, "ann/1") == ["ann/1"]
    assert sorted(store.drafts.editing("a", None, "bob/1")) == ["ann/1", "bob/1"]
    assert store.drafts.editing("a", "ann", "ann/1") == ["ann/1"]
    assert store.drafts.editing("a", None, "ann/1", leave=True) == ["bob/1"]
    store.drafts.editing("a", None, "cat/1")
    _lease(monkeypatch, 1)
    store.drafts.editing("a", None, "bob/1")
    deadline = time.monotonic() + 60
    while (found := store.drafts.editing("a", None, "dan/1", leave=True)) != ["cat/1"] and time.monotonic() < deadline:
        time.sleep(0.002)  # by Redis's own clock, which nobody can inject
    assert found == ["cat/1"]


def _lease(monkeypatch: pytest.MonkeyPatch, milliseconds: int) -> None:
    for module in ("quiz.store.drafts", "tests.store.shelves"):
        monkeypatch.setattr(f"{module}.LEASE_MS", milliseconds)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "save", "stale", "make", "delete", "forget"]),
        st.sampled_from("ab"),
        st.sampled_from([None, "ann"]),
    ),
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(STEPS)
def test_redis_and_memory_have_the_same(client: redis.Redis, steps: list[tuple[str, str, str | None]]):
    """Whatever is done: the same quizzes, lists, bins and refusals, but for the times."""
    client.flushall()
    both = [stores(kind, client).quizzes for kind in ("memory", "redis")]
    for number, (what, slug, owner) in enumerate(steps):
        assert len({_done(one, what, quiz(slug, owner, f"T{number}")) for one in both}) == 1
        for whose in (None, "ann"):
            told = [[(one.slug, one.title, one.question_count, one.size) for one in shelf.all(whose)] for shelf in both]
            assert told[0] == told[1]
            assert len({frozenset((one.slug, one.title) for one in shelf.bin(whose)) for shelf in both}) == 1


def _done(shelf: Quizzes, what: str, one: Quiz) -> str:
    there = shelf.get(one.slug, one.owner)
    try:
        match what:
            case "put":
                shelf.put(one)
            case "save" | "stale":
                shelf.save(one, (there.version if there else 5) - (what == "stale"))
            case "make":
                shelf.save(one, None)
            case "delete":
                return str(shelf.delete(one.slug, one.owner))
            case "forget":
                shelf.forget(one.slug, one.owner)
    except VersionConflict as error:
        return "conflict" if error.more["version"] else "none"
    return "done"


def test_drafts_are_forgotten_and_so_are_deleted_quizzes(client: redis.Redis):
    """Both have a time to live, and lists clean up what is over."""
    quizzes, drafts = RedisQuizzes(client, 1), RedisDrafts(client, 1)  # type: ignore[arg-type]
    quizzes.put(quiz())
    quizzes.delete("a", "ann")
    drafts.keep("ann", draft(), "any")
    for key in ("quiz:deleted-quiz:{quiz:quiz:ann/a}", "quiz:draft:{ann}:ann/a", "quiz:drafts:{ann}"):
        assert 0 < client.ttl(key) <= 24 * 3600
    [gone], [kept] = client.hvals("quiz:deleted:ann"), client.hvals("quiz:drafts:{ann}")
    client.hset("quiz:deleted:ann", "a", gone.replace('"deleted_at":1', '"deleted_at":'))
    client.hset("quiz:drafts:{ann}", "ann/a", kept.replace('"updated_at":1', '"updated_at":'))
    assert quizzes.bin("ann") == drafts.all("ann") == []
    assert not client.exists("quiz:deleted:ann", "quiz:drafts:{ann}")


def test_a_slow_writer_does_not_undo_what_lists_show(client: redis.Redis):
    """Two save one after the other, and note it for lists the other way round: the newer stays."""
    quizzes = RedisQuizzes(client)  # type: ignore[arg-type]
    old = quizzes.put(quiz(title="old"))
    shown = client.hget("quiz:quizzes:ann", "a")
    quizzes.save(quiz(title="new"), old.version)
    quizzes._note("ann", "a", old.version, shown)
    quizzes._note("ann", "a", old.version, b"")
    assert [one.title for one in quizzes.all("ann")] == ["new"]


def test_what_a_release_before_stored_is_version_0(client: redis.Redis):
    """Its quizzes and lists are read, saved from that version, and then have one."""
    quizzes = RedisQuizzes(client)  # type: ignore[arg-type]
    plain = msgspec.json.encode(quiz(owner=None)).decode()
    client.set("quiz:quiz:a", f'{{"schema":1,"quiz":{plain}}}')
    client.hset("quiz:quizzes", "a", '{"slug":"a","title":"A","description":"","language":"","question_count":1}')
    found = quizzes.get("a")
    assert found == quiz(owner=None)
    assert [(one.version, one.tags, one.question_count) for one in quizzes.all()] == [(0, (), 1)]
    assert quizzes.save(found, 0).version > 0
    with pytest.raises(VersionConflict):
        quizzes.save(found, 0)
    assert bounds.LEASE_MS > 1
