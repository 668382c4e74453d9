"""What journals tell of a game, put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from quiz.domain.game import Game, Phase
from quiz.resilience.records import Answered, Joined, Moved, Opened, Record, Removed, Renamed, Reset, receipt_of, understood


@dataclass
class Remains:
    """All that is known of one game. `answers` are those of the newest generation, by player."""

    content: Game | None = None
    phase: Phase | None = None
    generation: int = 1
    seats: dict[str, Joined] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    renamed: dict[str, Renamed] = field(default_factory=dict)
    answers: dict[str, list[Answered]] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        """A journal has this of the game."""
        match record:
            case Opened():
                self.content = record.content
            case Joined():
                self.add_seat(record)
            case Answered():
                self.add_answer(record)
            case Moved():
                self.add_phase(record.phase)
            case Removed():
                self.removed.add(record.player)
            case Renamed():
                self.add_rename(record)
            case Reset():
                self.add_generation(record.generation)

    def ended(self, before: int) -> bool:
        """Whether the game was over by then, epoch milliseconds."""
        return self.phase is not None and self.phase.state == "finished" and self.phase.moved_at < before

    def add_seat(self, record: Joined) -> None:
        """A player has a seat; the release before writes none of its team."""
        known = self.seats.get(record.player)
        if known is None or (known.team is None and record.team is not None):
            self.seats[record.player] = record

    def add_phase(self, phase: Phase) -> None:
        """The game stood there at some time; the farthest counts."""
        if self.phase is None or phase.version > self.phase.version:
            self.phase = phase

    def add_rename(self, record: Renamed) -> None:
        """A player got another nickname."""
        known = self.renamed.get(record.player)
        if known is None or record.at > known.at:
            self.renamed[record.player] = record

    def add_generation(self, generation: int) -> None:
        """There was a reset: what was answered before is forgotten."""
        if generation > self.generation:
            self.generation = generation
            self.answers = {}

    def add_answer(self, record: Answered) -> None:
        """Somebody answered."""
        self.add_generation(record.generation)
        if record.generation == self.generation:
            self.answers.setdefault(record.player, []).append(record)


def remains(lines: Iterable[bytes]) -> dict[str, Remains]:
    """What the records say, by game, whatever their order."""
    found: dict[str, Remains] = {}
    for record in understood(lines):
        found.setdefault(record.game, Remains()).add(record)
    return found


def stands(mine: bytes, its: bytes) -> bool:
    """Whether a receipt, JSON, would be left alone by another one of that player and question: the earlier one stands.

    An answer whose acknowledgement got lost may have been judged twice at its time; both receipts say the same then.
    """
    if mine == its:
        return True
    one, other = receipt_of(mine), receipt_of(its)
    if one.at != other.at:
        return other.at < one.at
    return (one.answer, one.right, one.points) == (other.answer, other.right, other.points) or its < mine
