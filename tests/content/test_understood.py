"""What is shown of a question that can't be used."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from quiz.content.formats import read
from quiz.content.understood import understood

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.characters(categories=["Cs"]),
    lambda parts: st.lists(parts) | st.dictionaries(st.sampled_from(["text", "image", "x"]), parts),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["text", "choices", "correct", "points", "other"]), ANYTHING))
def test_whatever_a_file_held_can_be_said_in_json(raw):
    """In UTF-8, without NaN, in few kilobytes, and by nothing but a question's fields."""
    told = understood({**raw, "explanation": "x" * 1_000_000})
    assert "other" not in told
    assert len(json.dumps(told, allow_nan=False, ensure_ascii=False).encode()) < 1_000_000


def test_what_was_made_out_of_a_row_comes_with_its_problem():
    """Text and choices of a row whose right answer makes no sense; a header's problem is of no question."""
    rows = b"question,choice_1,choice_2,correct,colour\n3 + 3?,6,7,9,red\n"
    header, row = read(rows, "sums.csv").problems
    assert header.question is None
    assert row.question is not None
    assert (row.question["text"], row.question["choices"]) == ("3 + 3?", ["6", "7"])
