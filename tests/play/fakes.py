"""A whole game around a table: the store in memory, a clock that tests turn, and a recorder in place of the network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from quiz.domain.game import Game, Mode, Options, Phase
from quiz.domain.player import Player
from quiz.domain.quiz import Quiz
from quiz.domain.ranking import Board
from quiz.leaderboard.board_memory import MemoryLeaderboard
from quiz.play.answering import Answering
from quiz.play.lobby import Lobby
from quiz.play.rounds import Rounds
from quiz.play.views import open_question_view
from quiz.play.wording import Wording
from quiz.store.games_memory import MemoryGames
from quiz.store.results_memory import MemoryResults
from quiz.store.tokens import Tokens
from tests.domain.builders import question, raw

NOON = 1_700_000_000_000
#: How often a worker looks at the clocks, in milliseconds.
LOOK_MS = 100


@dataclass
class Clock:
    """Epoch milliseconds that pass when a test says so."""

    now: int = NOON

    def __call__(self) -> int:
        return self.now


class Died(Exception):
    """A worker died in the middle of something."""


@dataclass
class Recorder:
    """`play.announcer.Announcer`: writes down what it is asked to tell, in order. `dies_in` counts down to its death."""

    told: list[tuple[Any, ...]] = field(default_factory=list)
    dies_in: int = -1

    def _note(self, *what: Any) -> None:
        if self.dies_in == 0:
            self.dies_in = -1
            raise Died
        self.dies_in -= 1
        self.told.append(what)

    def moved(self, game: Game, phase: Phase) -> None:
        """For the workers' own memory; nobody is told."""

    def signed_out(self) -> None:
        """For the workers' own memory; nobody is told."""

    def was_reset(self, game: Game, generation: int) -> None:
        """For the workers' own memory; nobody is told."""

    def everyone(self, game: Game, event: str, data: dict[str, Any]) -> None:
        self._note("everyone", event, data)

    def players(self, game: Game, event: str, data: dict[str, Any]) -> None:
        self._note("players", event, data)

    def hosts(self, game: Game, event: str, data: dict[str, Any]) -> None:
        self._note("hosts", event, data)

    def personally(self, game: Game, errand: str, index: int) -> None:
        self._note("personally", errand, index)

    def dismiss(self, game: Game, player: str, reason: str) -> None:
        self._note("dismiss", player, reason)

    def renamed(self, game: Game, player: Player, at: int) -> None:
        self._note("renamed", player.id, player.nickname)

    def extended(self, game: Game, player: str, factor: float) -> None:
        self._note("extended", player, factor)

    def board_changed(self, game: Game, at: object = None) -> None:
        self._note("board")

    def newcomer(self, game: Game) -> None:
        self._note("board")

    def progress_changed(self, game: Game, index: int) -> None:
        self._note("progress", index)

    def roster_changed(self, game: Game) -> None:
        self._note("roster")

    def take(self) -> list[tuple[Any, ...]]:
        """What was told since the last look."""
        told, self.told = self.told, []
        return told


def brief(told: Sequence[tuple[Any, ...]]) -> list[str]:
    """What was told, in short: `"everyone game reveal"`, `"personally result"`, `"board"`."""
    lines = []
    for what in told:
        words = [str(word) for word in what[:2] if isinstance(word, str)]
        if what[:2] == ("everyone", "game"):
            words.append(what[2]["state"])
        lines.append(" ".join(words))
    return lines


class Table:
    """A game and those around it. `frames` is all that reached somebody: (whom, event or acknowledgement, payload)."""

    def __init__(self, *kinds: str, mode: Mode = "live", blocked: tuple[str, ...] = (), **changes: Any) -> None:
        options = {k: changes.pop(k) for k in list(changes) if k in Options.__struct_fields__}
        self.clock, self.say = Clock(), Recorder()
        self.games = MemoryGames(self.clock)
        self.board = MemoryLeaderboard(self.games)
        self.tokens = Tokens(["secret"], 3600, self.clock)
        self.results = MemoryResults(self.games, 6000)
        self.rounds = Rounds(self.games, self.say, self.results)
        parts = self.games, self.board, self.say, self.tokens, self.rounds
        self.lobby = Lobby(*parts, top_n=5, grace_ms=250, wording=Wording(blocked))
        self.answering = Answering(self.games, self.say)
        questions = tuple(question(raw(kind, **changes), n) for n, kind in enumerate(kinds or ("single", "single"), 1))
        self.quiz = Quiz("s", "T", questions)
        self.game = self.lobby.create(self.quiz, mode, Options(**options), "host")
        self.frames: list[tuple[str, str, Any]] = []
        self.seated: dict[str, Player] = {}

    @property
    def state(self) -> str:
        """Where the game stands."""
        return self.phase.state

    @property
    def phase(self):
        return self.games.phase(self.game)[0]

    def join(self, name: str, worker: str = "w1") -> str:
        """Seats and connects a player; its id."""
        player, _ = self.lobby.join(self.game, name)
        self.seated[player.id] = player
        self.lobby.connected(self.game, player, worker)
        self._ack(player.id, "join", self.lobby.state(self.game, player.id))
        return player.id

    def leave(self, player: str, worker: str = "w1") -> None:
        """Cuts a player's connection."""
        self.lobby.disconnected(self.game, self.seated[player], worker)
        self.deliver()

    def answer(self, player: str, question_id: str, given: Any, credit_ms: int = 0) -> dict[str, Any]:
        """The acknowledgement of an answer; nobody has been told of it yet."""
        return self._ack(player, "submit_answer", self.answering.submit(self.game, player, question_id, given, credit_ms))

    def view(self, player: str) -> dict[str, Any]:
        """What a player's client shows."""
        return self._ack(player, "state", self.lobby.state(self.game, player))

    def _ack(self, whom: str, event: str, payload: dict[str, Any]) -> dict[str, Any]:
        payload = as_json(payload)
        self.frames.append((whom, event, payload))
        return payload

    def turn(self, ms: int) -> None:
        """Lets time pass, with a worker that looks at the clocks."""
        until = self.clock.now + ms
        while self.clock.now < until:
            self.clock.now = min(self.clock.now + LOOK_MS, until)
            for pin in self.games.alarms.overdue(self.clock.now):
                self.rounds.tick(pin)

    def deliver(self) -> list[tuple[Any, ...]]:
        """Does what workers do with what they are told, until nothing is left; everything that was told."""
        done: list[tuple[Any, ...]] = []
        while told := self.say.take():
            for what in told:
                done.append(what)
                self._do(what)
        return done

    def _do(self, what: tuple[Any, ...]) -> None:
        match what:
            case ["everyone" | "players" | "hosts", event, data]:
                self.frames.append((what[0], event, as_json(data)))
            case ["personally", "question", index]:
                phase, now = self.games.phase(self.game)
                if phase.index == index and phase.state == "question":
                    for player in self.seated:
                        self.frames.append((player, "question", as_json(open_question_view(self.game, phase, now, player))))
            case ["personally", "result", index]:
                for player, result in self.lobby.results(self.game, index, list(self.seated)).items():
                    self.frames.append((player, "result", as_json(result)))
            case ["board"]:
                board = self.board.claim(self.game, 5, 0)
                if isinstance(board, Board):
                    self.frames.append(("everyone", "leaderboard", as_json(board.payload(self.game.pin))))
            case ["progress", index]:
                self.rounds.close_if_all_answered(self.game, index)

    def got(self, event: str, whom: str | None = None) -> list[Any]:
        """The payloads of an event, of everybody's or of one's."""
        return [data for to, name, data in self.frames if name == event and whom in (None, to)]


def as_json(payload: Any) -> Any:
    """A payload as it arrives: through JSON and back."""
    return json.loads(json.dumps(payload))


def walk(value: Any):
    """Every key and every plain value in a payload."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)
    else:
        yield value
