"""`flask quiz`."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path

from tests.cli.conftest import ROOT, WORDS, Flask

HEADER = "question,choice_1,choice_2,correct\n"
BAD = HEADER + "Fine?,yes,no,1\nWrong?,yes,no,7\nGood?,yes,no,2\nEmpty?,yes,no,\n"


def test_an_imported_quiz_is_listed_and_shown(flask: Flask, words: str) -> None:
    """The slug comes last, and listings are tables or JSON."""
    assert words == "words"
    listed, as_json, shown, shown_json = flask.each(
        [["quiz", "list"], ["quiz", "list", "--json"], ["quiz", "show", "words"], ["quiz", "show", "words", "--json"]]
    )
    assert [line.split() for line in listed.lines] == [["slug", "questions", "title"], ["words", "4", "Words"]]
    assert [(one["slug"], one["question_count"]) for one in as_json.json] == [("words", 4)]
    assert "   * red" in shown.lines
    assert "   - dog" in shown.lines
    assert "   1. ant" in shown.lines
    assert shown_json.json["slug"] == "words"
    assert shown_json.json["questions"][0]["correct"] == 1


def test_nothing_is_imported_from_a_file_with_bad_rows_unless_they_are_skipped(flask: Flask, tmp_path: Path) -> None:
    """Every bad row is named by its line on standard output, and stderr has one line."""
    file = tmp_path / "bad.csv"
    file.write_text(BAD)
    refused = flask("quiz", "import", str(file))
    assert "2 problems" in refused.refusal
    assert [line.split(":")[0] for line in refused.out.splitlines()] == ["line 3", "line 5"]
    assert flask("quiz", "list", "--json").json == []

    *skipped, summary, slug = flask("quiz", "import", str(file), "--skip-invalid").lines
    assert [line.split(":")[0] for line in skipped] == ["skipped line 3", "skipped line 5"]
    assert summary == "imported bad, questions: 2, skipped: 2"
    assert slug == "bad"
    assert [one["id"] for one in flask("quiz", "show", "bad", "--json").json["questions"]] == ["q1", "q3"]


def test_the_only_problem_of_a_file_is_in_the_line_on_stderr(flask: Flask, tmp_path: Path) -> None:
    """Nobody has to look for it, and control characters from the file don't reach the terminal."""
    file = tmp_path / "bad.csv"
    file.write_text(HEADER + "Wrong?,yes,no,\x1b[2J\n")
    refused = flask("quiz", "import", str(file), "--skip-invalid")
    assert "line 2: correct" in refused.refusal
    assert "\x1b" not in refused.out + refused.err


def test_importing_again_replaces(flask: Flask, words: str, tmp_path: Path) -> None:
    """A quiz of the same slug takes the place of the first."""
    file = tmp_path / "words.csv"
    file.write_text(HEADER + "New?,yes,no,1\n")
    assert flask("quiz", "import", str(file)).lines[-1] == words
    assert [one["question_count"] for one in flask("quiz", "list", "--json").json] == [1]


def test_what_is_exported_can_be_imported_again(flask: Flask, words: str, tmp_path: Path) -> None:
    """Both formats give back the same questions, from standard output and from a file."""
    before = flask("quiz", "show", words, "--json").json
    exported, written = flask.each(
        [["quiz", "export", words], ["quiz", "export", words, "--output", str(tmp_path / "Words.csv")]]
    )
    assert exported.json["title"] == WORDS["title"]
    assert (written.status, written.out) == (0, "")
    assert written.err.splitlines() == ["left out: quiz: title: there is no place for it"]
    (tmp_path / "again.json").write_text(exported.out)
    flask("quiz", "delete", words).lines  # noqa: B018 - asserts success
    for file in ("again.json", "Words.csv"):
        assert flask("quiz", "import", str(tmp_path / file)).lines[-1] == words
        after = flask("quiz", "show", words, "--json").json
        assert after["questions"] == before["questions"]


def test_a_deleted_quiz_is_brought_back(flask: Flask, words: str) -> None:
    """For a while it is in a list of its own; afterwards it is as before."""
    before, _, gone, back, again, after = flask.each(
        [
            ["quiz", "show", words, "--json"],
            ["quiz", "delete", words],
            ["quiz", "list", "--deleted", "--json"],
            ["quiz", "restore", words],
            ["quiz", "restore", words],
            ["quiz", "show", words, "--json"],
        ]
    )
    assert [one["slug"] for one in gone.json] == [words]
    assert back.lines == ["restored Words", words]
    assert "there is no deleted quiz" in again.refusal
    assert after.json == before.json


def test_each_failure_is_one_line(flask: Flask, words: str, tmp_path: Path) -> None:
    """Whatever is wrong with a call, stderr has one line that says it."""
    said = {
        ("nonsense",): "there is no command 'nonsense'",
        ("quiz",): "Missing command",
        ("quiz", "nonsense"): "No such command",
        ("quiz", "import"): "Missing argument 'FILE'",
        ("quiz", "list", "--bogus"): "--bogus",
        ("quiz", "import", str(tmp_path / "none.csv")): "none.csv: No such file",
        ("quiz", "import", str(tmp_path)): "Is a directory",
        ("quiz", "import", str(tmp_path / "words.json"), "--format", "xlsx"): "is no workbook",
        ("quiz", "import", str(tmp_path / "words.json"), "--format", "word"): "'word' is not one of",
        ("quiz", "show", "nope"): "there is no quiz 'nope'",
        ("quiz", "delete", "nope"): "there is no quiz 'nope'",
        ("quiz", "export", "nope"): "there is no quiz 'nope'",
        ("quiz", "export", words, "--format", "aiken"): "'aiken' is not one of",
        ("quiz", "export", words, "--output", str(tmp_path / "none" / "x.json")): "No such file",
    }
    for (command, words_of_it), outcome in zip(said.items(), flask.each(list(said)), strict=True):
        assert words_of_it in outcome.refusal, command


def test_flask_run_says_how_to_serve(flask: Flask) -> None:
    """Flask's own server could not serve a single page of this."""
    assert "make run" in flask("run").refusal


def test_an_unreachable_redis_is_named_without_its_password(flask: Flask) -> None:
    """The line says where REDIS_URL points."""
    refused = flask("quiz", "list", REDIS_URL="redis://somebody:a-secret@127.0.0.1:1/0")
    assert "127.0.0.1:1" in refused.refusal
    assert "a-secret" not in refused.err


def test_a_wrong_setting_is_one_line(flask: Flask) -> None:
    """No traceback, also from the help."""
    for command in (["quiz", "list"], ["--help"]):
        assert "QUIZ_LEADERBOARD__TOP_N" in flask(*command, QUIZ_LEADERBOARD__TOP_N="many").refusal


def test_help_needs_no_redis(flask: Flask) -> None:
    """It lists the groups, and not the hidden command."""
    lines = flask("--help", REDIS_URL="redis://127.0.0.1:1/0").lines
    assert {"quiz", "game", "leaderboard", "host"} <= {line.split()[0] for line in lines if line.startswith("  ")}
    assert not any("dev-setup" in line for line in lines)


def test_only_a_terminal_is_asked(flask: Flask, words: str) -> None:
    """A pipe that stays silent is not waited for; on a terminal, "no" keeps the quiz."""
    command = flask.arguments("quiz", "delete", words)
    kept = {"cwd": ROOT, "env": flask.environ, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}

    terminal, shown = pty.openpty()
    with subprocess.Popen(command, stdin=shown, **kept) as asked:
        os.write(terminal, b"n\n")
        _, err = asked.communicate(timeout=30)
    assert asked.returncode == 1
    assert "Delete Words?" in err
    assert [one["slug"] for one in flask("quiz", "list", "--json").json] == [words]

    with subprocess.Popen(command, stdin=subprocess.PIPE, **kept) as piped:
        assert piped.wait(60) == 0
    assert flask("quiz", "list", "--json").json == []
    for end in (terminal, shown):
        os.close(end)


def test_a_long_import_shows_its_progress_on_a_terminal(flask: Flask, tmp_path: Path) -> None:
    """The bar goes to stderr, so that standard output stays what a script reads."""
    file = tmp_path / "long.json"
    file.write_text(json.dumps({"questions": [{"type": "true_false", "text": "Really? " * 60, "correct": True}] * 1000}))
    terminal, shown = pty.openpty()
    done = subprocess.run(
        flask.arguments("quiz", "import", str(file)),
        cwd=ROOT,
        env=flask.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=shown,
        timeout=30,
        check=True,
    )
    bar = os.read(terminal, 10_000)
    for end in (terminal, shown):
        os.close(end)
    assert b"Importing long.json" in bar
    assert b"100%" in bar
    assert done.stdout.split()[-1] == b"long"
