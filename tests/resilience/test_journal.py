"""A worker's journal on a real disk."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import gevent
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.resilience import records
from quiz.resilience.journal import Journal, JournalError
from quiz.resilience.journal_files import journals
from quiz.resilience.lines import line_of, record_of

ROOT = Path(__file__).parents[2]


def _answer(number: int, game: str = "g1") -> bytes:
    return records.encoded(records.answered(game, f"p{number}", 0, 1, '{"points":10}'))


@given(st.binary(max_size=200).filter(lambda record: b"\n" not in record))
def test_what_was_written_is_read(record: bytes):
    """Any record survives its line."""
    assert record_of(line_of(record)) == record


@given(st.binary(min_size=1, max_size=60).filter(lambda record: b"\n" not in record), st.data())
def test_a_damaged_line_is_known(record: bytes, data: st.DataObject):
    """One byte changed or the end torn off: the checksum tells."""
    line = line_of(record)
    place = data.draw(st.integers(0, len(line) - 1))
    changed = bytearray(line)
    changed[place] ^= data.draw(st.integers(1, 255))
    assert record_of(line[:place]) is None
    assert record_of(bytes(changed)) is None


def test_a_torn_tail_is_ignored_and_what_stands_before_it_is_read(tmp_path: Path):
    """A crash in the middle of a write costs that record alone, which nobody was told."""
    journal = Journal(tmp_path, "w1")
    journal.append(_answer(1))
    journal.append(_answer(2))
    with journal.path.open("ab") as file:
        file.write(line_of(_answer(3))[:-5])
    assert list(journal.lines()) == [_answer(1), _answer(2)]


def test_the_journal_of_a_dead_process_is_taken_over_and_that_of_a_living_one_is_not(tmp_path: Path):
    """Its records become one's own, once; a torn tail does not."""
    command = f"""
import os, sys
sys.path.insert(0, {str(ROOT)!r})
from quiz.resilience.journal import Journal
journal = Journal(__import__("pathlib").Path({str(tmp_path)!r}), "dead")
journal.append({_answer(1)!r})
os.write(journal._fd, b"0000 torn")
print("ready", flush=True)
sys.stdin.read()
"""
    child = subprocess.Popen([sys.executable, "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout.readline() == b"ready\n"
    heir = Journal(tmp_path, "heir")
    assert heir.take_over() == 0
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdin.close()
    child.stdout.close()
    assert heir.take_over() == 1
    assert (list(heir.lines()), journals(tmp_path)) == ([_answer(1)], [heir.path])
    assert heir.take_over() == 0


def test_a_worker_begins_though_another_takes_its_new_journal_for_a_dead_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Two that begin together: for a moment the file of the one is there, and nobody has it."""
    heir, flock = Journal(tmp_path, "heir"), fcntl.flock

    def late(fd: int, how: int) -> None:
        monkeypatch.undo()
        heir.take_over()
        flock(fd, how)

    monkeypatch.setattr(fcntl, "flock", late)
    journal = Journal(tmp_path, "w1")
    journal.append(_answer(1))
    assert heir.take_over() == 0
    journal.close()
    assert heir.take_over() == 1


def test_a_full_disk_refuses_and_keeps_nothing_of_it_and_heals(tmp_path: Path):
    """With no room for a record, `append` raises; what is appended when there is room again is read."""
    command = f"""
import resource, signal, sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from quiz.resilience.journal import Journal, JournalError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
journal = Journal(Path({str(tmp_path)!r}), "w1")
journal.append(b"[1]")
resource.setrlimit(resource.RLIMIT_FSIZE, (journal._size + 5, resource.RLIM_INFINITY))
for _ in range(2):
    try:
        journal.append(b"[2]")
        sys.exit("was taken")
    except JournalError as error:
        print(error, "|", journal.problem)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
journal.append(b"[3]")
print(list(journal.lines()), journal.problem)
"""
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[b'[1]', b'[3]'] None"
    assert os.strerror(errno.EFBIG) in done.stdout


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path):
    """The start of a worker says which folder it was."""
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="file"):
        Journal(tmp_path / "file" / "journal", "w1")


def test_the_records_of_games_that_are_over_are_dropped(tmp_path: Path):
    """Those of the others stay, also those that come while it is done."""
    journal = Journal(tmp_path, "w1")
    for number in range(3000):
        journal.append(_answer(number, "over" if number % 3 else "running"))
    going = gevent.spawn(journal.forget, lambda game: game == "over")
    gevent.sleep(0)
    journal.append(_answer(9999, "running"))
    going.get()
    assert list(journal.lines()) == [_answer(n, "running") for n in (*range(0, 3000, 3), 9999)]
    journal.append(_answer(1, "running"))
    assert list(journal.lines())[-1] == _answer(1, "running")
    assert journals(tmp_path) == [journal.path]


def test_where_little_is_over_the_journal_is_left_alone(tmp_path: Path):
    """Writing a large journal anew for a few lines would cost more than they do."""
    journal = Journal(tmp_path, "w1")
    for number in range(10):
        journal.append(_answer(number, "running" if number else "over"))
    before = journal.path.stat().st_ino
    journal.forget(lambda game: game == "over")
    assert journal.path.stat().st_ino == before


def test_an_empty_journal_leaves_nothing_behind(tmp_path: Path):
    """A worker in whose time nothing happened leaves no file."""
    Journal(tmp_path, "w1").close()
    assert journals(tmp_path) == []
