"""`flask quiz import` and `export`: what of a file was understood, and what of a quiz was written."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Flask

BAD = "question,choice_1,choice_2,correct\nFine?,yes,no,1\nWrong?,yes,no,7\nGood?,yes,no,2\nEmpty?,yes,no,\n"


def test_a_dry_run_tells_row_by_row_what_was_understood_and_imports_nothing(flask: Flask, tmp_path: Path) -> None:
    """Questions and problems in the order of the file; the slug comes last, and the exit status is the import's."""
    file = tmp_path / "bad.csv"
    file.write_text(BAD)
    refused, dry = flask.each([["quiz", "import", str(file), "--dry-run", *more] for more in ([], ["--skip-invalid"])])
    assert "2 problems" in refused.refusal
    lines = refused.out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["line 2", "line 3", "line 4", "line 5"]
    assert lines[2] == "line 4: single: Good?"
    assert dry.lines[1].startswith("skipped line 3: correct: there is no choice 7")
    assert dry.lines[-2:] == ["would import bad, questions: 2, skipped: 2", "bad"]
    assert flask("quiz", "list", "--json").json == []


def test_what_an_import_has_no_place_for_is_noted_and_does_no_harm(flask: Flask, tmp_path: Path) -> None:
    """Notes stand above the summary."""
    file = tmp_path / "Tombs.gift"
    file.write_text("::Title::Who? {=nobody#right ~somebody}\n")
    *notes, summary, slug = flask("quiz", "import", str(file)).lines
    assert all(note.startswith("note: line 1: ") for note in notes)
    assert len(notes) == 2
    assert (summary, slug) == ("imported Tombs, questions: 1, skipped: 0", "tombs")


def test_an_export_lists_on_stderr_what_it_leaves_out(flask: Flask, words: str, tmp_path: Path) -> None:
    """Standard output and the file hold the quiz and nothing else; the file's name decides the format where none is told."""
    gift, kahoot = flask.each(
        [["quiz", "export", words, "--format", "gift"], ["quiz", "export", words, "--output", str(tmp_path / "w.xlsx")]]
    )
    assert "Which is a colour? {" in gift.out
    assert "left out: question q3: is left out: there is no type order" in gift.err.splitlines()
    assert "left out: question q4: time_limit: becomes 20 s" in gift.err.splitlines()
    assert kahoot.err.splitlines() == ["left out: quiz: title: there is no place for it"]
    assert flask("quiz", "import", str(tmp_path / "w.xlsx"), "--dry-run").lines[-2:] == [
        "would import w, questions: 4, skipped: 0",
        "w",
    ]
