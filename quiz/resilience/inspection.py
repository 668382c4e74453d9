"""The journals in a folder, looked at from outside: whoever writes them is not disturbed, and nothing in them is changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from quiz.resilience.journal_files import held, open_all
from quiz.resilience.lines import PROBE, line_of, record_of
from quiz.resilience.records import Answered, Joined, Moved, Opened, Record, Renamed, decoded, receipt_of
from quiz.resilience.replay import Remains


@dataclass
class File:
    """What a journal holds. `size` is in bytes; `damaged` has the numbers, from 1, of lines whose checksums are wrong.

    `torn`: the last line has no end, since a crash cut it off, or since it is being written. `held`: whether a living worker
    has the journal; None if that can't be told.
    """

    name: str
    held: bool | None
    records: int = 0
    size: int = 0
    damaged: list[int] = field(default_factory=list)
    torn: bool = False


class Folder:
    """A folder of journals. `files` tells of them once `records` has been read to its end; `unreadable` of those that can't be
    opened, by name, and why.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: list[File] = []
        self.unreadable: dict[str, str] = {}

    def records(self) -> Iterator[tuple[File, bytes]]:
        """All sound records with the journals that they are in, by file and then in the order in which they came.

        Raises OSError if a file can't be read.
        """
        self.files = []
        with ExitStack() as opened:
            files, self.unreadable = open_all(self.path, opened)
            for path, file in files:
                about = File(path.name, held(file))
                self.files.append(about)
                for number, line in enumerate(file, 1):
                    about.size += len(line)
                    record = record_of(line)
                    if record is not None:
                        about.records += 1
                        yield about, record
                    elif line.endswith(b"\n"):
                        about.damaged.append(number)
                    else:
                        about.torn = True


@dataclass
class Holding:
    """What a folder holds of one game, `size` bytes in all; `newest` is the time of its newest record, see `time_of`."""

    remains: Remains = field(default_factory=Remains)
    size: int = 0
    _latest: int = 0
    _last_seat: int = 0

    @property
    def answers(self) -> int:
        """How many answers count, each once, wherever it stands."""
        return len({(one.player, one.index) for some in self.remains.answers.values() for one in some})

    @property
    def newest(self) -> int:
        """Epoch milliseconds; 0 if no record says."""
        content = self.remains.content
        return max(self._latest, content.created_at + self._last_seat if content else 0)

    def add(self, record: Record, size: int) -> None:
        """A journal has this of the game."""
        self.size += size
        self.remains.add(record)
        self._latest = max(self._latest, time_of(record, None) or 0)
        if isinstance(record, Joined):
            self._last_seat = max(self._last_seat, record.stamp)


def holdings(folder: Folder) -> tuple[dict[str, Holding], int]:
    """What a folder holds, by game, and how many of its records are of another version of the platform."""
    found: dict[str, Holding] = {}
    foreign = 0
    for _, line in folder.records():
        try:
            record = decoded(line)
        except msgspec.MsgspecError:
            foreign += line != PROBE
        else:
            found.setdefault(record.game, Holding()).add(record, len(line_of(line)))
    return found, foreign


def time_of(record: Record, created_at: int | None) -> int | None:
    """When it happened, as far as the record says: epoch milliseconds. `created_at` is the game's, for those who joined."""
    match record:
        case Opened():
            return record.content.created_at
        case Joined():
            return None if created_at is None else created_at + record.stamp
        case Answered():
            return receipt_of(record.receipt).at
        case Moved():
            return record.phase.moved_at or None
        case Renamed():
            return record.at
    return None
