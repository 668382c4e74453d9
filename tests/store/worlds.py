"""The two stores with their boards, and games in them, in one short call each."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import redis

from quiz.domain import game as machine
from quiz.domain.errors import NotJoined, QuizError
from quiz.domain.game import Game, Mode, Options, Phase
from quiz.domain.player import Player
from quiz.domain.question import Question, question
from quiz.leaderboard.board_memory import MemoryLeaderboard
from quiz.leaderboard.board_redis import RedisLeaderboard
from quiz.ops.valkey import binary
from quiz.play.ports import Games, Leaderboard, Receipt, Submission
from quiz.store.connection import connect
from quiz.store.games_memory import MemoryGames
from quiz.store.games_redis import RedisGames
from tests.domain.builders import raw
from tests.harness.folders import passing

#: Of each type: an answer as the record holds it.
ANSWERS: dict[str, Any] = {
    "single": 1,
    "multiple": [0, 2],
    "true_false": False,
    "text": 'a "colour" % \\ é 词',
    "number": 0.3,
    "order": [2, 0, 1],
    "poll": 2,
}
START_SECONDS = 60
TTL_S, ARCHIVE_S = 600, 6000


@contextmanager
def running_valkey() -> Iterator[str]:
    """A Valkey that forgets everything at its end; the URL of its socket."""
    with passing("qv") as folder:
        path = Path(folder, "s")
        command = [binary(), "--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no", "--dir", folder]
        process = subprocess.Popen([*map(str, command)], stdout=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + START_SECONDS
            with redis.Redis(unix_socket_path=str(path)) as probe:
                while True:
                    with suppress(redis.ConnectionError):
                        probe.ping()
                        break
                    assert process.poll() is None, "Valkey ended at once"
                    assert time.monotonic() < deadline, "Valkey does not answer"
                    time.sleep(0.02)
            yield f"unix://{path}"
        finally:
            process.terminate()
            process.wait(START_SECONDS)


@dataclass
class World:
    """One store, its board, and for Redis the client to look behind them."""

    games: Games
    board: Leaderboard
    client: redis.Redis | None = None
    #: What somebody is told whom the store does not know.
    unknown: type[QuizError] = NotJoined

    def make(self, *kinds: str, mode: Mode = "live", pin: str = "123456", game_id: str = "g1", **changes: Any) -> Game:
        """A stored game with a question of each kind. `changes` are fields of Game, of Options, or of every question."""
        game = game_of(kinds or ("single",), mode, pin, game_id, self.games.now(), **changes)
        assert self.games.create(game)
        return game

    def seat(self, game: Game, *names: str) -> None:
        """Seats players whose ids, nicknames and keys are these names."""
        for name in names:
            self.games.players.join(game, Player(name, name), name)

    def step(self, game: Game, step: Callable[[Game, Phase, int], Phase]) -> Phase:
        """One step of the state machine."""
        old, now = self.games.phase(game)
        new = step(game, old, now)
        assert self.games.move(game, old, new)
        self.reach(new)
        return new

    def reach(self, phase: Phase) -> None:
        """Waits until it is so late here: without Redis a worker's idea of the time may be some milliseconds behind."""
        while self.games.now() < min(phase.opened_at, phase.moved_at):
            time.sleep(0.001)

    def ask(self, game: Game, index: int = 0, ago: int = 0, left: int | None = None) -> None:
        """Opens a question as if `ago` milliseconds back; it closes in `left`, or when its limit is over."""
        limit = game.questions[index].time_limit_ms

        def step(_: Game, phase: Phase, now: int) -> Phase:
            opened_at = now - ago
            closes_at = opened_at + limit if left is None else now + left
            fields = {"state": "question", "index": index, "opened_at": opened_at, "closes_at": closes_at, "moved_at": now}
            return msgspec.structs.replace(phase, version=phase.version + 1, resume_to="", **fields)

        self.step(game, step)

    def close(self, game: Game) -> None:
        """Leaves the open question."""
        self.step(game, machine.close)

    def answer(self, game: Game, player: str, index: int = 0, right: bool | None = True, **more: Any) -> tuple[Receipt, bool]:
        """Gives an answer, right unless said otherwise."""
        given = more.pop("answer", ANSWERS[game.questions[index].type])
        accepted = self.games.answers.accept(game, Submission(player=player, index=index, answer=given, right=right, **more))
        return accepted.receipt, accepted.duplicate

    def listing(self, game: Game, count: int = 100) -> list[tuple[int, str, int]]:
        """The board: (rank, player, points)."""
        return [(place.rank, place.player, place.score) for place in self.board.top(game, count).top]


def game_of(kinds: tuple[str, ...], mode: Mode, pin: str, game_id: str, created_at: int, **changes: Any) -> Game:
    """A game that is not stored yet; see `World.make`."""
    options = {k: changes.pop(k) for k in list(changes) if k in Options.__struct_fields__}
    fields = {k: changes.pop(k) for k in list(changes) if k in Game.__struct_fields__}
    questions: tuple[Question, ...] = tuple(question(raw(kind, **changes), number) for number, kind in enumerate(kinds, 1))
    made = {"quiz": "s", "title": "T", "options": Options(**options), "questions": questions, **fields}
    return Game(id=game_id, pin=pin, mode=mode, created_at=created_at, **made)


def peopled(world: World) -> Game:
    """A game that ann and bob have a seat in."""
    game = world.make()
    world.seat(game, "ann", "bob")
    return game


def memory_world() -> World:
    """The store in memory, on the machine's clock."""
    games = MemoryGames(lambda: time.time_ns() // 1_000_000)
    return World(games, MemoryLeaderboard(games))


def redis_client(url: str) -> redis.Redis:
    """A patient client."""
    return connect(url, timeout_ms=10_000)


def redis_world(client: redis.Redis) -> World:
    """The store in Redis."""
    return World(RedisGames(client, TTL_S, ARCHIVE_S), RedisLeaderboard(client), client)
