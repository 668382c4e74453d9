"""A player: a nickname in one game."""

from __future__ import annotations

import random
import unicodedata

import msgspec
import regex

from quiz.domain.errors import NicknameInvalid
from quiz.domain.text import fold, has_control, tidy

MAX_GRAPHEMES = 20
#: A family of four with skin tones is one grapheme of eleven characters.
MAX_CHARACTERS = 12 * MAX_GRAPHEMES
#: What is drawn as nothing: joiners, variation selectors, fillers, the empty Braille pattern.
_UNSEEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\u2800]")

_ADJECTIVES = [
    "Amber",
    "Bold",
    "Brave",
    "Bright",
    "Calm",
    "Clever",
    "Cosmic",
    "Curious",
    "Daring",
    "Eager",
    "Gentle",
    "Golden",
    "Happy",
    "Jolly",
    "Keen",
    "Kind",
    "Lucky",
    "Merry",
    "Mighty",
    "Noble",
    "Nimble",
    "Polite",
    "Proud",
    "Quick",
    "Quiet",
    "Rapid",
    "Royal",
    "Silver",
    "Sunny",
    "Swift",
    "Tidy",
    "Vivid",
    "Warm",
    "Wise",
    "Witty",
    "Zesty",
]
_ANIMALS = [
    "Badger",
    "Beaver",
    "Bison",
    "Cheetah",
    "Condor",
    "Crane",
    "Dolphin",
    "Eagle",
    "Falcon",
    "Ferret",
    "Gecko",
    "Heron",
    "Ibis",
    "Jaguar",
    "Koala",
    "Lemur",
    "Lynx",
    "Marten",
    "Narwhal",
    "Ocelot",
    "Orca",
    "Otter",
    "Owl",
    "Panda",
    "Penguin",
    "Puffin",
    "Raven",
    "Robin",
    "Salmon",
    "Seal",
    "Stork",
    "Tapir",
    "Tiger",
    "Toucan",
    "Turtle",
    "Walrus",
    "Wombat",
    "Zebra",
]


class Player(msgspec.Struct, frozen=True):
    """A seat in a game."""

    id: str
    nickname: str


def nickname(raw: str) -> str:
    """`raw` as it is shown: NFKC, spaces tidied, 1 to 20 graphemes; raises NicknameInvalid."""
    if len(raw) > MAX_CHARACTERS or has_control(raw):
        raise NicknameInvalid
    name = tidy(raw)
    if has_control(name) or not 1 <= len(regex.findall(r"\X", name)) <= MAX_GRAPHEMES:
        raise NicknameInvalid
    if all(unicodedata.category(c)[0] in "ZCM" for c in _UNSEEN.sub("", name)):
        raise NicknameInvalid("a nickname needs at least one character that can be seen")
    return name


def nickname_key(name: str) -> str:
    """What must be unique in a game: the nickname without its case and without what nobody sees."""
    return fold(_UNSEEN.sub("", name))


def generated_nickname(rng: random.Random) -> str:
    """Two words and a number, for hosts who'd rather not read what a class comes up with."""
    return f"{rng.choice(_ADJECTIVES)} {rng.choice(_ANIMALS)} {rng.randrange(10, 100)}"
