from __future__ import annotations

import random
import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.errors import NicknameInvalid
from quiz.domain.player import generated_nickname, nickname, nickname_key, nickname_look

FAMILY = "👨\u200d👩\u200d👧\u200d👦"

SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


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
        (
            "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f Ann",
            "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f Ann",
        ),
        ("🇩🇪🇯🇵", "🇩🇪🇯🇵"),
        ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
        ("🧑🏽\u200d🦰", "🧑🏽\u200d🦰"),
        ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
        ("葛\U000e0100飾", "葛\U000e0100飾"),
        ("क्\u200dष", "क्\u200dष"),
        ("সর\u200d্যাম", "সর\u200d্যাম"),
        ("ක්\u200dෂ", "ක්\u200dෂ"),
        ("บุ๋มบิ๋ม", "บุ๋มบิ๋ม"),
        ("שָׁלֹום", "שָׁלֹום"),
        ("مُحَمَّد", "مُحَمَّد"),
        ("Nguyễn Thị Mỹ", "Nguyễn Thị Mỹ"),
        ("བསྒྲུབས", "བསྒྲུབས"),
        ("山田 Taro", "山田 Taro"),
        ("Ann\u200d", "Ann"),
        ("A\u200cn\u200dn", "Ann"),
        ("A\ufe0fnn\u034f", "Ann"),
        ("A\ufe0f\u200d😀", "A😀"),
        ("Ann \u3164", "Ann"),
        ("A\u2800B", "A B"),
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
        "a\u200eb",
        "a\u061cb",
        "\u2067Ann\u2069",
        "a\u2060b",
        "a\u00adb",
        "Ann\U000e0041\U000e0042",
        "🏴\U000e0061\U000e0062\U000e007f",
        "Z\u0321\u030d\u030e\u0304\u0305\u033falgo",
        "A\u0489\u0488\u20dd\u20de\u20df",
        "\u0300Ann",
        "\u0489Ann",
        "\ue000",
        "a\ufdd0",
        "\u1160\u115f",
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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann", "\u0410nn"),
        ("ANN", "\u0391\u039d\u039d"),
        ("nova", "n\u03bfv\u0430"),
        ("Пётр", "Пётp"),
        ("Ian", "\u0406an"),
        ("ian", "\u04cfan"),
        ("Ann1", "Ann\u0661"),
        ("Ann\u200d", "\u0251nn"),
    ],
)
def test_nicknames_of_letters_that_look_alike_have_one_look(one: str, other: str) -> None:
    """Cyrillic, Greek and other letters that read as Latin ones make no second nickname, in whatever case."""
    assert nickname_look(nickname(one)) == nickname_look(nickname(other))


def test_nicknames_that_read_differently_have_other_looks() -> None:
    """What a keyboard has is told apart by reading closely, and so are accents and names of other scripts."""
    names = [
        "Ann",
        "Anna",
        "Änn",
        "Ann1",
        "Annl",
        "Ann0",
        "Anno",
        "Bam",
        "Barn",
        "Анна",
        "Αννα",
        "山田",
        "田山",
        "محمد",
        "محمود",
        "דוד",
    ]
    assert len({nickname_look(name) for name in names}) == len(names)
