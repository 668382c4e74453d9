"""Reports: a row for each player, in cells that a spreadsheet takes for what they are and never runs."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import openpyxl
import pytest

from quiz import reports
from quiz.domain.game import Options
from quiz.domain.question import question
from quiz.play.archive import Archive, Placed
from quiz.play.ports import Receipt
from quiz.play.results import game_result
from quiz.reports.rows import Show
from tests.domain.builders import raw
from tests.store.worlds import ANSWERS, game_of

KINDS = tuple(ANSWERS)
AT = 1_700_000_000_123
#: What strangers call themselves; what a spreadsheet would run, show as an error, or not take at all.
NICKNAMES = ["=1+2", "@SUM(A1)", "#N/A", 'Zoë, "the" 词 <b>&', "\x0bdrop\uffff_x0041_"]


def receipt(answer: Any, right: bool | None, points: int) -> Receipt:
    return Receipt(answer=answer, right=right, points=points, elapsed_ms=1234, streak=1, stamp=1, at=AT)


@pytest.fixture
def report() -> reports.Report:
    """Five players with telling names; the first has answered everything, the second a text alone, the others nothing."""
    game = game_of(KINDS, "live", "123456", "g1", AT, host="ann", quiz="a-quiz", title="=cmd()")
    first = question(raw("single", text="-2 + 3 = ?", choices=["=A1", "+1", "c"]), 1)
    game = msgspec.structs.replace(game, questions=(first, *game.questions[1:]))
    answers = {f"q{n}": {"p0": receipt(ANSWERS[kind], None if kind == "poll" else True, n)} for n, kind in enumerate(KINDS, 1)}
    answers["q4"]["p1"] = receipt("=HYPERLINK(1)", False, 0)
    players = [
        Placed(id=f"p{n}", nickname=name, score=28 if n == 0 else 0, rank=1 if n == 0 else 2) for n, name in enumerate(NICKNAMES)
    ]
    record = Archive(schema=1, game=game, finished_at=AT, players=players, answers=answers)
    return reports.Report(record, game_result(record, record.summary(), lambda: None))


def made(report: reports.Report, format: str, show: Show = "points") -> bytes:
    return reports.write(report, format, show, lambda: None)


def table(report: reports.Report, show: Show) -> list[list[str]]:
    return list(csv.reader(io.StringIO(made(report, "csv", show).decode(), newline="")))


def test_csv_has_a_row_for_each_player_and_a_column_for_each_question(report: reports.Report):
    """Points unless said otherwise; nothing where nothing was answered; what a spreadsheet would run stands behind a `'`."""
    header, *rows = table(report, "points")
    assert header[:3] == ["rank", "nickname", "score"]
    assert header[3] == "q1: -2 + 3 = ?"
    assert len(header) == 3 + len(KINDS)
    assert [row[1] for row in rows] == ["'=1+2", "'@SUM(A1)", *NICKNAMES[2:]]
    assert rows[0] == ["1", "'=1+2", "28", *map(str, range(1, 8))]
    assert rows[1][3:] == ["", "", "", "0", "", "", ""]
    assert rows[2][3:] == [""] * 7


def test_csv_shows_answers_times_or_what_was_right(report: reports.Report):
    """Answers in words, guarded too; times in seconds."""
    answers = table(report, "answers")
    assert answers[1][3:] == ["'+1", "a, c", "false", ANSWERS["text"], "0.3", "c → a → b", "c"]
    assert answers[2][6] == "'=HYPERLINK(1)"
    assert table(report, "times")[1][3] == "1.234"
    assert [table(report, "right")[1][3], table(report, "right")[2][6], table(report, "right")[1][9]] == ["true", "false", ""]


def book(report: reports.Report, show: Show = "points") -> Any:
    return openpyxl.load_workbook(io.BytesIO(made(report, "xlsx", show)))


def test_a_workbook_holds_numbers_dates_and_texts_and_not_one_formula(report: reports.Report):
    """As an independent reader sees it: types are right, texts are as they were typed."""
    found = book(report)
    assert found.sheetnames == ["Players", "Answers", "Totals", "Questions", "Game"]
    kinds = {cell.data_type for sheet in found for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "inlineStr", "n", "d"}
    assert [cell.quotePrefix for cell in found["Players"]["B"]] == [False, True, True, False, False, False]
    players = [[cell.value for cell in row] for row in found["Players"].iter_rows()]
    assert players[0][:4] == ["rank", "nickname", "score", "q1: -2 + 3 = ?"]
    # Excel takes the escape off, which keeps it from reading A; openpyxl doesn't.
    assert [row[1] for row in players[1:]] == [*NICKNAMES[:4], "\ufffddrop\ufffd_x005F_x0041_"]
    assert players[1][2:] == [28, *range(1, 8)]
    assert players[2][3:] == [None, None, None, 0, None, None, None]
    answers = [[cell.value for cell in row] for row in found["Answers"].iter_rows()]
    assert answers[1][3:8] == ["+1", "a, c", "false", ANSWERS["text"], 0.3]
    assert answers[2][6] == "=HYPERLINK(1)"
    game = {row[0].value: row[1] for row in found["Game"].iter_rows(min_row=2)}
    assert game["title"].value == "=cmd()"
    assert game["PIN"].value == "123456"
    assert game["finished (UTC)"].value == datetime.fromtimestamp(AT // 1000, UTC).replace(tzinfo=None)
    assert game["finished (UTC)"].is_date


def test_a_workbook_counts_players_and_questions(report: reports.Report):
    """Totals of each player; of each question how many answered, and how many of them right, as a percentage."""
    found = book(report)
    totals = [[cell.value for cell in row] for row in found["Totals"].iter_rows(min_row=2)]
    assert totals[0] == [1, "=1+2", 28, 7, 6, pytest.approx(7 * 1.234), 1]
    fourth = [cell for row in found["Questions"].iter_rows(min_row=5, max_row=5) for cell in row]
    assert [cell.value for cell in fourth][4:8] == ["colour / color", 2, 1, 0.5]
    assert fourth[7].number_format == "0%"
    poll = [cell.value for row in found["Questions"].iter_rows(min_row=8, max_row=8) for cell in row]
    assert poll[5:8] == [1, None, None]


def test_what_is_asked_for_is_the_first_sheet(report: reports.Report):
    """The table of the contract with other cells."""
    found = book(report, "times")
    assert found.sheetnames[:2] == ["Seconds", "Answers"]
    assert found["Seconds"]["D2"].value == 1.234
    assert book(report, "answers").sheetnames[:2] == ["Answers", "Totals"]
    assert book(report, "right")["Right"]["D2"].value is True


def test_json_has_all_of_it(report: reports.Report):
    """Every answer with its points and time, null where there is none."""
    told = json.loads(made(report, "json"))
    assert told["game"]["title"] == "=cmd()"
    assert [one["id"] for one in told["questions"]] == [f"q{n}" for n in range(1, 8)]
    first, second = told["players"][:2]
    assert (first["rank"], first["nickname"], first["score"], first["right"]) == (1, "=1+2", 28, 6)
    assert first["questions"]["q2"] == {"answer": [0, 2], "right": True, "points": 2, "elapsed_ms": 1234, "streak": 1}
    assert second["questions"]["q1"] is None


def test_a_game_with_teams_has_a_column_and_a_table_of_them(report: reports.Report):
    """After the score; a workbook's sheet and JSON have the averages."""
    game = msgspec.structs.replace(report.record.game, options=Options(teams=("=Red", "Blue")))
    players = [msgspec.structs.replace(one, team=number % 2) for number, one in enumerate(report.record.players[:4])]
    record = msgspec.structs.replace(report.record, game=game, players=players)
    report = reports.Report(record, game_result(record, record.summary(), lambda: None))
    header, *rows = table(report, "points")
    assert (header[3], [row[3] for row in rows]) == ("team", ["'=Red", "Blue", "'=Red", "Blue"])
    assert [[cell.value for cell in row] for row in book(report)["Teams"]] == [
        ["rank", "team", "score", "players"],
        [1, "=Red", 14, 2],
        [2, "Blue", 0, 2],
    ]
    assert json.loads(made(report, "json"))["teams"][0] == {"rank": 1, "team": "=Red", "score": 14.0, "players": 2, "number": 0}


def test_others_get_their_turn_with_every_row(report: reports.Report):
    """However large the game is, no piece of the work is longer than a row or a part of a file."""
    rows = {"json": 5, "csv": 5, "xlsx": 5 + 5 + 5 + 7 + 11}
    for format, least in rows.items():
        turns: list[None] = []
        reports.write(report, format, "points", lambda turns=turns: turns.append(None))
        sheets = 5 if format == "xlsx" else 0
        assert len(turns) == least + sheets
