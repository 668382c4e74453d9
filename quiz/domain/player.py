"""A player: a nickname in one game."""

from __future__ import annotations

import random
import unicodedata

import msgspec
import regex

from quiz.domain.errors import NicknameInvalid
from quiz.domain.looks import looks
from quiz.domain.text import fold, has_control, has_heap, tidy

MAX_GRAPHEMES = 20
#: A family of four with skin tones is one grapheme of eleven characters.
MAX_CHARACTERS = 12 * MAX_GRAPHEMES
#: What is drawn as nothing: joiners, variation selectors, fillers, the empty Braille pattern.
_UNSEEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\u2800]")
#: Of it, what does something where it stands: chooses a sign's shape, joins emoji to one, joins letters or keeps them apart in
#: scripts that join them, or ends a flag.
_NEEDED = regex.compile(
    r"(?<=[\p{Emoji}\p{Extended_Pictographic}\p{Han}\p{Mongolian}\p{Myanmar}])[\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d]"
    r"|(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}]|\p{Extended_Pictographic}\ufe0f)\u200d(?=\p{Extended_Pictographic})"
    r"|(?<=[\p{Arabic}\p{Syriac}\p{Mongolian}\p{Nko}\p{Adlam}\p{Hanifi_Rohingya}])[\u200c\u200d](?=[\p{L}\p{M}])"
    r"|(?<=[\p{InSC=Virama}\p{InSC=Consonant}\p{InSC=Vowel_Dependent}])[\u200c\u200d](?=[\p{L}\p{M}])"
    r"|[\U000e0020-\U000e007f]"
)
#: Characters without a meaning, which every device shows in its own way or as a box.
_UNKNOWN = regex.compile(r"[\p{Co}\p{Noncharacter_Code_Point}]")

#: Of one of each generated nicknames are made.
ADJECTIVES = [
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
ANIMALS = [
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


class Player(msgspec.Struct, frozen=True, omit_defaults=True):
    """A seat in a game; `team` is the number of the player's team, from 0, where the game has any."""

    id: str
    nickname: str
    team: int | None = None


def nickname(raw: str) -> str:
    """`raw` as it is shown: NFKC, spaces tidied, nothing in it that does nothing, 1 to 20 graphemes; raises NicknameInvalid."""
    if len(raw) > MAX_CHARACTERS or has_control(raw):
        raise NicknameInvalid
    name = _seen(tidy(raw))
    if name.isascii() and name.isprintable() and 1 <= len(name) <= MAX_GRAPHEMES:
        return name  # nothing of what follows can be wrong with it
    if has_control(name) or not 1 <= len(regex.findall(r"\X", name)) <= MAX_GRAPHEMES:
        raise NicknameInvalid
    if all(unicodedata.category(c)[0] in "ZCM" for c in _UNSEEN.sub("", name)):
        raise NicknameInvalid("a nickname needs at least one character that can be seen")
    if has_heap(name) or unicodedata.category(name[0])[0] == "M":
        raise NicknameInvalid("a nickname's accents stand on letters, and not in heaps")
    if _UNKNOWN.search(name):
        raise NicknameInvalid("a nickname is made of characters that everybody can read")
    return name


def _seen(name: str) -> str:
    """Without joiners, selectors and fillers that change nothing of what is seen: they only make two names of one."""
    before = ""
    while name != before and not name.isascii():
        before, kept = name, {found.start() for found in _NEEDED.finditer(name)}
        name = tidy("".join(c if i in kept else _UNSEEN.sub(" " if c == "\u2800" else "", c) for i, c in enumerate(name)))
    return name


def nickname_key(name: str) -> str:
    """What must be unique in a game: the nickname without its case and without what nobody sees."""
    return fold(name if name.isascii() else _UNSEEN.sub("", name))


def nickname_look(name: str) -> str:
    """What must be unique too: what readers take the nickname for, whatever alphabets its letters are of."""
    return looks(name if name.isascii() else _UNSEEN.sub("", name))


def generated_nickname(rng: random.Random) -> str:
    """Two words and a number, for hosts who'd rather not read what a class comes up with."""
    return f"{rng.choice(ADJECTIVES)} {rng.choice(ANIMALS)} {rng.randrange(10, 100)}"
