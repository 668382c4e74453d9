"""Which nicknames are refused for what they say: the operator's own words, and a library's lists of words in many languages."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence

import regex

from quiz.domain.looks import looks
from quiz.domain.player import nickname_key

#: Signs that are written in place of letters; 1 may be an i or an l.
_LEET = str.maketrans("0134578@$!|+€", "oieastbasiite")
_LEET_L = str.maketrans("0134578@$!|+€", "oleastbasilte")
_NO_LETTERS = regex.compile(r"[^\p{L}\p{N}]+")
_DRAWN_OUT = regex.compile(r"(.)\1{2,}")
_FRAME = regex.compile(r"^[\W\dxX_]{2,}|[\W\dxX_]{2,}$")
_HUMP = regex.compile(r"(?<=\p{Ll})(?=\p{Lu})")


class Wording:
    """`blocked` words may stand nowhere in a nickname, however spelt; words of `languages` not as a word of it.

    A word in another is none: Scunthorpe is a town. `allowed` words pass whatever the lists say.
    """

    def __init__(self, blocked: Iterable[str] = (), languages: Sequence[str] = (), allowed: Iterable[str] = ()) -> None:
        self._blocked = tuple(word for one in blocked if (word := _bare(one)))
        self._rude = _rude(languages, allowed) if languages else None

    def refuses(self, name: str) -> bool:
        """Whether a nickname may not be."""
        if self._blocked:
            forms = {_bare(name), _leet(name, _LEET), _leet(name, _LEET_L)}
            spellings = [spelling for form in forms for spelling in _shortened(form)]
            if any(word in spelling for word in self._blocked for spelling in spellings):
                return True
        return self._rude is not None and any(map(self._rude, _dresses(name)))


def _bare(text: str) -> str:
    """Its letters and digits alone, without case and accents, whatever alphabets they are borrowed from."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", looks(nickname_key(text))) if unicodedata.category(c) != "Mn")
    return _NO_LETTERS.sub("", plain)


def _leet(name: str, letters: dict[int, int]) -> str:
    return _bare(nickname_key(name).translate(letters))


def _shortened(text: str) -> set[str]:
    return {text, _DRAWN_OUT.sub(r"\1", text), _DRAWN_OUT.sub(r"\1\1", text)}


def _dresses(name: str) -> set[str]:
    """What a name may be meant to be read as: without what frames it, with its humps apart, in plain letters, closed up.

    It is closed up only where it was cut into pieces of two letters at most: Ana L. is a name.
    """
    unframed = _FRAME.sub("", name)
    apart = _HUMP.sub(" ", unframed)
    plain = {_each_word(apart, change) for change in (_bare, lambda word: _leet(word, _LEET), lambda word: _leet(word, _LEET_L))}
    pieces = {_bare(name), _leet(name, _LEET)} if max(map(len, name.split())) <= 2 else set()
    return {name, unframed, apart, *(short for form in plain | pieces for short in _shortened(form))}


def _each_word(text: str, change: Callable[[str], str]) -> str:
    return " ".join(map(change, text.split()))


def _rude(languages: Sequence[str], allowed: Iterable[str]) -> Callable[[str], bool]:
    # Imported here since most do without it, and it takes longer to import than all else of play.
    from glin_profanity import Filter
    from glin_profanity.data.dictionary import dictionary

    passing = {_bare(word) for word in allowed}
    listed = {word for language in languages for word in dictionary.get_words(language)}
    # Two letters of the alphabet are an abbreviation in one language and a word in all others.
    ignored = {word for word in listed if (len(word) < 3 and word.isascii()) or _bare(word) in passing}
    options = {
        "languages": list(languages),
        "custom_words": sorted(bare for bare in map(_bare, listed - ignored) if len(bare) > (2 if bare.isascii() else 0)),
        "ignore_words": sorted(ignored | passing),
        "detect_leetspeak": True,
        "normalize_unicode": True,
    }
    found = Filter(options)
    return lambda text: bool(found.is_profane(text))
