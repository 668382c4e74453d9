"""Players who answer all the time, come back whenever they are cut off, and remember what they were told."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.transport.raw import Raw

#: Of a right answer in the quiz that they play; a wrong one brings nothing.
POINTS = 10
#: Seconds that an acknowledgement may take before a player takes the connection for dead.
PATIENCE = 6.0


@dataclass(frozen=True)
class Ack:
    """One acknowledged answer. Times are seconds of the monotonic clock."""

    at: float
    took_s: float
    provisional: bool
    points: int


@dataclass
class Player:
    """One player. `told` is what was acknowledged, by question."""

    number: int
    nickname: str
    token: str = ""
    id: str = ""
    sock: Raw | None = None
    given: int = 0
    told: dict[str, Ack] = field(default_factory=dict)
    pending: str | None = None
    refused: dict[str, int] = field(default_factory=dict)
    cut: list[float] = field(default_factory=list)
    back_s: list[float] = field(default_factory=list)
    unknown: int = 0  # acknowledged answers that whoever they came back to did not know
    trouble: str = ""  # what they met last

    def right(self, question: str) -> bool:
        """Whether this player knows the answer."""
        return (int(question[1:]) + self.number) % 3 != 0


class Crowd:
    """`count` players in one self-paced game, spread over some ports, each with an answer every `pace_s` seconds."""

    def __init__(self, ports: Sequence[int], pin: str, count: int = 40, pace_s: float = 0.1, questions: int = 1000) -> None:
        self.pin, self._ports, self._pace_s, self._questions = pin, ports, pace_s, questions
        self.players = [Player(n, f"P{n}") for n in range(count)]
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Crowd:
        for player in self.players:
            self._come(player)
        self._threads = [threading.Thread(target=self._play, args=(player,), daemon=True) for player in self.players]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        for player in self.players:
            if player.sock:
                player.sock.sock.close()

    def _come(self, player: Player) -> None:
        sock = Raw(self._ports[player.number % len(self._ports)], PATIENCE).enter()
        wanted = {"token": player.token} if player.token else {"nickname": player.nickname}
        ack = sock.call("join", {"pin": self.pin, **wanted})
        if not ack["ok"]:
            sock.sock.close()
            raise ConnectionError(ack["error"]["code"])
        player.token, player.id, player.sock = ack["token"], ack["player"]["id"], sock
        player.unknown += len(player.told.keys() - set(ack["you"]["answered"]))

    def _play(self, player: Player) -> None:
        while not self._stop.is_set() and (player.pending or player.given < self._questions):
            try:
                self._answer(player)
                self._stop.wait(self._pace_s)
            except (OSError, AssertionError, ValueError) as error:
                player.trouble = repr(error)
                if not self._stop.is_set():
                    self._return(player)

    def _answer(self, player: Player) -> None:
        assert player.sock is not None
        if player.pending is None:
            player.given += 1
            player.pending = f"q{player.given}"
        question, began = player.pending, time.monotonic()
        ack = player.sock.call("submit_answer", {"question": question, "answer": 0 if player.right(question) else 1})
        took = time.monotonic() - began
        if ack["ok"]:
            player.told[question] = Ack(began, took, ack.get("provisional", False), ack["points"])
            player.pending = None
        else:
            code = ack["error"]["code"]
            player.refused[code] = player.refused.get(code, 0) + 1
            self._stop.wait(0.1)

    def _return(self, player: Player, deadline: float = float("inf")) -> None:
        cut = time.monotonic()
        player.cut.append(cut)
        assert player.sock is not None
        player.sock.sock.close()
        while not self._stop.is_set() and time.monotonic() < deadline:
            try:
                self._come(player)
                player.back_s.append(time.monotonic() - cut)
                return
            except (OSError, AssertionError, ValueError) as error:
                player.trouble = f"coming back: {error!r}"
                self._stop.wait(0.1)

    def tear(self, players: Sequence[Player]) -> None:
        """Their connections end; they come back, perhaps to another worker."""
        for player in players:
            if player.sock:
                with contextlib.suppress(OSError):  # it may just be on its way back
                    player.sock.sock.shutdown(socket.SHUT_RDWR)

    @property
    def unknown(self) -> int:
        """How many acknowledged answers were not known to whom their players came back."""
        return sum(player.unknown for player in self.players)

    def stop(self) -> None:
        """Nobody answers any more."""
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE + 2)

    def settle(self, seconds: float = 20) -> None:
        """Whoever does not know what became of an answer asks until they are told."""
        self.stop()
        self._stop.clear()
        deadline = time.monotonic() + seconds
        for player in self.players:
            while player.pending and time.monotonic() < deadline:
                try:
                    self._answer(player)
                except (OSError, AssertionError, ValueError) as error:
                    player.trouble = repr(error)
                    self._return(player, deadline)
            assert player.pending is None, (
                f"{player.nickname} was never told of {player.pending}: {player.refused}, {player.trouble}"
            )

    def acks(self, since: float = 0, until: float = float("inf")) -> list[Ack]:
        """What was acknowledged in some time."""
        return [ack for player in self.players for ack in list(player.told.values()) if since <= ack.at < until]

    @property
    def cuts(self) -> int:
        """How often somebody's connection was lost."""
        return sum(len(player.cut) for player in self.players)

    @property
    def backs(self) -> list[float]:
        """Seconds that each took to come back."""
        return [seconds for player in self.players for seconds in player.back_s]
