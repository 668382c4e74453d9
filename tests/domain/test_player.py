from __future__ import annotations

import random
import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.errors import NicknameInvalid
from quiz.domain.player import generated_nickname, nickname, nickname_key

FAMILY = "👨\u200d👩\u200d👧\u200d👦"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Ann", "Ann"),
        ("  Ann   Lee ", "Ann Lee"),
        ("\uff21\uff42", "Ab"),
        ("x" * 20, "x" * 20),
        ("<b>&", "<b>&"),
        ("🦊", "🦊"),
        (FAMILY * 20, FAMILY * 20),
        ("e\u0301" * 20, "é" * 20),
        ("g\u0303" * 20, "g\u0303" * 20),
        ("नमस्ते", "नमस्ते"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("1", "1"),
    ],
)
def test_a_nickname_is_shown_in_nfkc_with_tidy_spaces(raw: str, shown: str) -> None:
    """Up to 20 graphemes of any script are kept, however many code points they take; markup is kept as typed."""
    assert nickname(raw) == shown


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "   ",
        "x" * 21,
        "🦊" * 21,
        FAMILY * 21,
        "\ufdfa" * 2,
        "a\nb",
        "a\tb",
        "a\0",
        "\x1b[31mred",
        "a\x85b",
        "abc\u202edef",
        "a\u200bb",
        "\ud800",
        "\u200d",
        "\u0301",
        "\ufe0f\ufe0f",
        "\u3164",
        "\u115f",
        "\u2800",
        "a" + "\u0301" * 10_000,
        " " * 100_000,
    ],
)
def test_impossible_nicknames_are_refused(raw: str) -> None:
    """Nothing, too much, controls, and what can't be seen are no nicknames."""
    with pytest.raises(NicknameInvalid):
        nickname(raw)


@given(st.text(max_size=40))
def test_any_text_is_a_sound_nickname_or_refused(raw: str) -> None:
    """What is let through is in NFKC, has 1 to 20 graphemes, no control characters, and passes again unchanged."""
    try:
        shown = nickname(raw)
    except NicknameInvalid:
        return
    assert shown == unicodedata.normalize("NFKC", shown)
    assert 1 <= len(regex.findall(r"\X", shown)) <= 20
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in shown)
    assert nickname(shown) == shown
    assert nickname_key(shown)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann", "aNN"),
        ("Straße", "STRASSE"),
        ("Ann Lee", "ann lee"),
        ("Ann", "Ann\u200d"),
        ("Ann", "A\ufe0fnn"),
        ("Ann", "Ann\u034f"),
        ("Ann", "Ann \u3164"),
    ],
)
def test_nicknames_that_look_alike_have_one_key(one: str, other: str) -> None:
    """Neither case nor what nobody sees makes a second nickname."""
    assert nickname_key(nickname(one)) == nickname_key(nickname(other))


def test_other_nicknames_have_other_keys() -> None:
    """Accents, inner spaces and digits tell nicknames apart."""
    assert len({nickname_key(name) for name in ("Ann", "Änn", "An n", "Ann1")}) == 4


@given(st.randoms(use_true_random=False))
def test_generated_nicknames_are_nicknames(rng: random.Random) -> None:
    """Two words and a number, never too long."""
    name = generated_nickname(rng)
    assert nickname(name) == name
    assert len(name.split()) == 3
