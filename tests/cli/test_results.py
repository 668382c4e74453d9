"""`flask result`."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import redis

from quiz.domain.game import Game
from tests.cli.conftest import Flask


def test_results_are_listed_shown_and_exported(flask: Flask, words: str, seat: Callable[..., Game], tmp_path: Path) -> None:
    """From the end of a game on; the file's name says what it is, and names of strangers don't run in a spreadsheet."""
    flask("game", "create", words, "--mode", "self-paced", "--pin", "123456").lines  # noqa: B018 - asserts success
    seat("123456", ("p1", "=1+2", 0), ("p2", "王小明", 1))
    flask("game", "end", "123456").lines  # noqa: B018 - asserts success
    (listed,) = flask("result", "list", "--quiz", words, "--json").json
    assert (listed["pin"], listed["players"], listed["quiz"], listed["title"]) == ("123456", 2, words, "Words")
    game, book = listed["id"], tmp_path / "report.xlsx"
    shown, as_table, table, written = flask.each(
        [
            ["result", "show", game],
            ["result", "list"],
            ["result", "export", game],
            ["result", "export", game, "--output", str(book)],
        ]
    )
    assert shown.lines[1].startswith("questions: 4; players: 2; kept until ")
    assert [line.split()[:3] for line in shown.lines[-2:]] == [["1", "王小明", "10"], ["2", "=1+2", "0"]]
    assert [line.split()[:4] for line in as_table.lines] == [
        ["id", "pin", "mode", "players"],
        [game, "123456", "self-paced", "2"],
    ]
    assert [row[:3] for row in csv.reader(table.lines)] == [
        ["rank", "nickname", "score"],
        ["1", "王小明", "10"],
        ["2", "'=1+2", "0"],
    ]
    assert written.lines == []
    assert openpyxl.load_workbook(book)["Players"]["B3"].value == "=1+2"


def test_a_players_data_and_a_games_are_removed(flask: Flask, words: str, seat: Callable[..., Game], store: redis.Redis) -> None:
    """By nickname or id, in the record and in the game, whose PIN may still be in use; what is not there is said to be so."""
    flask("game", "create", words, "--mode", "self-paced", "--pin", "123456").lines  # noqa: B018 - asserts success
    seat("123456", ("p1", "Ann", 1), ("p2", "Bob", 1))
    flask("game", "end", "123456").lines  # noqa: B018 - asserts success
    (listed,) = flask("result", "list", "--json").json
    game = listed["id"]
    forgotten, again, shown = flask.each(
        [
            ["result", "forget", game, "BOB", "--yes"],
            ["result", "forget", game, "p2"],
            ["result", "show", game, "--json"],
        ]
    )
    assert forgotten.lines == [f"removed Bob from game {game}"]
    assert "no player 'p2'" in again.refusal
    assert [one["nickname"] for one in shown.json["players"]] == ["Ann"]
    stored = {key: store.dump(key) for key in store.keys("*")}
    assert "Bob" not in str(stored)
    deleted, gone = flask.each([["result", "delete", game], ["result", "show", game]])
    assert deleted.lines == [f"deleted the results of game {game}"]
    assert "was deleted" in gone.refusal
    assert store.keys("*{123456}*") == []
    assert "Ann" not in json.dumps([store.get(key) for key in store.keys("quiz:archive:*")])
