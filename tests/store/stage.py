"""Instances of the platform over one Redis, whatever that consists of, with a crowd that plays on all of them."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import msgspec

from quiz.domain.errors import StoreAway
from quiz.domain.question import question
from quiz.domain.quiz import Quiz
from quiz.play.announcer import Announcer
from quiz.play.archive import archive
from quiz.play.drafts import Draft
from quiz.play.images import Images, Picture
from quiz.realtime.announcements import Announcements
from quiz.realtime.wire import Wire
from quiz.store.connection import SharedRedis, connect
from quiz.store.drafts import RedisDrafts
from quiz.store.games_redis import RedisGames
from quiz.store.images import RedisPictures, RedisRegister, Sweeper
from quiz.store.quizzes import RedisQuizzes
from quiz.store.results import RedisResults
from tests.chaos.crowd import Crowd, Player
from tests.domain.builders import raw
from tests.harness.clients import Client
from tests.harness.server import Server, eventually, serving
from tests.store.worlds import World, redis_world

T = TypeVar("T")

#: More questions than anybody has time for, and players.
QUESTIONS, PLAYERS = 2000, 12


class Stage:
    """Some games of one quiz are there, made by the command line; each test takes one."""

    def __init__(self, servers: list[Server], url: str, games: int) -> None:
        self.servers, self.url = servers, url
        asked = raw("single", choices=["a", "b"], correct=0)
        questions = tuple(question(asked, number) for number in range(1, QUESTIONS + 1))
        RedisQuizzes(connect(url, 2000)).put(Quiz("many", "Many", questions))
        pins = [option for number in range(games) for option in ("--pin", str(200_000 + number))]
        self._pins = servers[0].flask("game", "create", "many", "--mode", "self-paced", *pins).split()[-games:]

    def game(self) -> str:
        """The PIN of a game that nobody has played yet."""
        return self._pins.pop()

    def crowd(self, pin: str) -> Crowd:
        """Players on all instances."""
        return Crowd([server.port for server in self.servers], pin, PLAYERS, 0.05, QUESTIONS)

    def confirmed(self, crowd: Crowd, since: float) -> None:
        """Waits until Redis confirms the answers of all instances again, from the monotonic time `since` on."""
        for number in range(len(self.servers)):
            players = [player for player in crowd.players if player.number % len(self.servers) == number]
            eventually(lambda players=players: any(_confirmed(player, since) for player in players))

    @contextlib.contextmanager
    def watchers(self, pin: str) -> Iterator[list[Client]]:
        """A player on each instance, who only listens."""
        clients = [Client(server.url) for server in self.servers]
        try:
            for number, client in enumerate(clients):
                client.ok("join", {"pin": pin, "nickname": f"W{number}"})
            yield clients
        finally:
            for client in clients:
                client.close()

    def heard(self, clients: list[Client], pin: str) -> None:
        """Waits until what another process tells all players of a game reaches all instances."""
        redis = connect(self.url, 2000)
        game = eventually(lambda: _or_none(lambda: redis_world(redis).games.game(pin)))
        others: Announcer = Announcements(Wire(redis))
        before = [len(client.all("notice")) for client in clients]

        def reached() -> bool:
            others.players(game, "notice", {"code": "test", "message": str(time.monotonic())})
            return all(
                any(notice["code"] == "test" for notice in client.all("notice")[known:])
                for client, known in zip(clients, before, strict=True)
            )

        eventually(reached, step=0.2)


def _confirmed(player: Player, since: float) -> bool:
    return any(ack.at > since and not ack.provisional for ack in list(player.told.values()))


def _or_none(ask: Callable[[], T]) -> T | None:
    with contextlib.suppress(StoreAway):
        return ask()
    return None


@contextlib.contextmanager
def stage(url: str, *, instances: int, games: int) -> Iterator[Stage]:
    """For the time of a `with` block."""
    with contextlib.ExitStack() as stack, ThreadPoolExecutor() as pool:

        def serve(number: int) -> Server:
            return stack.enter_context(serving(1, REDIS_URL=url, QUIZ_INSTANCE_ID=f"instance-{number}"))

        yield Stage(list(pool.map(serve, range(instances))), url, games)


def write(client: SharedRedis, slug: str) -> None:
    """A quiz of ann's with an image, through all that authors do with it; nothing is left but the image, which is used."""
    quizzes, drafts = RedisQuizzes(client), RedisDrafts(client)
    images = Images(RedisPictures(client), RedisRegister(client), lambda: 1, 1_000_000)
    address = images.take(Picture(slug.encode(), 1, 1), "ann")
    made = quizzes.save(Quiz(slug, slug, (question(raw("single", image=address), 1),), owner="ann"), None)
    assert quizzes.save(made, made.version).version > made.version
    assert slug in [one.slug for one in quizzes.all("ann")]
    assert quizzes.marks("ann")[0] >= 2
    assert quizzes.delete(slug, "ann")
    drafts.keep("ann", Draft(slug=slug, owner="ann", content=msgspec.Raw(b"{}")), "none")
    assert drafts.get("ann", slug, "ann")
    assert drafts.editing(slug, "ann", "ann/1") == ["ann/1"]
    assert drafts.editing(slug, "ann", "ann/1", leave=True) == []
    assert drafts.drop("ann", slug, "ann")
    gone = quizzes.deleted(slug, "ann")
    assert gone
    quizzes.save(gone, None)
    quizzes.forget(slug, "ann")
    assert slug not in [one.slug for one in quizzes.bin("ann")]
    assert Sweeper(client, images, 1).sweep_if_due() == 0
    assert images.get(address[8:40]) == slug.encode()
    assert images.register.bytes_of("ann") > 0


def play(world: World, pin: str) -> None:
    """What a store is for, once through: create, join, accept, move, board, roster, archive, lists of records."""
    game = world.make("single", "poll", pin=pin, game_id=f"g{pin}")
    assert world.games.game(pin) == game
    world.seat(game, "a", "b")
    world.ask(game)
    receipt, duplicate = world.answer(game, "a")
    assert receipt.right
    assert not duplicate
    assert world.answer(game, "a", right=False) == (receipt, True)
    world.answer(game, "b", right=False)
    world.close(game)
    assert world.listing(game) == [(1, "a", receipt.points), (2, "b", 0)]
    assert world.games.answers.answer_count(game, 0) == 2
    assert {seat.id for seat in world.games.players.roster(game)} == {"a", "b"}
    assert world.games.players.kick(game, "b") == "b"
    assert game in world.games.running()
    world.games.alarms.arm(game, 1)
    assert pin in world.games.alarms.overdue()
    world.games.players.forget(game, "b")
    record = archive(world.games, game, 1)
    world.games.archive(game, msgspec.json.encode(record))
    assert world.games.archived(game.id) == msgspec.json.encode(record)
    assert isinstance(world.games, RedisGames)
    assert world.client is not None
    results = RedisResults(world.client, world.games.now)
    results.note(record.summary())
    assert game.id in {one.id for one in results.page(None, None, None, 50)}
    stored = results.record(game.id)
    assert stored is not None
    assert results.replace(game.id, stored[0], b"{}")
    results.bury(game.id, b"{}")
    assert game.id not in {one.id for one in results.page([None], "s", None, 50)}
    assert world.games.archived(game.id) == b"{}"


__all__ = ["PLAYERS", "Stage", "play", "stage"]
