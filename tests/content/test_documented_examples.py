from __future__ import annotations

import re
from pathlib import Path

import pytest

from quiz.content.formats import IMPORT_FORMATS, read

PAGE = (Path(__file__).parents[2] / "docs/formats.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
#: The kinds of questions in the examples, in their order.
TYPES = {
    "csv": ["single", "multiple", "true_false", "text", "number", "order", "poll"],
    "json": ["single", "multiple", "true_false", "text", "number", "order", "poll"],
    "gift": ["single", "multiple", "single", "true_false", "text", "number", "number"],
    "aiken": ["single"],
    "opentdb": ["single", "true_false"],
    "anki": ["single"] * 4,
}


@pytest.mark.parametrize(("named", "example"), EXAMPLES)
def test_the_examples_for_authors_are_what_they_say(named: str, example: str) -> None:
    """Each is found to be of its format and has no problem."""
    result = read(example.encode(), "Example.txt")
    assert result.format == ("opentdb" if "results" in example else named)
    assert result.problems == []
    assert result.quiz
    assert [one.type for one in result.quiz.questions] == TYPES[result.format]


def test_every_format_is_documented_and_every_text_format_by_an_example() -> None:
    """Names as the command line takes them."""
    assert all(f"| `{name}` |" in PAGE for name in IMPORT_FORMATS)
    assert {"opentdb" if "results" in example else named for named, example in EXAMPLES} == set(TYPES)
