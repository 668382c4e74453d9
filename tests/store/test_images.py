"""Where images lie, what is known of them, and that only those go which nothing uses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import redis

from quiz.domain import game as machine
from quiz.domain.errors import ImageNotFound, ServerBusy
from quiz.domain.quiz import Quiz
from quiz.play.archive import archive
from quiz.play.drafts import Draft
from quiz.play.images import AT_HAND, Images, Kept, Picture, Pictures
from quiz.store.drafts import RedisDrafts
from quiz.store.images import FolderPictures, RedisPictures, RedisRegister, Sweeper, used
from quiz.store.quizzes import RedisQuizzes
from tests.domain.builders import ask
from tests.store.shelves import MemoryRegister
from tests.store.worlds import World, game_of

DAY_MS = 24 * 3600 * 1000


@pytest.fixture(params=["redis", "folder"])
def pictures(request: pytest.FixtureRequest, client: Any, tmp_path: Path) -> Pictures:
    return RedisPictures(client) if request.param == "redis" else FolderPictures(tmp_path / "images")


def test_a_picture_is_kept_as_it_is_and_removed(pictures: Pictures):
    """Any bytes; what is not there is nothing, and may be removed all the same."""
    data = bytes(range(256)) * 3
    assert pictures.get("0" * 32) is None
    for _ in range(2):
        pictures.put("0" * 32, data)
        assert pictures.get("0" * 32) == data
    for _ in range(2):
        pictures.delete("0" * 32)
    assert pictures.get("0" * 32) is None


def test_a_folder_that_is_away_is_busy(tmp_path: Path):
    """As a Redis that is: the client may try again."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ServerBusy):
        FolderPictures(tmp_path / "file").put("0" * 32, b"x")
    with pytest.raises(ServerBusy):
        FolderPictures(tmp_path / "file").get("0" * 32)


@pytest.mark.parametrize("kind", ["memory", "redis"])
def test_the_register_knows_each_and_adds_up(kind: str, client: Any):
    """Of all, and of each host; exactly what is set then."""
    register = MemoryRegister() if kind == "memory" else RedisRegister(client)
    kept = Kept(owner="ann", bytes=5, width=1, height=2, created_at=3)
    assert register.get("a") is None
    register.put("a", kept)
    register.put("b", kept)
    register.delete("b")
    assert (register.get("a"), register.all()) == (kept, {"a": kept})
    register.add_bytes("ann", 5)
    register.add_bytes("ann", 6)
    register.add_bytes("bob", 1)
    assert [register.bytes_of(name) for name in ("ann", "bob", "cat")] == [11, 1, 0]
    register.set_bytes({"ann": 7})
    assert [register.bytes_of(name) for name in ("ann", "bob")] == [7, 0]
    register.set_bytes({})
    assert register.bytes_of("ann") == 0


class Gallery:
    """Images on a clock that tests turn."""

    def __init__(self, client: Any) -> None:
        self.now = 1_700_000_000_000
        self.images = Images(RedisPictures(client), RedisRegister(client), lambda: self.now, 1_000_000)

    def bring(self, name: str) -> str:
        return self.images.take(Picture(name.encode(), 1, 1), "ann")

    def there(self, address: str) -> bool:
        return self.images.pictures.get(address[8:40]) is not None


def holders(client: Any, world: World) -> dict[str, Callable[[str], object]]:
    """Everything that may hold the address of an image."""
    quizzes, drafts = RedisQuizzes(client), RedisDrafts(client)

    def quiz(address: str, **more: Any) -> Quiz:
        return Quiz("a", "A", (ask("single", image=address),), **more)

    def gone(address: str) -> None:
        quizzes.put(msgspec.structs.replace(quiz(address, owner="ann"), slug="gone"))
        quizzes.delete("gone", "ann")

    def game(pin: str, address: str) -> Any:
        made = game_of(("single",), "live", pin, f"g{pin}", 0)
        made = msgspec.structs.replace(made, questions=(ask("single", image=address),))
        assert world.games.create(made)
        return made

    def record(address: str) -> None:
        made = game("100002", address)
        world.step(made, machine.end)
        world.games.archive(made, msgspec.json.encode(archive(world.games, made, 1)))
        client.delete("quiz:{100002}:content")

    def choice(address: str) -> None:
        quizzes.put(Quiz("c", "C", (ask("single", choices=[{"text": "a", "image": address}, "b"], correct=0),)))

    content = '{{"questions":[{{"image":"{}"}}]}}'
    return {
        "shared": lambda address: quizzes.put(quiz(address)),
        "own": lambda address: quizzes.put(quiz(address, owner="ann")),
        "choice": choice,
        "deleted": gone,
        "draft": lambda address: drafts.keep(
            "ann", Draft(slug="d", content=msgspec.Raw(content.format(address).encode())), "any"
        ),
        "game": lambda address: game("100001", address),
        "record": record,
    }


def test_only_what_nothing_uses_for_a_while_is_removed(client: redis.Redis, redis_store: World):
    """Whatever holds the address of an image keeps it; the bytes of hosts are those of what stays."""
    gallery = Gallery(client)
    kept = {name: gallery.bring(name) for name in holders(client, redis_store)}
    for name, hold in holders(client, redis_store).items():
        hold(kept[name])
    unused = gallery.bring("unused")
    assert used(client) == {address[8:40] for address in kept.values()}  # type: ignore[arg-type]
    sweeper = Sweeper(client, gallery.images, keep_days=7)  # type: ignore[arg-type]
    assert sweeper.sweep_if_due() == 0
    gallery.now += 8 * DAY_MS
    assert sweeper.sweep_if_due() == 0  # it was swept of late
    client.delete("quiz:images-swept")
    assert sweeper.sweep_if_due() == 1
    assert not gallery.there(unused)
    assert all(gallery.there(address) for address in kept.values())
    assert gallery.images.register.bytes_of("ann") == sum(map(len, kept))
    assert 0 < client.pttl("quiz:images-swept") <= 20 * 3600 * 1000


def test_an_image_that_is_used_again_begins_anew(client: redis.Redis):
    """Used in between, or brought again: its time begins when it is found unused the next time."""
    gallery = Gallery(client)
    first, second = gallery.bring("first"), gallery.bring("second")
    sweep = gallery.images.sweep
    assert sweep(set(), 7 * DAY_MS) == 0
    gallery.now += 8 * DAY_MS
    gallery.bring("second")
    assert sweep({first[8:40]}, 7 * DAY_MS) == 0
    gallery.now += 5 * DAY_MS
    assert sweep(set(), 7 * DAY_MS) == 0
    assert gallery.there(first)
    gallery.now += 8 * DAY_MS
    assert sweep(set(), 7 * DAY_MS) == 2
    assert not gallery.there(second)
    with pytest.raises(ImageNotFound):
        Gallery(client).images.get(first[8:40])


def test_what_a_class_asks_for_is_fetched_once_and_not_without_bound(client: redis.Redis, monkeypatch: pytest.MonkeyPatch):
    """The newest stay at hand, up to so many bytes."""
    monkeypatch.setattr("quiz.play.images.AT_HAND", 10)
    gallery = Gallery(client)
    ids = [gallery.bring(name)[8:40] for name in ("aaaa", "bbbb", "cccc")]
    asked: list[str] = []
    get = gallery.images.pictures.get
    monkeypatch.setattr(gallery.images.pictures, "get", lambda id: asked.append(id) or get(id))
    for id in (ids[0], ids[0], ids[1], ids[0], ids[2], ids[0], ids[1]):
        gallery.images.get(id)
    assert asked == [ids[0], ids[1], ids[2], ids[1]]
    assert AT_HAND > 10
