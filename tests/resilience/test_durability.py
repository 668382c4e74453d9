"""What is on the disk when somebody is told so."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
import pytest

from quiz.resilience import records
from quiz.resilience.journal import Journal, JournalError
from quiz.resilience.lines import line_of


def answer(number: int, game: str = "g1") -> bytes:
    return records.encoded(records.answered(game, f"p{number:05}", 0, 1, '{"points":10}'))


class Disk:
    """Stands before the real disk: holds its writes back, notes what each covers, and fails them where a test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._real: Callable[[int], None] = os.fdatasync
        self.safe = b""  # all that the disk has for sure
        self.writes = 0
        self.gate = threading.Event()
        self.gate.set()
        self.error: OSError | None = None
        monkeypatch.setattr(os, "fdatasync", self._write)

    def _write(self, fd: int) -> None:
        text = os.pread(fd, 10_000_000, 0)  # what comes from now on is not covered
        self.writes += 1
        assert self.gate.wait(10)
        if self.error:
            raise self.error
        self._real(fd)
        self.safe = text


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def together(works: list[Callable[[], Any]]) -> None:
    gevent.joinall([gevent.spawn(work) for work in works], timeout=20, raise_error=True)


def test_nothing_is_acknowledged_before_it_is_on_the_disk(tmp_path: Path, disk: Disk):
    """Records of a hundred greenlets: each `append` returns when a write that covers its own has ended."""
    journal = Journal(tmp_path, "w1", always=True)
    told = []

    def append(number: int) -> None:
        gevent.sleep(number % 7 / 1000)
        journal.append(answer(number))
        assert line_of(answer(number)) in disk.safe
        told.append(number)

    together([lambda number=number: append(number) for number in range(100)])
    assert sorted(told) == list(range(100))


def test_one_write_serves_all_who_wait(tmp_path: Path, disk: Disk):
    """While one write is under way a hundred records gather; the next one covers them all."""
    journal = Journal(tmp_path, "w1", always=True)
    disk.gate.clear()
    callers = [gevent.spawn(journal.append, answer(number)) for number in range(100)]
    gevent.sleep(0.01)
    assert not any(caller.dead for caller in callers)
    disk.gate.set()
    gevent.joinall(callers, timeout=20, raise_error=True)
    assert disk.writes == 2
    assert disk.safe.count(b"\n") == 100


def test_by_default_nobody_waits_for_the_disk(tmp_path: Path, disk: Disk):
    """It gets all within a second, by `keep_synced`."""
    journal = Journal(tmp_path, "w1")
    disk.gate.clear()
    for number in range(100):
        journal.append(answer(number))
    assert disk.writes == 0
    disk.gate.set()
    journal.sync()
    assert (disk.writes, disk.safe.count(b"\n")) == (1, 100)


def test_a_write_that_fails_is_told_to_all_who_waited_for_it(tmp_path: Path, disk: Disk):
    """None of them is acknowledged, `problem` says why, and it heals with the next record."""
    journal, refused = Journal(tmp_path, "w1", always=True), []
    disk.error = OSError(errno.EIO, os.strerror(errno.EIO))

    def append(number: int) -> None:
        try:
            journal.append(answer(number))
        except JournalError:
            refused.append(number)

    together([lambda number=number: append(number) for number in range(10)])
    assert sorted(refused) == list(range(10))
    assert journal.problem == os.strerror(errno.EIO)
    disk.error = None
    journal.check()
    assert journal.problem is None
    journal.append(answer(11))
    assert line_of(answer(11)) in disk.safe


def test_a_journal_that_is_made_smaller_while_the_disk_writes_still_waits_for_it(tmp_path: Path, disk: Disk):
    """Neither does somebody wait for ever, nor is a record acknowledged that the new file has not on the disk."""
    journal = Journal(tmp_path, "w1", always=True)
    gone = gevent.spawn(lambda: [journal.append(answer(number, "over")) for number in range(50)])
    gone.join(20)
    disk.gate.clear()
    waiting = [gevent.spawn(journal.append, answer(number)) for number in range(2)]
    gevent.sleep(0.01)
    pruning = gevent.spawn(journal.forget, lambda game: game == "over")
    gevent.sleep(0.01)
    late = gevent.spawn(journal.append, answer(2))
    gevent.sleep(0.01)
    disk.gate.set()
    gevent.joinall([*waiting, pruning, late], timeout=10, raise_error=True)
    assert all(one.dead for one in (*waiting, pruning, late))
    assert list(journal.lines()) == [answer(number) for number in range(3)]
    disk.gate.clear()
    last = gevent.spawn(journal.append, answer(3))
    gevent.sleep(0.05)
    assert not last.dead
    disk.gate.set()
    last.get(timeout=10)
    assert line_of(answer(3)) in disk.safe


@pytest.mark.parametrize("always", [False, True])
def test_a_journal_that_is_made_smaller_is_on_the_disk_with_all_that_came_meanwhile(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch, always: bool
):
    """By a thread, so that nobody waits for it; but for records that somebody was told are there, and may not leave it again."""
    journal = Journal(tmp_path, "w1", always=always)
    for number in range(3):
        journal.append(answer(number, "over"))
    real, threads, begun, go_on = os.fsync, [], threading.Event(), threading.Event()

    def fsync(fd: int) -> None:
        threads.append(threading.current_thread() is threading.main_thread())
        begun.set()
        assert go_on.wait(10)
        real(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    smaller = gevent.spawn(journal.forget, "over".__eq__)
    with gevent.Timeout(60):
        while not begun.is_set():
            gevent.sleep(0.001)
    waiting = gevent.spawn(journal.append, answer(9, "on"))
    gevent.sleep(0)
    go_on.set()
    gevent.joinall([smaller, waiting], timeout=10, raise_error=True)
    assert threads == ([False, True] if always else [False])
    assert list(journal.lines()) == [answer(9, "on")]
    assert disk.safe == line_of(answer(9, "on")) or always
    assert journal._synced == journal._appended
