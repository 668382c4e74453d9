"""The words of which nicknames are rolled."""

from __future__ import annotations

from itertools import product

import pytest

from quiz.domain.nickname_words import nickname_words
from quiz.domain.player import ADJECTIVES, ANIMALS, nickname, nickname_key
from quiz.play.wording import Wording

LISTS = {"en": "english", "es": "spanish", "vi": "vietnamese", "de": "german", "ar": "arabic"}


@pytest.mark.parametrize("language", LISTS)
def test_every_name_that_can_be_rolled_is_a_nickname(language):
    """In each language, whichever two words come together: as it is written, and no word is on the list of rude ones."""
    names = [" ".join(words) for words in product(*nickname_words(language))]
    assert len({nickname_key(name) for name in names}) == len(names) > 300
    assert [name for name in names if nickname(name) != name] == []
    wording = Wording(languages=[LISTS[language]])
    assert [word for words in nickname_words(language) for word in words if wording.refuses(word)] == []


def test_a_region_has_the_words_of_its_language_and_others_have_english_ones():
    """`de-AT` is German; who reads a language without words gets those that games generate."""
    assert nickname_words("de-AT") == nickname_words("de") != nickname_words("fr") == (ADJECTIVES, ANIMALS)
