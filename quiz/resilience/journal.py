"""A worker's journal: what it has acknowledged, a line each, on the instance's own disk.

A line is a checksum, a space, and a record (`records`). What a crash tore off at the end is ignored. One process at a time has a
journal, by a lock on its file; that of a process that has died is taken over by the next one.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import gevent
from gevent.event import Event
from gevent.threadpool import ThreadPool

from quiz.resilience.records import game_of

SUFFIX = ".journal"
#: Of a journal that is being made smaller.
FRESH = ".new"
#: Seconds between two writes to the disk itself, where answers don't wait for them.
EVERY = 1.0
#: Lines that are read before others get a turn.
STRIDE = 200
#: Seconds after which somebody who only looked whether a journal is held has let go of it.
GLANCE = 0.01
#: Bytes that stay free on the disk when a journal is taken over: its records are there twice for a moment.
SPARE = 1_048_576
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


def sound(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The records of lines, but those that are torn or damaged. Gives way to others now and then."""
    for number, line in enumerate(lines, 1):
        record = record_of(line)
        if record is not None:
            yield record
        if number % STRIDE == 0:
            gevent.sleep(0)


def journals(folder: Path) -> list[Path]:
    """The journals in a folder."""
    return sorted(folder.glob(f"*{SUFFIX}"))


def open_all(folder: Path, opened: ExitStack) -> list[tuple[Path, BinaryIO]]:
    """Opens the journals in a folder, all before any is read: what is taken over meanwhile is in one or the other."""
    while True:
        with ExitStack() as opening:
            try:
                files: list[tuple[Path, BinaryIO]] = [(path, opening.enter_context(path.open("rb"))) for path in journals(folder)]
            except FileNotFoundError:
                continue  # taken over just now
            opened.enter_context(opening.pop_all())
            return files


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
        self._disk = ThreadPool(1)  # of its own: gevent's is also used to look up names, which may take long
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._fd = _locked_soon(self.path, os.O_CREAT)
        except OSError as error:
            raise JournalError(f"{error.filename or folder}: {error.strerror}") from error
        self._size = os.fstat(self._fd).st_size

    @property
    def empty(self) -> bool:
        """Whether it holds nothing."""
        return self._size == 0

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return self._size

    def check(self) -> None:
        """Raises JournalError if the disk refused the last record and has not room for one yet."""
        if self.problem is not None:
            self.append(PROBE)

    def append(self, record: bytes) -> None:
        """Keeps a record. Raises JournalError if the disk refuses: then it is not kept, or, where only the disk itself failed
        to get it, it may be.
        """
        self._append(record)
        if self._always:
            self.sync()

    def _append(self, record: bytes) -> None:
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
                self._disk.apply(os.fdatasync, (self._fd,))
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
        with self.path.open("rb") as file:
            yield from sound(file)

    def seats(self) -> Iterator[bytes]:
        """The seats of all players that any worker of this instance has met."""
        with ExitStack() as opened:
            for _, file in open_all(self.folder, opened):
                yield from (record for record in sound(file) if record.startswith(SEAT))

    def take_over(self) -> int:
        """Makes the records of processes that have died one's own; how many. Their journals are gone then.

        Raises JournalError if the disk has no room for one of them, or fails: it stays where it is.
        """
        taken = 0
        try:
            for path in (*self.folder.glob(f"*{FRESH}"), *journals(self.folder)):
                if path == self.path:
                    continue
                fd = _left(path)
                if fd is None:
                    continue  # its process lives, or another one was faster
                with open(fd, "rb") as file:
                    if path.suffix == SUFFIX:
                        taken += self._adopt(file)
                    path.unlink()
        except OSError as error:
            raise self._failed(error) from error
        return taken

    def _adopt(self, left: BinaryIO) -> int:
        disk, size = os.statvfs(self.folder), os.fstat(left.fileno()).st_size
        if disk.f_bavail * disk.f_frsize < size + SPARE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # no copy of a part each time it is tried
        taken = 0
        for record in sound(left):
            self._append(record)
            taken += 1
        self.sync()
        return taken

    def forget(self, over: Callable[[str], bool]) -> bool:
        """Drops the records of games that are `over`, by their ids, where that is worth it: when they are half of all."""
        sizes = {True: 0, False: 0}
        for record in self.lines():
            sizes[over(game_of(record))] += len(record)
        if sizes[True] <= sizes[False]:
            return False
        fresh = self.path.with_suffix(FRESH)
        try:
            fd = _locked(fresh, os.O_CREAT | os.O_TRUNC)
        except OSError as error:
            raise JournalError(f"{fresh}: {error.strerror}") from error
        try:
            size = self._copy(fd, over)
            fresh.rename(self.path)
        except OSError as error:
            os.close(fd)
            fresh.unlink(missing_ok=True)
            raise JournalError(f"{fresh}: {error.strerror}") from error
        os.close(self._fd)
        self._fd, self._size, self._synced = fd, size, self._appended
        return True

    def _copy(self, fd: int, over: Callable[[str], bool]) -> int:
        """Copies what is not over to `fd` until nothing is left, and brings it to the disk; the bytes written."""
        size = 0
        with self.path.open("rb") as old:
            size += self._copy_some(old, fd, over, pause=True)
            self._disk.apply(os.fsync, (fd,))
            while self._syncing is not None:  # it must not lose its file
                self._syncing.wait()
            # What was appended meanwhile is little.
            size += self._copy_some(old, fd, over, pause=False)
            os.fsync(fd)
        return size

    def _copy_some(self, old: BinaryIO, fd: int, over: Callable[[str], bool], *, pause: bool) -> int:
        size = 0
        while old.tell() < self._size:
            kept = b""
            for line in old.readlines(65_536):
                record = record_of(line)
                if record is not None and not over(game_of(record)):
                    kept += line
            size += _write(fd, kept)
            if pause:
                gevent.sleep(0)
        return size

    def close(self) -> None:
        """Gives the journal up; an empty one is removed."""
        with contextlib.suppress(JournalError, OSError):
            self.sync()
        if self._size == 0:
            self.path.unlink(missing_ok=True)
        fd, self._fd = self._fd, -1  # its number may soon be another file's
        os.close(fd)
        self._disk.kill()


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
    try:
        return _locked_soon(path)
    except OSError:
        return None


def _locked_soon(path: Path, flags: int = 0) -> int:
    """As `_locked`, where somebody may just be looking whether the journal is held."""
    try:
        return _locked(path, flags)
    except BlockingIOError:
        gevent.sleep(GLANCE)
        return _locked(path, flags)


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
