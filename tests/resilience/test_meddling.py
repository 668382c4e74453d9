"""Journals whose files or folders somebody has changed by hand."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gevent
import pytest
from click.testing import CliRunner

from quiz.cli import doctor_instance
from quiz.cli.journals import journal as commands
from quiz.resilience import records
from quiz.resilience.index import Index
from quiz.resilience.inspection import Folder
from quiz.resilience.journal import Journal, JournalError
from quiz.resilience.journal_files import journals, open_all
from quiz.resilience.lines import line_of

RECEIPT = {"answer": 1, "right": True, "points": 10, "elapsed_ms": 0, "streak": 1, "stamp": 5, "at": 5000}


def answer(number: int, game: str = "g1") -> bytes:
    return records.encoded(records.answered(game, f"p{number}", 0, 1, RECEIPT))


def told(folder: Path) -> list[bytes]:
    """What everybody else reads there; no line of it is damaged."""
    looked = Folder(folder)
    found = [record for _, record in looked.records()]
    assert not any(one.damaged or one.torn for one in looked.files)
    return found


def _replace(path: Path) -> None:
    path.with_name("other").write_bytes(b"")
    path.with_name("other").rename(path)


def _link(path: Path) -> None:
    path.symlink_to(path.rename(path.with_name("elsewhere")))


@pytest.mark.parametrize(
    "harm",
    [Path.unlink, lambda path: path.rename(path.with_name("old")), _replace, _link, lambda path: shutil.rmtree(path.parent)],
    ids=["removed", "moved", "replaced", "linked", "folder removed"],
)
def test_a_journal_whose_file_is_gone_gets_a_whole_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: Callable[[Path], Any]
):
    """By itself, at its next look: with all that was kept, before and after; reading it needs no name."""
    monkeypatch.setattr("quiz.resilience.journal.EVERY", 0.05)
    journal = Journal(tmp_path / "journal", "w1")
    keeping = gevent.spawn(journal.keep_synced)
    journal.append(answer(1))
    harm(journal.path)
    journal.append(answer(2))
    assert list(journal.lines()) == [answer(1), answer(2)]
    with gevent.Timeout(60):
        while not journal.path.is_file() or journal.path.is_symlink() or told(journal.folder) != list(journal.lines()):
            gevent.sleep(0.02)
    keeping.kill()
    journal.append(answer(3))
    assert told(journal.folder) == [answer(1), answer(2), answer(3)] == list(journal.lines())
    with pytest.raises(JournalError):  # the new one is held, too
        Journal(journal.folder, "w1")
    journal.close()


@pytest.mark.parametrize("left", [0, 1, 7, -5], ids=["all", "nearly all", "a part of a line", "the end"])
@pytest.mark.parametrize("noticed", ["by a record", "by a look"])
def test_a_journal_that_was_cut_off_goes_on_and_its_owner_tells_what_it_knows(tmp_path: Path, left: int, noticed: str):
    """What was appended after that is kept, no line is damaged, and what stands for what is lost is written again."""
    journal = Journal(tmp_path, "w1")
    journal.again = lambda: [b'["again","g1"]']
    for number in (1, 2):
        journal.append(answer(number))
    os.truncate(journal.path, left % journal.size)
    if noticed == "by a look":
        journal.mend()
    journal.append(answer(3))
    journal.append(answer(4))
    journal.mend()
    kept = told(tmp_path)
    assert [record for record in kept if record in (answer(3), answer(4))] == [answer(3), answer(4)]
    assert kept.count(b'["again","g1"]') == 1
    assert (answer(1) in kept, answer(2) in kept) == (left < 0, False)
    assert journal.size == journal.path.stat().st_size
    journal.mend()
    assert told(tmp_path) == kept


def test_a_disk_that_is_full_after_that_makes_no_holes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A write that fails half-way is taken back to where the file really ends."""
    journal = Journal(tmp_path, "w1")
    journal.append(answer(1))
    os.truncate(journal.path, 0)
    write = os.write

    def full(fd: int, data: bytes) -> int:
        write(fd, data[:9])
        raise OSError(28, "full")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(JournalError):
            journal.append(answer(2))
    journal.append(answer(3))
    journal.mend()
    assert told(tmp_path) == [answer(3)]
    assert b"\0" not in journal.path.read_bytes()


def test_where_no_new_file_can_be_made_nothing_is_taken_until_one_can(tmp_path: Path):
    """It says so, and what was kept is not lost by it."""
    journal = Journal(tmp_path, "w1")
    journal.append(answer(1))
    journal.path.unlink()
    journal.path.mkdir()
    with pytest.raises(JournalError):
        journal.mend()
    assert "can't be made anew" in (journal.problem or "")
    with pytest.raises(JournalError):
        journal.check()
    journal.path.rmdir()
    journal.mend()
    journal.check()
    assert (journal.problem, next(iter(told(tmp_path)))) == (None, answer(1))


def test_records_are_not_looked_for_where_they_were_before_a_cut(tmp_path: Path):
    """The index of a journal that was cut off begins anew."""
    journal, found = Journal(tmp_path, "w1"), Index(tmp_path)
    journal.append(answer(1))
    journal.append(answer(2))
    assert found.of_player("g1", "p1") == [answer(1)]
    os.truncate(journal.path, 0)
    journal.append(answer(3))
    assert (found.of_player("g1", "p1"), found.of_player("g1", "p3")) == ([], [answer(3)])


def test_only_files_are_journals(tmp_path: Path):
    """A folder, a link that leads nowhere and a pipe keep nobody from the others."""
    journal = Journal(tmp_path, "w1")
    journal.append(answer(1))
    (tmp_path / "folder.journal").mkdir()
    (tmp_path / "link.journal").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.journal")
    with gevent.Timeout(60):
        assert journals(tmp_path) == [journal.path]
        assert told(tmp_path) == [answer(1)]
        assert Journal(tmp_path, "w2").take_over() == 0


def test_a_folder_whose_files_go_as_fast_as_they_come_is_left_alone_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Nobody looks for ever, and others get their turn meanwhile."""
    turns = []
    monkeypatch.setattr("quiz.resilience.journal_files.GLANCE", 0.001)
    monkeypatch.setattr("quiz.resilience.journal_files.journals", lambda folder: [tmp_path / "gone.journal"])
    other = gevent.spawn(lambda: turns.append(gevent.sleep(0.001)))
    with ExitStack() as opened, pytest.raises(FileNotFoundError):
        open_all(tmp_path, opened)
    other.get()
    assert turns


@pytest.fixture
def locked_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a journal that may be read and one that may not, whoever the tests run as."""
    for name, number in (("bad", 1), ("good", 2)):
        journal = Journal(tmp_path, name)
        journal.append(answer(number))
        journal.close()
    real, opened = os.open, Path.open

    def refusing(call: Callable[..., Any]) -> Callable[..., Any]:
        def open_(path: Any, *args: Any, **more: Any) -> Any:
            if str(path).endswith("bad.journal"):
                raise PermissionError(13, "Permission denied", str(path))
            return call(path, *args, **more)

        return open_

    monkeypatch.setattr(os, "open", refusing(real))
    monkeypatch.setattr(Path, "open", refusing(opened))
    return tmp_path


def test_a_journal_that_can_not_be_opened_keeps_nobody_from_the_others(locked_away: Path, caplog: pytest.LogCaptureFixture):
    """It is named once in the log, and stays."""
    heir = Journal(locked_away, "heir")
    for taken in (1, 0):
        assert heir.take_over() == taken
    assert heir.unreadable == {"bad.journal": "Permission denied"}
    assert [one.levelno for one in caplog.records if "bad.journal" in one.getMessage()] == [logging.WARNING]
    assert list(heir.seats()) == []
    assert (locked_away / "bad.journal").exists()


def test_the_doctor_names_a_journal_that_can_not_be_opened(locked_away: Path):
    """Redis may lack what is in it, and nobody can bring that."""
    (locked_away / "journal").symlink_to(locked_away)
    found = doctor_instance._journals(SimpleNamespace(var_dir=locked_away))
    assert found.status == "FAIL"
    assert "bad.journal: Permission denied" in found.found


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_operators_are_told_of_a_journal_that_can_not_be_opened(locked_away: Path, as_json: list[str]):
    """`show` and `verify` name it and why, and the rest is looked at; for `verify` it is a failure."""
    where = ["--folder", str(locked_away), *as_json]
    shown = CliRunner().invoke(commands, ["show", *where])
    verified = CliRunner().invoke(commands, ["verify", "--no-redis", *where])
    for outcome in (shown, verified):
        assert "bad.journal" in outcome.stdout
        assert "Permission denied" in outcome.stdout
    assert (shown.exit_code, verified.exit_code) == (0, 1)
    assert "journals that can't be opened: 1" in verified.output


def test_damaged_lines_of_a_journal_that_is_taken_over_stay_for_people_to_see(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """All sound records are taken over; the file stays under another name, and the log says which lines."""
    left = Journal(tmp_path, "left")
    for number in range(4):
        left.append(answer(number))
    left.close()
    lines = left.path.read_bytes().splitlines(keepends=True)
    lines[1], lines[3] = lines[1].replace(b"5000", b"9999"), b"\0" * 50 + lines[3]
    torn = line_of(answer(9))[:-7]
    left.path.write_bytes(b"".join(lines) + torn)
    heir = Journal(tmp_path, "heir")
    assert (heir.take_over(), heir.take_over()) == (2, 0)
    assert (list(heir.lines()), journals(tmp_path)) == ([answer(0), answer(2)], [heir.path])
    assert (tmp_path / "left.journal.damaged").read_bytes() == b"".join(lines) + torn
    (said,) = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert said.getMessage() == f"damaged lines in {left.path}.damaged, which stays: 2; their numbers: 2, 4"


def test_a_torn_end_is_no_damage(tmp_path: Path):
    """A crash leaves one behind, and nobody was told what it says: nothing of that journal stays."""
    left = Journal(tmp_path, "left")
    left.append(answer(1))
    left.close()
    left.path.write_bytes(left.path.read_bytes() + line_of(answer(2))[:-7])
    heir = Journal(tmp_path, "heir")
    assert (heir.take_over(), sorted(os.listdir(tmp_path))) == (1, ["heir.ahead", "heir.journal"])
