from __future__ import annotations

import pytest

from quiz.content.formats import IMPORT_FORMATS, READERS, read, write
from quiz.content.samples import samples
from quiz.domain.errors import ContentError

CSV = b"question,type,correct\nQ,text,a\n"
JSON = b'{"questions": [{"type": "text", "text": "Q", "correct": ["a"]}]}'


@pytest.mark.parametrize("data", [CSV, b"\xef\xbb\xbf" + CSV, JSON, b" \r\n\t" + JSON, b"\xef\xbb\xbf\n" + JSON])
@pytest.mark.parametrize("name", ["words.csv", "words.json", "words", "-"])
def test_the_format_is_found_by_the_content(data: bytes, name: str) -> None:
    """The file's name has no say in it."""
    result = read(data, name)
    assert result.problems == []
    assert result.quiz is not None
    assert result.quiz.questions[0].text == "Q"


def test_a_format_that_is_told_is_believed() -> None:
    """JSON read as CSV is a bad CSV file and the other way round."""
    assert read(JSON, "f", "csv").problems[0].reason.startswith("there is no column")
    assert "is no JSON" in read(CSV, "f", "json").problems[0].reason


def test_every_format_has_a_reader() -> None:
    """What the command line offers can be read."""
    assert set(IMPORT_FORMATS) == set(READERS)


def test_a_format_that_does_not_exist_is_refused() -> None:
    """The error names those that do."""
    with pytest.raises(ContentError, match="'pdf' is none of csv, xlsx, json"):
        read(CSV, "f", "pdf")
    with pytest.raises(ContentError, match="'auto' is none of json, csv"):
        write(next(samples()), "auto")


@pytest.mark.parametrize("format", ["auto", "csv", "json"])
def test_a_workbook_is_told_apart_from_a_broken_text(format: str) -> None:
    """Whoever imports an archive learns what it is, cut off or not a workbook."""
    (problem,) = read(b"PK\x03\x04\x14\0\0\0", "words.xlsx", format).problems
    assert "archive" in problem.reason


@pytest.mark.parametrize(
    ("name", "title"),
    [("words.csv", "words"), ("a/b.c/My words.json", "My words"), ("C:\\x\\W.csv", "W"), ("words", "words"), (".csv", ".csv")],
)
def test_the_name_of_a_file_is_the_title_where_there_is_none(name: str, title: str) -> None:
    """Without folders of either system and without its ending."""
    result = read(CSV, name)
    assert result.quiz is not None
    assert result.quiz.title == title


@pytest.mark.parametrize("name", ["", "/", "\udcff.csv"])
def test_a_file_without_a_usable_name_is_told(name: str) -> None:
    """A title has to come from somewhere; JSON brings its own."""
    assert read(CSV, name).problems[0].reason.startswith("title: ")
    assert read(JSON.replace(b'{"q', b'{"title": "T", "q', 1), name).problems == []
