from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.content.spreadsheet import guarded, joined, parted, unguarded


@pytest.mark.parametrize("cell", ["=1+1", "+49", "-5", "@SUM(A1)", "\uff1d1+1", "\uff20x", "'\uff0b1"])
def test_what_a_spreadsheet_would_run_is_kept_from_it(cell: str) -> None:
    """Such a cell leaves behind an apostrophe, which is taken off again."""
    assert guarded(cell) == "'" + cell
    assert unguarded("'" + cell) == cell


@pytest.mark.parametrize("cell", ["", "a=b", "'tis", "''", "5", "—", "'"])
def test_other_cells_are_left_alone(cell: str) -> None:
    """Apostrophes that guard nothing belong to the text."""
    assert guarded(cell) == unguarded(cell) == cell


@given(st.text("'=+-@a", max_size=6) | st.text())
def test_a_guard_is_always_taken_off_again(cell: str) -> None:
    """Also from a text that has an apostrophe before its equals sign of its own."""
    assert unguarded(guarded(cell)) == cell
    assert guarded(cell)[:1] not in ("=", "+", "-", "@")


@given(st.lists(st.text("|\\a", min_size=1, max_size=5), min_size=1, max_size=4))
def test_texts_in_one_cell_come_apart_as_they_were(texts: list[str]) -> None:
    """Bars and backslashes of their own do no harm."""
    assert parted(joined(texts)) == texts


@pytest.mark.parametrize(
    ("cell", "texts"),
    [
        ("grey|gray", ["grey", "gray"]),
        (" grey | gray ", ["grey", "gray"]),
        ("grey||gray|", ["grey", "gray"]),
        (r"C:\temp|\alpha\beta", [r"C:\temp", r"\alpha\beta"]),
        (r"a\|b|c", ["a|b", "c"]),
        (r"a\\|b", ["a\\", "b"]),
        ("|", []),
        ("", []),
    ],
)
def test_cells_as_authors_write_them(cell: str, texts: list[str]) -> None:
    """A bar parts, a bar behind a backslash does not, and other backslashes mean themselves."""
    assert parted(cell) == texts
