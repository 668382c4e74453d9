"""Journals as files in a folder: listed, opened, and locked by the process that has one."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import gevent

SUFFIX = ".journal"
#: Beside a journal that has, or may have, what Redis lacks.
AHEAD = ".ahead"
#: Of a journal that is being written anew.
FRESH = ".new"
#: How often a folder is listed again, of which a file has gone in between.
LISTINGS = 20
#: Seconds after which somebody who only looked whether a journal is held has let go of it.
GLANCE = 0.01
#: How many glances a worker that begins waits for its own file, which a neighbour may take for a dead one's until it is locked.
NEWBORN = 100


def journals(folder: Path) -> list[Path]:
    """The journals in a folder: files, and neither folders nor links."""
    return files_in(folder, SUFFIX)


def files_in(folder: Path, suffix: str) -> list[Path]:
    """The files in a folder whose names end so."""
    try:
        with os.scandir(folder) as entries:
            return sorted(Path(one.path) for one in entries if one.name.endswith(suffix) and one.is_file(follow_symlinks=False))
    except FileNotFoundError:
        return []


def open_all(folder: Path, opened: ExitStack) -> tuple[list[tuple[Path, BinaryIO]], dict[str, str]]:
    """Opens the journals in a folder, all before any is read: what is taken over meanwhile is in one or the other.

    Also which of them can't be opened, by name, and why. Raises FileNotFoundError if they go faster than they can be opened.
    """
    for left in reversed(range(LISTINGS)):
        files: list[tuple[Path, BinaryIO]] = []
        unreadable = {}
        with ExitStack() as opening:
            try:
                for path in journals(folder):
                    try:
                        files.append((path, opening.enter_context(path.open("rb"))))
                    except FileNotFoundError:
                        raise  # taken over just now
                    except OSError as error:
                        unreadable[path.name] = error.strerror or str(error)
            except FileNotFoundError:
                if not left:
                    raise
                gevent.sleep(GLANCE)
                continue
            opened.enter_context(opening.pop_all())
            break
    return files, unreadable


class Reader(io.RawIOBase):
    """What an open file has, from its beginning, whatever has become of its name."""

    def __init__(self, fd: int) -> None:
        self._fd, self._at = os.dup(fd), 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fills a buffer; the bytes read."""
        read = os.preadv(self._fd, [buffer], self._at)
        self._at += read
        return read

    def close(self) -> None:
        """Lets go of its own descriptor, not of the one that it was made from."""
        if not self.closed:
            os.close(self._fd)
        super().close()


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


def locked_soon(path: Path, flags: int = 0, glances: int = 1) -> int:
    """As `locked`, where somebody may just be looking whether the journal is held."""
    for _ in range(glances):
        with contextlib.suppress(BlockingIOError):
            return locked(path, flags)
        gevent.sleep(GLANCE)
    return locked(path, flags)


def locked(path: Path, flags: int = 0) -> int:
    """A journal's file, opened to append, and locked; raises OSError, BlockingIOError where a process has or takes it."""
    fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | flags, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(fd).st_nlink == 0 or os.fstat(fd).st_ino != path.stat().st_ino:
            raise BlockingIOError  # replaced or removed in between
    except OSError:
        os.close(fd)
        raise
    return fd
