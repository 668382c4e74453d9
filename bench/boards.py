"""Which board is the first that shows an answer: only that one ends the answer's latency, not the next that happens to come.

Each answer that scores raises the version of its game's board by one, and a board tells its version. Where others play in the
same game too, versions run ahead of ours, and the latency is that of the next board: a lower bound.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_VERSION = b'"version":'


def version_of(words: bytes) -> int:
    """The version that a `leaderboard` event tells; 0 where there is none."""
    at = words.find(_VERSION) + len(_VERSION)
    end = at
    while words[end : end + 1].isdigit():
        end += 1
    return int(words[at:end]) if at >= len(_VERSION) and end > at else 0


@dataclass(slots=True)
class Waiting:
    """What one player waits for. Times in seconds of one clock."""

    #: When the answers were given that are not acknowledged yet, in their order.
    asked: list[float] = field(default_factory=list)
    #: (version, when it came) of the boards since then.
    came: list[tuple[int, float]] = field(default_factory=list)
    #: (version that shows it, when it was given) of the answers that are acknowledged and not shown yet.
    unseen: list[tuple[int, float]] = field(default_factory=list)


class Boards:
    """The boards of all games of a crowd."""

    def __init__(self) -> None:
        #: The newest of each game, by its PIN. Only looked into when it matters.
        self.newest: dict[str, bytes] = {}
        self._reached: dict[str, int] = {}

    def begin(self) -> None:
        """From now on answers are given; everybody has a board."""
        self._reached = {pin: version_of(words) for pin, words in self.newest.items()}

    def came(self, waiting: Waiting, words: bytes, now: float) -> list[float]:
        """A board has come to somebody who waits; the latencies that it ends."""
        version = version_of(words)
        if waiting.asked:
            waiting.came.append((version, now))
        ended = [now - given for wanted, given in waiting.unseen if wanted <= version]
        if ended:
            waiting.unseen = [one for one in waiting.unseen if one[0] > version]
        return ended

    def scored(self, waiting: Waiting, pin: str, given: float) -> float | None:
        """An answer has been acknowledged with points; its latency if its board came before its acknowledgement."""
        wanted = self._reached[pin] = self._reached.get(pin, 0) + 1
        for version, at in waiting.came:
            if version >= wanted and at >= given:
                return at - given
        waiting.unseen.append((wanted, given))
        return None
