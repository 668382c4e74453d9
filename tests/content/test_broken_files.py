"""What nobody should send: each is refused with a place and a reason, within bounds, and nothing of it is run or fetched."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from defusedxml.common import EntitiesForbidden

from quiz.content import workbook
from quiz.content.formats import IMPORT_FORMATS, read, write
from quiz.content.imports import Import
from quiz.domain.quiz import MAX_QUESTIONS, quiz

from .mutants import check, mutants
from .workbooks import SHEET, changed, classquiz, kahoot, raw_sheet, sheet

ROOT = Path(__file__).parents[2]
HEADER = ["question", "type", "correct"]
LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
CELL = '<row><c t="inlineStr"><is><t>{}</t></is></c></row>'
FIVE_MB = "x" * 5_000_000


def told(result: Import) -> list[str]:
    return [str(problem) for problem in result.problems]


@pytest.mark.parametrize("declared", [LAUGHS, OUTSIDE, "<!DOCTYPE html>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_anything_is_parsed(declared: str, encoding: str) -> None:
    """Those that grow, those that name files, and in encodings that hide them; wherever in the workbook they are."""
    reference = "&b;" if declared == LAUGHS else "&a;" if declared == OUTSIDE else "a"
    for data in (
        raw_sheet(CELL.format(reference), declared, encoding),
        changed(sheet(HEADER), {"docProps/core.xml": f'<?xml version="1.0"?>{declared}<x/>'.encode(encoding)}),
    ):
        (problem,) = told(read(data, "x.xlsx"))
        assert problem.startswith("file: ")
        assert "declares a document type or entities" in problem


def test_the_library_itself_refuses_entities_too() -> None:
    """openpyxl parses with defusedxml: the second lock, should the first be passed by."""
    assert openpyxl.DEFUSEDXML
    with pytest.raises(ValueError, match="could not read worksheets") as refused:
        openpyxl.load_workbook(io.BytesIO(raw_sheet(CELL.format("&b;"), LAUGHS)), read_only=True)
    assert isinstance(refused.value.__cause__, EntitiesForbidden)


def _archive(**parts: bytes) -> bytes:
    return changed(sheet(HEADER), parts)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (lambda: _archive(**{"xl/media/bomb.xml": b"\0" * 68_000_000}), "unpacks to 680"),
        (lambda: _archive(**{"xl/media/bomb.xml": b"\0" * 30_000_000}), "times its size, 200 times are allowed"),
        (lambda: _archive(**{f"xl/{number}": b"" for number in range(600)}), "is an archive of 6"),
        (lambda: changed(sheet(HEADER), {}, left_out=["[Content_Types].xml"]), "is an archive, but no workbook"),
        (lambda: changed(sheet(HEADER), {"content.xml": b"<x/>"}, left_out=["[Content_Types].xml"]), "is a file of LibreOffice"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1" + bytes(500), "is a workbook of Excel before 2007 (.xls)"),
        (lambda: b"%PDF-1.7\n\xe2\xe3", "is a PDF"),
        (lambda: changed(sheet(HEADER), {}, left_out=["xl/workbook.xml"]), "is no workbook that can be read"),
        (lambda: sheet(HEADER)[:-30], "is a cut off or broken archive"),
        (lambda: sheet(HEADER)[:2000], "is a cut off or broken archive"),
        (lambda: changed(sheet(HEADER), {SHEET: b"<worksheet"}), "is no workbook that can be read"),
        (lambda: raw_sheet("<row>" + "<c/>" * 400_100 + "</row>"), "holds more than 400000 cells"),
        (
            lambda: raw_sheet("</sheetData><mergeCells>" + "<x:m/>" * 200_001 + "</mergeCells><sheetData>"),
            "holds more than 200000 elements",
        ),
    ],
    ids=[
        "large",
        "ratio",
        "entries",
        "archive",
        "office",
        "old",
        "pdf",
        "no book",
        "cut",
        "cut short",
        "no xml",
        "cells",
        "elements",
    ],
)
def test_a_workbook_that_is_none_or_larger_than_any_is_refused(data: Callable[[], bytes], reason: str) -> None:
    """Bombs before they are unpacked, and files that are cut off or lack a part."""
    result = read(data(), "x.xlsx")
    assert result.quiz is None
    (problem,) = told(result)
    assert problem.startswith("file: ")
    assert reason in problem


def test_a_lie_about_the_size_in_an_archive_is_found_out() -> None:
    """What unpacks to more than it declares is broken; it is never unpacked further."""
    data = bytearray(changed(sheet(HEADER), {SHEET: b" " * 5_000_000}))
    size = (5_000_000).to_bytes(4, "little")
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = (100).to_bytes(4, "little")
    assert "is a cut off or broken archive" in told(read(bytes(data), "x.xlsx"))[0]


def test_rows_that_claim_to_be_far_away_cost_nothing() -> None:
    """Numbers of rows and columns beyond any spreadsheet's neither take time nor memory."""
    row = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>x</t></is></c></row>'.format
    for number in (70_000, 99_999_999_999):
        assert read(raw_sheet(row(number)), "x.xlsx").problems
    assert read(raw_sheet('<row r="1"><c r="ZZZ1" t="inlineStr"><is><t>x</t></is></c></row>'), "x.xlsx").problems


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (lambda: sheet(HEADER, ["A?", "text", "a"], [FIVE_MB[:32_000], "text", "a"]), "line 3"),
        (lambda: raw_sheet(CELL.format("question") + CELL.format(FIVE_MB)), "line 1"),
        (lambda: kahoot(["A?", "a", "b", None, None, 20, 1], ["B" * 32_000, "a", "b", None, None, 20, 1]), "line 10"),
        (
            lambda: classquiz("T", "", ["A?", "a", "b", None, None, 20, 1], ["B?", "a", "b" * 32_000, None, None, 20, 1]),
            "line 15",
        ),
        (lambda: f"question,type,correct\nA?,text,a\n{FIVE_MB},text,a\n".encode(), "line 3"),
        (lambda: f'{{"questions": [{{"type": "text", "text": "{FIVE_MB}", "correct": "a"}}]}}'.encode(), "question 1"),
        (lambda: f"A? {{=a}}\n\n{FIVE_MB} {{=a}}\n".encode(), "line 3"),
        (lambda: f"A?\nA. a\nB. b\nANSWER: A\n\n{FIVE_MB}\nA. a\nB. b\nANSWER: A\n".encode(), "line 6"),
        (lambda: f"#separator:tab\nHund\tdog\nKuh\t{FIVE_MB}\n".encode(), "line 3"),
    ],
    ids=["xlsx", "xlsx 5 MB", "kahoot", "classquiz", "csv", "json", "gift", "aiken", "anki"],
)
def test_a_text_of_megabytes_is_told_by_its_place(data: Callable[[], bytes], place: str) -> None:
    """And not repeated."""
    (problem,) = told(read(data(), "x"))
    assert problem.startswith(f"{place}: ")
    assert len(problem) < 200


#: What took the square of its length before somebody looked: a format, what its text begins with, what is repeated, how it ends.
SLOW = [
    ("aiken", "Q?\nA.", " ", 1_000_000, "\nB. b\nANSWER: A\n"),
    ("aiken", "Q?\nA. a\nB. b\nANSWER: A", " ", 1_000_000, "B\n"),
    ("gift", "// ", "[id:", 500_000, ""),
    ("gift", "A {=a", "=", 1_000_000, "}"),
    ("gift", "", "{ ", 500_000, "{="),
    ("gift", "[html]", "<!--", 500_000, "{T}"),
    ("csv", "question,correct,type\nA,", "\\", 99_000, ",text\n"),
    ("csv", "", "question,", 500_000, ""),
    ("anki", "#separator:tab\n", "[sound:", 14_000, "\tx\n"),
    ("anki", "#html:true\n#separator:tab\n", "<", 99_000, "\tx\n"),
    ("json", '{"questions": [', "[],", 300_000, ""),
    ("opentdb", "[", '{"incorrect_answers": 1},', 20_000, "{}]"),
]


@pytest.mark.parametrize(("format", "head", "repeated", "times", "tail"), SLOW)
def test_no_text_takes_the_square_of_its_length(format: str, head: str, repeated: str, times: int, tail: str) -> None:
    """Each of these would take minutes."""
    assert read(f"{head}{repeated * times}{tail}".encode(), "x", format).problems


@pytest.mark.parametrize("format", ["auto", *IMPORT_FORMATS])
@pytest.mark.parametrize("data", [b"", b"\0\x01\x02\xff" * 500, b"PK\x03\x04", b"\x89PNG\r\n\x1a\n" + bytes(range(256))])
def test_noise_is_refused_in_every_format(format: str, data: bytes) -> None:
    """With a reason."""
    result = read(data, "x", format)
    assert result.quiz is None
    assert told(result)


def test_mutated_files_give_a_quiz_or_say_where_and_why_not() -> None:
    """A hundred accidents; two thousand are for `make long`."""
    for data, format in mutants(1, 100):
        check(data, format)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_thousands_of_mutated_files_stay_within_memory_and_time() -> None:
    """Two thousand in a process that may grow by 700 MB, each within 30 s."""
    done: Any = subprocess.run(
        [sys.executable, "-m", "tests.content.mutants", "2", "2000"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=850,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "2000 files\n"), done.stdout + done.stderr


def test_a_workbook_of_more_rows_than_a_quiz_can_have_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the row from which on they are too many."""
    monkeypatch.setattr(workbook, "MAX_ROWS", 3)
    (problem,) = told(read(sheet(HEADER, *[["A?", "text", "a"]] * 3), "x.xlsx"))
    assert problem == "line 4: there are more than 3 rows with something in them"


@pytest.mark.long
@pytest.mark.parametrize("format", ["xlsx", "csv", "gift", "json"])
def test_ten_thousand_questions_are_read_with_progress(format: str) -> None:
    """As many as a quiz may have; workbooks, which take seconds, tell how far they are."""
    raw = {"questions": [{"text": f"{n}?", "choices": ["a", "b", "c", "d"], "correct": n % 4} for n in range(MAX_QUESTIONS)]}
    made, _ = quiz(raw, map(str, range(MAX_QUESTIONS)), "T")
    assert made
    shares: list[float] = []
    result = read(write(made, format), "T", progress=shares.append)
    assert result.problems == []
    assert result.quiz == made
    assert format != "xlsx" or (len(shares) > 50 and shares == sorted(shares))
