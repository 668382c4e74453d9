"""Where what is in an instance's journals: so that a player's records are found among millions without reading them all.

Made when it is first asked, which is mostly in an outage; then only what was appended since is read.
"""

from __future__ import annotations

import os
import time
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import gevent
from gevent.lock import RLock

from quiz.resilience.journal_files import journals
from quiz.resilience.lines import record_of

#: Bytes read at a time; others get a turn after each.
READ = 65_536
#: Nanoseconds within which a folder may change twice and not show it.
TICK = 100_000_000
#: Bytes in which a line mostly ends.
LINE = 512
#: A place in a journal is one number: which journal, above these bits, and the offset in it.
_OFFSET_BITS = 48
_OFFSET = (1 << _OFFSET_BITS) - 1
#: The kinds of records that belong to a player, by what they begin with.
_PLAYERS = (b"join", b"answer", b"kick", b"rename")


@dataclass
class _File:
    """A journal: its descriptor, which survives its removal, and how far it was read."""

    fd: int
    read_to: int = 0


@dataclass
class _Game:
    """Places of records: of the game itself, and by player."""

    own: array[int] = field(default_factory=lambda: array("Q"))
    players: dict[bytes, array[int]] = field(default_factory=dict)


class Index:
    """Of the journals in `folder`, those of all workers of the instance. Takes 8 bytes a record, and some for each player."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._reading = RLock()
        self._files: list[_File] = []
        self._known: dict[tuple[int, int], _File] = {}
        self._games: dict[bytes, _Game] = {}
        self._pins: dict[bytes, array[int]] = {}
        self._listed = 0  # when the folder was changed, as of the last look, in nanoseconds

    def games(self, pin: str) -> list[bytes]:
        """The records of what the games are that have had a PIN, one after another."""
        self._refresh()
        return list(self._records(self._pins.get(pin.encode(), ())))

    def of_game(self, game_id: str) -> list[bytes]:
        """The records of the game itself: what it is, its phases and resets."""
        self._refresh()
        game = self._games.get(game_id.encode())
        return list(self._records(game.own)) if game else []

    def count_of_player(self, game_id: str, player: str) -> int:
        """How many records of a player there are by now."""
        self._refresh()
        game = self._games.get(game_id.encode())
        return len(game.players.get(player.encode(), ())) if game else 0

    def of_player(self, game_id: str, player: str, since: int = 0) -> list[bytes]:
        """Records of a player but the first `since`, by journal and in the order in which they came: seat, answers, a removal."""
        self._refresh()
        game = self._games.get(game_id.encode())
        return list(self._records(game.players.get(player.encode(), array("Q"))[since:])) if game else []

    def close(self) -> None:
        """Forgets all; asked again, it begins anew."""
        with self._reading:
            for file in self._files:
                os.close(file.fd)
            self._files, self._known, self._games, self._pins, self._listed = [], {}, {}, {}, 0

    def _refresh(self) -> None:
        with self._reading:
            if any(os.fstat(file.fd).st_size < file.read_to for file in self._files):
                self.close()  # somebody has cut a journal off: what stands where is not known any more
            changed = self._folder.stat().st_mtime_ns
            if changed != self._listed:
                for path in journals(self._folder):
                    self._open(path)
                self._listed = changed if time.time_ns() - changed > TICK else 0
            for number, file in enumerate(self._files):
                while self._read(number, file):
                    gevent.sleep(0)

    def _open(self, path: Path) -> None:
        try:
            about = path.stat()
            if (about.st_dev, about.st_ino) not in self._known:
                file = _File(os.open(path, os.O_RDONLY | os.O_CLOEXEC))
                self._known[about.st_dev, about.st_ino] = file
                self._files.append(file)
        except OSError:
            pass  # taken over just now, so that another journal has it; or it can't be read, which taking over reports

    def _read(self, number: int, file: _File) -> bool:
        """Takes in the next lines; whether there may be more."""
        size = READ
        while True:
            data = os.pread(file.fd, size, file.read_to)
            end = data.rfind(b"\n") + 1
            if end or len(data) < size:
                break
            size *= 4  # a line longer than that: what a game is, with all its questions
        at = number << _OFFSET_BITS | file.read_to
        for line in data[:end].splitlines(keepends=True):
            self._take(line, at)
            at += len(line)
        file.read_to += end
        return len(data) == size

    def _take(self, line: bytes, place: int) -> None:
        if record_of(line) is None:
            return
        _, kind, _, game_id, _, third, *_ = (*line.split(b'"', 6), b"", b"", b"")
        if kind == b"probe":
            return
        game = self._games.get(game_id)
        if game is None:
            game = self._games[game_id] = _Game()
        if kind in _PLAYERS:
            places = game.players.get(third)
            if places is None:
                places = game.players[third] = array("Q")
            places.append(place)
            return
        game.own.append(place)
        if kind == b"game":
            self._pins.setdefault(third, array("Q")).append(place)

    def _records(self, places: Iterable[int]) -> Iterator[bytes]:
        for place in places:
            fd, at, size = self._files[place >> _OFFSET_BITS].fd, place & _OFFSET, LINE
            while b"\n" not in (line := os.pread(fd, size, at)) and len(line) == size:
                size *= 8
            record = record_of(line[: line.find(b"\n") + 1])
            if record is not None:
                yield record
