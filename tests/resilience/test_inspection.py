"""Journals looked at from outside."""

from __future__ import annotations

import fcntl
from pathlib import Path

import gevent
import pytest

from quiz.resilience.inspection import Folder, holdings
from quiz.resilience.journal import Journal
from quiz.resilience.journal_files import held, journals
from quiz.resilience.lines import PROBE
from quiz.resilience.records import Joined, answered, encoded

RECEIPT = {"answer": 1, "right": True, "points": 1, "elapsed_ms": 0, "streak": 1, "stamp": 5, "at": 5000}


def _answer(player: str) -> bytes:
    return encoded(answered("g1", player, 0, 1, RECEIPT))


def test_a_journal_is_held_as_long_as_its_worker_lives(tmp_path: Path):
    """Looking takes no lock from anybody and keeps none."""
    journal = Journal(tmp_path, "w1")
    journal.append(_answer("p1"))
    with journal.path.open("rb") as file:
        assert held(file) is True
        journal.close()
        assert held(file) is False
        assert Journal(tmp_path, "w2").take_over() == 1


def test_a_glance_does_not_keep_a_successor_from_taking_over(tmp_path: Path):
    """Who only looks whether a journal is held may hold it for a moment; the successor waits that long."""
    left = Journal(tmp_path, "w1")
    left.append(_answer("p1"))
    left.close()
    with left.path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        gevent.spawn(fcntl.flock, file, fcntl.LOCK_UN)
        assert Journal(tmp_path, "w2").take_over() == 1


def test_a_journal_that_is_taken_over_meanwhile_is_read_where_it_went(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Between the listing and the opening its records moved: the folder is listed again, and nothing is missed."""
    journal = Journal(tmp_path, "w2")
    journal.append(_answer("p1"))
    listings = [[tmp_path / "w1.journal"], journals(tmp_path)]
    monkeypatch.setattr("quiz.resilience.journal_files.journals", lambda folder: listings.pop(0))
    assert [(file.name, record) for file, record in Folder(tmp_path).records()] == [("w2.journal", _answer("p1"))]


def test_what_a_folder_holds_is_counted_by_game(tmp_path: Path):
    """An answer in two journals is one; a probe is nobody's, and a record of another version is only counted."""
    for worker, players in (("w1", ["p1", "p2"]), ("w2", ["p1"])):
        journal = Journal(tmp_path, worker)
        for player in players:
            journal.append(_answer(player))
        journal.close()
    journal = Journal(tmp_path, "w3")
    for record in (encoded(Joined("g1", "p1", "Ann", "ann", 5)), PROBE, b'["dance","g1","p1"]'):
        journal.append(record)
    folder = Folder(tmp_path)
    found, foreign = holdings(folder)
    assert (found.keys(), foreign) == ({"g1"}, 1)
    assert (found["g1"].answers, found["g1"].newest, len(found["g1"].remains.seats)) == (2, 5000, 1)
    assert [(one.name, one.records, one.damaged, one.torn) for one in folder.files] == [
        ("w1.journal", 2, [], False),
        ("w2.journal", 1, [], False),
        ("w3.journal", 3, [], False),
    ]
    assert [one.size for one in folder.files] == [path.stat().st_size for path in journals(tmp_path)]
