"""A worker's journal: what it has acknowledged, a line each, on the instance's own disk.

What a crash tore off at the end is ignored. One process at a time has a journal, by a lock on its file; that of a process that
has died is taken over by the next one.
"""

from __future__ import annotations

import contextlib
import errno
import io
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import gevent
from gevent.event import Event
from gevent.lock import RLock
from gevent.threadpool import ThreadPool

from quiz.resilience.journal_files import AHEAD, FRESH, NEWBORN, SUFFIX, Reader, files_in, journals, locked, locked_soon, open_all
from quiz.resilience.lines import PROBE, SEAT, STRIDE, line_of, record_of, sound
from quiz.resilience.records import game_of

log = logging.getLogger("quiz.journal")

#: Comes behind the name of a journal that was taken over but for some lines: what stands in those is for people to see.
DAMAGED = ".damaged"
#: How many damaged lines are named.
NAMED = 20
#: Seconds between two writes to the disk itself, where answers don't wait for them.
EVERY = 1.0
#: Bytes that are read at a time.
READ = 65_536
#: Bytes that stay free on the disk when a journal is taken over: its records are there twice for a moment.
SPARE = 1_048_576


class JournalError(Exception):
    """The disk does not take what must be kept."""


class Journal:
    """The journal of one worker, in `folder`. `problem` says in words what the disk refuses, while it does."""

    def __init__(self, folder: Path, worker: str, *, always: bool = False) -> None:
        """With `always`, `append` returns when the disk has the record; else the disk gets it within a second.

        Raises JournalError if the folder can't be written.
        """
        self.path = folder / f"{worker}{SUFFIX}"
        self.folder, self._always = folder, always
        self.problem: str | None = None
        #: Journals of others that can't be opened, by name, and why, as of the last look.
        self.unreadable: dict[str, str] = {}
        #: Games of which records were taken over, by id; who has brought them to Redis empties it.
        self.inherited: set[str] = set()
        #: Gives the records that stand for what was known when some were lost. The owner fills it in.
        self.again: Callable[[], Iterable[bytes]] = lambda: ()
        self._lost = False  # something that was appended is not in the file any more
        self._renewing = RLock()
        self._size = 0
        self._ahead = False
        self._appended = self._synced = 0  # records, however often the file was made smaller
        self._syncing: Event | None = None
        self._disk = ThreadPool(1)  # of its own: gevent's is also used to look up names, which may take long
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._fd = locked_soon(self.path, os.O_CREAT, NEWBORN)
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

    @property
    def ahead(self) -> bool:
        """Whether Redis lacks something that is in it, or may: said by its owner, to the other workers of the instance."""
        return self._ahead

    @ahead.setter
    def ahead(self, ahead: bool) -> None:
        if ahead != self._ahead:
            self._ahead = ahead
            with contextlib.suppress(OSError):  # a disk that takes nothing has no answers that others could miss
                flag = self.path.with_suffix(AHEAD)
                flag.touch() if ahead else flag.unlink(missing_ok=True)

    @property
    def others_ahead(self) -> bool:
        """Whether that is so of another worker of this instance, or of one that has died and is not taken over yet."""
        return any(flag.stem != self.path.stem for flag in files_in(self.folder, AHEAD))

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
                if self._displaced:
                    raise OSError(errno.ENOENT, self.problem)  # until it is mended
                self._cut_off()
            _write(self._fd, line)
            end = os.lseek(self._fd, 0, os.SEEK_CUR)
            if end != self._size + len(line):
                end = self._changed(end, line)
        except OSError as error:
            raise self._failed(error) from error
        self.problem = None
        self._size = end
        self._appended += 1

    def _changed(self, end: int, line: bytes) -> int:
        """Somebody has cut the file off, or written to it, before `line` came; where it ends then."""
        began = end - len(line)
        self._lost |= began < self._size
        if began and os.pread(self._fd, 1, began - 1) != b"\n":
            end += _write(self._fd, line)  # it hangs on to what is left of another one
        return end

    def _cut_off(self) -> None:
        """Takes away what a write that failed has left behind."""
        os.ftruncate(self._fd, min(self._size, os.fstat(self._fd).st_size))

    def _failed(self, error: OSError) -> JournalError:
        self.problem = error.strerror or str(error)
        with contextlib.suppress(OSError):
            self._cut_off()
        return JournalError(f"{self.path}: {self.problem}")

    @property
    def _displaced(self) -> bool:
        """Whether what stands under its name is not its file."""
        mine = os.fstat(self._fd)
        try:
            there = self.path.lstat()
        except OSError:
            return True
        return (there.st_dev, there.st_ino) != (mine.st_dev, mine.st_ino)

    def mend(self) -> None:
        """If somebody has removed, moved, replaced or cut off its file: makes a new one, with what there still is.

        What was cut off can't be known; `again` gives what stands for it. Raises JournalError if the disk refuses that: then
        nothing is taken while there is no file.
        """
        if self._fd < 0:
            return
        with self._renewing:
            self._lost |= os.fstat(self._fd).st_size < self._size
            if not self._lost and not self._displaced:
                return
            lost, known = self._lost, self.problem
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                self._renew(lambda game: False)
                self.problem, self._lost = None, False
                if lost:
                    self._write_again()
            except (OSError, JournalError) as error:
                self._lost = lost
                self.problem = f"the file was {'cut off' if lost else 'removed'} by somebody, and can't be made anew: {error}"
                if known is None:
                    log.error("%s: %s", self.path, self.problem)
                raise JournalError(f"{self.path}: {self.problem}") from error
            done = "cut off by somebody: what is known is written again" if lost else "removed by somebody: it is there again"
            log.warning("the journal %s was %s", self.path, done)

    def _write_again(self) -> None:
        for number, record in enumerate(self.again(), 1):
            self._append(record)
            if number % STRIDE == 0:
                gevent.sleep(0)
        self.sync()

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
        """Brings what was appended to the disk every second, and sees to its file, as long as the greenlet lives."""
        while True:
            gevent.sleep(EVERY)
            try:
                self.mend()
                self.sync()
            except JournalError:
                pass  # `problem` has it
            except Exception:
                log.exception("the journal could not be looked after")

    def lines(self) -> Iterator[bytes]:
        """All sound records."""
        with self._reader() as file:
            yield from sound(file)

    def _reader(self) -> io.BufferedReader:
        return io.BufferedReader(Reader(self._fd), READ)

    def seats(self) -> Iterator[bytes]:
        """The seats of all players that any worker of this instance has met."""
        with ExitStack() as opened:
            for _, file in open_all(self.folder, opened)[0]:
                yield from (record for record in sound(file) if record.startswith(SEAT))

    def take_over(self) -> int:
        """Makes the records of processes that have died one's own; how many. Their journals are gone then.

        One with damaged lines stays, under another name. Raises JournalError if the disk has no room for one of them, or fails:
        it stays where it is.
        """
        taken, unreadable = 0, {}
        try:
            for path in (*files_in(self.folder, FRESH), *journals(self.folder)):
                if path == self.path:
                    continue
                try:
                    fd = locked_soon(path)
                except (BlockingIOError, FileNotFoundError):
                    continue  # its process lives, or another one was faster
                except OSError as error:
                    unreadable[path.name] = error.strerror or str(error)
                    continue
                with open(fd, "rb") as file:
                    if path.suffix == SUFFIX:
                        taken += self._adopt(path, file)
                    path.unlink(missing_ok=True)
                    path.with_suffix(AHEAD).unlink(missing_ok=True)
        except OSError as error:
            raise self._failed(error) from error
        for name in unreadable.keys() - self.unreadable.keys():
            log.warning("what is in the journal %s can't be taken over: %s", self.folder / name, unreadable[name])
        self.unreadable = unreadable
        return taken

    def _adopt(self, path: Path, left: BinaryIO) -> int:
        disk, size = os.statvfs(self.folder), os.fstat(left.fileno()).st_size
        if disk.f_bavail * disk.f_frsize < size + SPARE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # no copy of a part each time it is tried
        taken = 0
        damaged = []
        for number, line in enumerate(left, 1):
            record = record_of(line)
            if record is not None:
                self.ahead = True
                self._append(record)
                self.inherited.add(game_of(record))
                taken += 1
            elif line.endswith(b"\n"):
                damaged.append(number)
            if number % STRIDE == 0:
                gevent.sleep(0)
        self.sync()
        if damaged:
            kept = path.rename(path.with_name(path.name + DAMAGED))
            named = ", ".join(map(str, damaged[:NAMED])) + (", …" if len(damaged) > NAMED else "")
            log.warning("damaged lines in %s, which stays: %d; their numbers: %s", kept, len(damaged), named)
        return taken

    def forget(self, over: Callable[[str], bool]) -> bool:
        """Drops the records of games that are `over`, by their ids, where that is worth it: when they are half of all."""
        self.mend()
        with self._renewing:
            sizes = {True: 0, False: 0}
            for record in self.lines():
                sizes[over(game_of(record))] += len(record)
            if sizes[True] <= sizes[False]:
                return False
            self._renew(over)
        self.sync()
        return True

    def _renew(self, over: Callable[[str], bool]) -> None:
        """Writes all that is not `over` to a new file, which takes the place of the old one."""
        fresh = self.path.with_suffix(FRESH)
        try:
            fd = locked(fresh, os.O_CREAT | os.O_TRUNC)
        except OSError as error:
            raise JournalError(f"{fresh}: {error.strerror}") from error
        try:
            size, synced = self._copy(fd, over)
            fresh.rename(self.path)
        except OSError as error:
            os.close(fd)
            fresh.unlink(missing_ok=True)
            raise JournalError(f"{fresh}: {error.strerror}") from error
        os.close(self._fd)
        self._fd, self._size, self._synced = fd, size, synced

    def _copy(self, fd: int, over: Callable[[str], bool]) -> tuple[int, int]:
        """Copies what is not over to `fd` until nothing is left; the bytes written, and how many of the records that were ever
        appended the disk has.
        """
        with self._reader() as old:
            size = self._copy_some(old, fd, over, pause=True)
            synced = self._appended
            self._disk.apply(os.fsync, (fd,))
            while self._syncing is not None:  # it must not lose its file
                self._syncing.wait()
            # What was appended meanwhile is little, and has a second, unless somebody was told that the disk has it: from here on
            # nothing may come between.
            more = self._copy_some(old, fd, over, pause=False)
            if more and self._always:
                os.fsync(fd)
                synced = self._appended
        return size + more, synced

    def _copy_some(self, old: BinaryIO, fd: int, over: Callable[[str], bool], *, pause: bool) -> int:
        size = 0
        while lines := old.readlines(READ):
            kept = b""
            for line in lines:
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
