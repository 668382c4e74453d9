from __future__ import annotations

import pytest

from quiz.content.formats import EXPORT_FORMATS, IMPORT_FORMATS, READERS, WRITERS, read, write
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


@pytest.mark.parametrize("format", [name for name in IMPORT_FORMATS if name not in READERS])
def test_a_format_to_come_is_refused_as_such(format: str) -> None:
    """Its name is known, reading it is not supported yet."""
    with pytest.raises(ContentError, match=f"{format} is not supported yet; json and csv are"):
        read(CSV, "f", format)


@pytest.mark.parametrize("format", [name for name in EXPORT_FORMATS if name not in WRITERS])
def test_a_format_to_come_is_not_written(format: str) -> None:
    """Its name is known, writing it is not supported yet."""
    with pytest.raises(ContentError, match="not supported yet"):
        write(next(samples()), format)


def test_a_format_that_does_not_exist_is_refused() -> None:
    """The error names those that do."""
    with pytest.raises(ContentError, match="'pdf' is none of csv, xlsx, json"):
        read(CSV, "f", "pdf")
    with pytest.raises(ContentError, match="'auto' is none of json, csv"):
        write(next(samples()), "auto")


@pytest.mark.parametrize("format", ["auto", "csv", "json"])
def test_a_workbook_is_told_apart_from_a_broken_text(format: str) -> None:
    """Whoever imports a spreadsheet's own file learns what it is."""
    (problem,) = read(b"PK\x03\x04\x14\0\0\0", "words.xlsx", format).problems
    assert "workbook" in problem.reason


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
