"""Which nicknames are refused for what they say."""

from __future__ import annotations

import pytest

from quiz.play.wording import Wording


@pytest.fixture(scope="module")
def rude() -> Wording:
    """Three languages."""
    return Wording((), ["english", "german", "spanish"], ["Titmouse"])


@pytest.mark.parametrize(
    "name",
    ["damn", "D4MN", "d@mn", "d\u0430mn", "dámn", "xxDAMNxx", "d.a.m.n", "d a m n", "daaaamn", "ｄａｍｎ", "𝓭𝓪𝓶𝓷", "0ddba11"],
)
def test_a_blocked_word_is_found_however_it_is_spelt(name):
    """In any case, with accents, signs, digits, spaces, drawn out, or in letters of other alphabets; also inside of a word."""
    assert Wording(("Damn", "Odd Ball")).refuses(name)


def test_blocked_numbers_are_numbers():
    """88 is a number, and not what looks like the letters of Bobby."""
    wording = Wording(("88", "", " ", "!"))
    assert [name for name in ("Bobby", "Ann", "xx88", "8 8", "88") if wording.refuses(name)] == ["xx88", "8 8", "88"]


RUDE = "fuck|FUCK|f u c k|f.u.c.k|fu ck|fuuuuck|fück|f*ck|fuck69|xXfuckXx|FuckYou|sh1t|a55|fu\u0441k|ｆｕｃｋ|𝓯𝓾𝓬𝓴"
RUDE += "|Arsch Loch|4rschloch|scheisse|Scheiße|schei$$e|cabron|hijo de puta"


@pytest.mark.parametrize("name", RUDE.split("|"))
def test_rude_words_of_the_languages_are_refused(rude, name):
    """In the dress of every child that was ever told no."""
    assert rude.refuses(name)


def test_who_is_called_so_is_let_in(rude):
    """Words inside of words are none, initials are none, and what the operator allows is none; other languages are not asked."""
    names = ["Scunthorpe", "Penistone", "Essex", "Dickens", "Hancock", "Cockburn", "Titus", "Assunta", "Cassandra", "Matsushita"]
    names += [
        "Müller",
        "Jürgen",
        "José",
        "Ana L.",
        "Van Dyke",
        "Am",
        "Blue Fox 12",
        "bot5",
        "R2D2",
        "1",
        "🦊",
        "山田",
        "محمد",
        "merde",
    ]
    assert [name for name in names if rude.refuses(name)] == []
    assert Wording((), ["french"]).refuses("merde")
    assert Wording((), ["english"], ["Fuck"]).refuses("fuck") is False
    assert not Wording().refuses("fuck")
