from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.text import fold, has_control, slug, tidy


@given(st.text())
def test_tidying_twice_changes_nothing(text: str) -> None:
    """A tidied text is tidy: no spaces at its ends, single ones inside."""
    once = tidy(text)
    assert tidy(once) == once
    assert once == " ".join(once.split())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("ﬁne", "FINE"),
        ("  New \t York\n", "new york"),
        ("Café", "CAFE\u0301"),
        ("\uff21\uff22\uff23", "abc"),
        ("\u00a0x\u3000y", "X Y"),
    ],
)
def test_what_reads_the_same_folds_to_the_same(one: str, other: str) -> None:
    """Case, width, composition and spaces make no difference."""
    assert fold(one) == fold(other)


def test_what_reads_differently_stays_apart() -> None:
    """Accents, punctuation and inner spaces do make a difference."""
    assert len({fold(text) for text in ("cafe", "café", "ca fe", "ca-fe")}) == 4


@pytest.mark.parametrize(
    "bad", ["\0", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\u202e", "\u2066", "\u200b", "\ufeff", "\ud800"]
)
def test_controls_are_found(bad: str) -> None:
    """Controls, line separators, marks of direction, zero-width spaces and halves of surrogate pairs count as controls."""
    assert has_control(f"a{bad}b")


@pytest.mark.parametrize("good", ["", "a b", "👨\u200d👩\u200d👧", "می\u200cخواهم", "❤\ufe0f", "e\u0301", "词汇"])
def test_joiners_of_words_and_emoji_are_no_controls(good: str) -> None:
    """What scripts and emoji need to be written at all is let through."""
    assert not has_control(good)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Café, 2nd part", "cafe-2nd-part"),
        ("  --A__b!  ", "a-b"),
        ("词汇", ""),
        ("x" * 79 + " y", "x" * 79),
    ],
)
def test_slugs(title: str, name: str) -> None:
    """A slug is made of lower-case letters, digits and single hyphens."""
    assert slug(title) == name


@given(st.text())
def test_a_slug_is_its_own_slug(title: str) -> None:
    """Making a slug of a slug changes nothing, and it fits an address."""
    name = slug(title)
    assert slug(name) == name
    assert len(name) <= 80
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
