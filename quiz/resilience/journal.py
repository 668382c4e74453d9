"""A worker's journal: what it has acknowledged, a line each, on the instance's own disk.

A line is a checksum, a space, and a record (`records`). What a crash tore off at the end is ignored. One process at a time has a
journal, by a lock on its file; that of a process that has died is taken over by the next one.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import gevent
from gevent.event import Event

from quiz.resilience.records import game_of

SUFFIX = ".journal"
#: Seconds between two writes to the disk itself, where answers don't wait for them.
EVERY = 1.0
#: Lines that are read before others get a turn.
STRIDE = 200
#: Seconds after which somebody who only looked whether a journal is held has let go of it.
GLANCE = 0.01
_CHECKSUM = 9
#: How the record of a seat begins.
SEAT = b'["join",'
#: A record of nothing, as long as an answer's: to see whether the disk takes records again.
PROBE = b'["probe","",0,"' + b"." * 300 + b'"]'


class JournalError(Exception):
    """The disk does not take what must be kept."""


def line_of(record: bytes) -> bytes:
    """A record as a line."""
    return b"%08x %s\n" % (zlib.crc32(record), record)


def record_of(line: bytes) -> bytes | None:
    """The record of a line; None if the line is torn or damaged."""
    record = line[_CHECKSUM:-1]
    sound = (
        line[-1:] == b"\n" and line[_CHECKSUM - 1 : _CHECKSUM] == b" " and line[: _CHECKSUM - 1] == b"%08x" % zlib.crc32(record)
    )
    return record if sound else None


def read(path: Path) -> Iterator[bytes | None]:
    """The records of a journal in the order in which they came, None for a damaged line. Gives way to others now and then."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            yield record_of(line)
            if number % STRIDE == 0:
                gevent.sleep(0)


def journals(folder: Path) -> list[Path]:
    """The journals in a folder."""
    return sorted(folder.glob(f"*{SUFFIX}"))


class Journal:
    """The journal of one worker, in `folder`. `problem` says in words what the disk refuses, while it does."""

    def __init__(self, folder: Path, worker: str, *, always: bool = False) -> None:
        """With `always`, `append` returns when the disk has the record; else the disk gets it within a second.

        Raises JournalError if the folder can't be written.
        """
        self.path = folder / f"{worker}{SUFFIX}"
        self.folder, self._always = folder, always
        self.problem: str | None = None
        self._size = 0
        self._appended = self._synced = 0  # records, however often the file was made smaller
        self._syncing: Event | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._fd = _locked(self.path, os.O_CREAT)
        except OSError as error:
            raise JournalError(f"{error.filename or folder}: {error.strerror}") from error
        self._size = os.fstat(self._fd).st_size

    @property
    def empty(self) -> bool:
        """Whether it holds nothing."""
        return self._size == 0

    def check(self) -> None:
        """Raises JournalError if the disk refused the last record and has not room for one yet."""
        if self.problem is not None:
            self.append(PROBE)

    def append(self, record: bytes) -> None:
        """Keeps a record; raises JournalError if the disk refuses, and then nothing of it is kept."""
        line = line_of(record)
        try:
            if self.problem is not None:
                os.ftruncate(self._fd, self._size)
            _write(self._fd, line)
        except OSError as error:
            raise self._failed(error) from error
        self.problem = None
        self._size += len(line)
        self._appended += 1
        if self._always:
            self.sync()

    def _failed(self, error: OSError) -> JournalError:
        self.problem = error.strerror or str(error)
        with contextlib.suppress(OSError):
            os.ftruncate(self._fd, self._size)
        return JournalError(f"{self.path}: {self.problem}")

    def sync(self) -> None:
        """Returns when the disk has everything appended so far; all who wait at a time are served by one write."""
        wanted = self._appended
        while self._synced < wanted:
            if self._syncing is not None:
                self._syncing.wait()
                continue
            self._syncing = done = Event()
            reached = self._appended
            try:
                gevent.get_hub().threadpool.apply(os.fdatasync, (self._fd,))
                self._synced = reached
            except OSError as error:
                raise self._failed(error) from error
            finally:
                self._syncing = None
                done.set()

    def keep_synced(self) -> None:
        """Brings what was appended to the disk every second, as long as the greenlet lives."""
        while True:
            gevent.sleep(EVERY)
            with contextlib.suppress(JournalError):  # `problem` has it
                self.sync()

    def lines(self) -> Iterator[bytes]:
        """All sound records."""
        return (record for record in read(self.path) if record is not None)

    def seats(self) -> Iterator[bytes]:
        """The seats of all players that any worker of this instance has met."""
        for path in journals(self.folder):
            with contextlib.suppress(FileNotFoundError):
                yield from (record for record in read(path) if record is not None and record.startswith(SEAT))

    def take_over(self) -> int:
        """Makes the records of processes that have died one's own; how many. Their journals are gone then."""
        taken = 0
        for path in journals(self.folder):
            if path == self.path:
                continue
            fd = _left(path)
            if fd is None:
                continue  # its process lives, or another one was faster
            try:
                for record in read(path):
                    if record is not None:
                        self.append(record)
                        taken += 1
                self.sync()
                path.unlink()
            finally:
                os.close(fd)
        return taken

    def forget(self, over: Callable[[str], bool]) -> None:
        """Drops the records of games that are `over`, by their ids, where that is worth it: when they are half of all."""
        sizes = {True: 0, False: 0}
        for record in self.lines():
            sizes[over(game_of(record))] += len(record)
        if sizes[True] <= sizes[False]:
            return
        fresh = self.path.with_suffix(".new")
        fd = _locked(fresh, os.O_CREAT | os.O_TRUNC)
        try:
            size, read_to = 0, 0
            with self.path.open("rb") as old:
                while read_to < self._size:  # what is appended meanwhile comes along; the last round has no pause
                    kept = b""
                    for line in old.readlines(65_536):
                        read_to += len(line)
                        sound = record_of(line)
                        if sound is not None and not over(game_of(sound)):
                            kept += line
                    size += _write(fd, kept)
                    if read_to < self._size:
                        gevent.sleep(0)
                    while self._syncing is not None:  # it must not lose its file
                        self._syncing.wait()
            os.fsync(fd)
            fresh.rename(self.path)
        except OSError as error:
            os.close(fd)
            fresh.unlink(missing_ok=True)
            raise JournalError(f"{fresh}: {error.strerror}") from error
        os.close(self._fd)
        self._fd, self._size, self._synced = fd, size, self._appended

    def close(self) -> None:
        """Gives the journal up; an empty one is removed."""
        with contextlib.suppress(JournalError, OSError):
            self.sync()
        if self._size == 0:
            self.path.unlink(missing_ok=True)
        fd, self._fd = self._fd, -1  # its number may soon be another file's
        os.close(fd)


def _write(fd: int, data: bytes) -> int:
    """Writes all of it, its length; raises OSError. A disk that is nearly full takes less at a time."""
    written = 0
    while written < len(data):
        written += os.write(fd, data[written:])
    return written


def held(file: BinaryIO) -> bool | None:
    """Whether a living process has the journal that is open in `file`; None if the file's system has no locks."""
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        fcntl.flock(file, fcntl.LOCK_UN)
    except BlockingIOError:
        return True
    except OSError:
        return None
    return False


def _left(path: Path) -> int | None:
    """As `_locked`, of a journal whose process may have died; None if it has not."""
    for wait in (GLANCE, None):
        try:
            return _locked(path)
        except BlockingIOError:
            if wait:
                gevent.sleep(wait)
        except OSError:
            break
    return None


def _locked(path: Path, flags: int = 0) -> int:
    """A journal's file, opened to append, and locked; raises OSError, BlockingIOError where a living process has it."""
    fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | flags, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(fd).st_ino != path.stat().st_ino:
            raise BlockingIOError  # replaced or removed in between
    except OSError:
        os.close(fd)
        raise
    return fd
