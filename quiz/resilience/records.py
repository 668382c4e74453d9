"""What a journal holds: everything of a running game that somebody was told is so. One JSON array a record."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from quiz.domain.game import Game, Phase
from quiz.play.ports import Receipt

_encode = msgspec.json.Encoder().encode


class Opened(msgspec.Struct, frozen=True, array_like=True, tag="game"):
    """A game that this worker has to do with. Comes before all else of it."""

    game: str
    pin: str
    content: Game


class Joined(msgspec.Struct, frozen=True, array_like=True, tag="join"):
    """A player has a seat. `key`: the nickname's comparison form; `stamp`: see `domain.ranking`; `team` is its number."""

    game: str
    player: str
    nickname: str
    key: str
    stamp: int
    team: int | None = None


class Answered(msgspec.Struct, frozen=True, array_like=True, tag="answer"):
    """An answer was accepted. `generation`: the game's, which a reset raises; `receipt` is a `Receipt`'s JSON."""

    game: str
    player: str
    index: int
    generation: int
    receipt: msgspec.Raw


class Moved(msgspec.Struct, frozen=True, array_like=True, tag="phase"):
    """A game has gone on."""

    game: str
    phase: Phase


class Removed(msgspec.Struct, frozen=True, array_like=True, tag="kick"):
    """A player was removed for good."""

    game: str
    player: str


class Renamed(msgspec.Struct, frozen=True, array_like=True, tag="rename"):
    """A player got another nickname; of several the latest counts. `at`: epoch milliseconds."""

    game: str
    player: str
    nickname: str
    at: int


class Reset(msgspec.Struct, frozen=True, array_like=True, tag="reset"):
    """All answers were forgotten; only those of this generation count from now on."""

    game: str
    generation: int


Record = Opened | Joined | Answered | Moved | Removed | Renamed | Reset

_decoder: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)
receipt_of = msgspec.json.Decoder(Receipt).decode


def encoded(record: Record) -> bytes:
    """A record as its line in the journal, without the checksum."""
    return _encode(record)


def decoded(line: bytes) -> Record:
    """The record of a line; raises msgspec's errors."""
    return _decoder.decode(line)


def understood(lines: Iterable[bytes]) -> Iterator[Record]:
    """The records of lines, but probes and those of a release that knows more kinds."""
    for line in lines:
        with contextlib.suppress(msgspec.MsgspecError):
            yield decoded(line)


def game_of(line: bytes) -> str:
    """The id of the game that a line belongs to."""
    return line.split(b'"', 4)[3].decode()


def answered(game: str, player: str, index: int, generation: int, receipt: Any) -> Answered:
    """A record of an answer; `receipt` is a `Receipt` or its JSON."""
    raw = receipt.encode() if isinstance(receipt, str) else _encode(receipt)
    return Answered(game, player, index, generation, msgspec.Raw(raw))
