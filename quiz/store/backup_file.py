"""The file of a backup: gzip, and in it JSON, one array a line. `zcat FILE` shows all of it.

The first line says what it is: ["quiz-backup", version, when, schema]. The last one that it is whole: ["end", how many lines came
before, their SHA-256]. Of what lies between see `Record`.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import msgspec

from quiz.domain.quiz import SCHEMA

FORMAT, VERSION = "quiz-backup", 1
#: Bytes of a line that are believed to be one.
LONGEST = 64 * 1024 * 1024


class BackupError(Exception):
    """A backup can't be made or restored. The message is one line."""


class Quiz(msgspec.Struct, frozen=True, array_like=True, tag="quiz"):
    """A quiz, and what lists show of it; `slug` is `owner/slug` where a host has it for themselves."""

    slug: str
    stored: msgspec.Raw
    summary: msgspec.Raw


class Image(msgspec.Struct, frozen=True, array_like=True, tag="image"):
    """A picture: what is known of it, and itself in base64, or None where it lies in a folder. A release that knew of none
    refuses a file with one.
    """

    id: str
    kept: msgspec.Raw
    data: str | None


class Host(msgspec.Struct, frozen=True, array_like=True, tag="host"):
    """An account; the password as a hash."""

    name: str
    stored: msgspec.Raw


class Run(msgspec.Struct, frozen=True, array_like=True, tag="game"):
    """A game at one moment, `at` in epoch milliseconds; its parts follow.

    `fields` are the game's hash (see store.keys), `left_ms` how long a finished one keeps its PIN, or None.
    """

    pin: str
    at: int
    left_ms: int | None
    fields: dict[str, str]
    content: msgspec.Raw


class Fields(msgspec.Struct, frozen=True, array_like=True, tag="hash"):
    """A part of a hash of the last game: `part` is the end of the key's name."""

    part: str
    fields: dict[str, str]


class Scores(msgspec.Struct, frozen=True, array_like=True, tag="scores"):
    """A part of the last game's board: players with their scores as Redis writes them, which is exact."""

    rows: list[tuple[str, str]]


class Kicked(msgspec.Struct, frozen=True, array_like=True, tag="kicked"):
    """Players who were removed from the last game."""

    players: list[str]


class Record(msgspec.Struct, frozen=True, array_like=True, tag="archive"):
    """The record of a finished game, and how long it stays."""

    game_id: str
    left_ms: int | None
    stored: msgspec.Raw


class _Head(msgspec.Struct, frozen=True, array_like=True, tag=FORMAT):
    version: int
    created_at: int
    schema: int


class _End(msgspec.Struct, frozen=True, array_like=True, tag="end"):
    lines: int
    sha256: str


Entry = Quiz | Image | Host | Run | Fields | Scores | Kicked | Record

_encode = msgspec.json.Encoder().encode
_entry: msgspec.json.Decoder[Entry | _End] = msgspec.json.Decoder(Entry | _End)
_head = msgspec.json.Decoder(_Head)


class BackupWriter:
    """Writes a backup to `path`, where it appears when the block has ended without an error: whole and on the disk."""

    def __init__(self, path: Path, created_at: int) -> None:
        self._path, self._aside = path, path.with_name(f".{path.name}.{os.getpid()}.partial")
        self._created_at, self._lines, self._sum = created_at, 0, hashlib.sha256()

    def __enter__(self) -> BackupWriter:
        # It holds hashes of passwords.
        self._raw = open(os.open(self._aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        self._file = gzip.GzipFile("", "wb", 6, self._raw, mtime=0)
        self._write(_encode(_Head(VERSION, self._created_at, SCHEMA)))
        return self

    def add(self, entry: Entry) -> None:
        """The next entry."""
        self._write(_encode(entry))

    def _write(self, line: bytes) -> None:
        self._file.write(line + b"\n")
        self._sum.update(line + b"\n")
        self._lines += 1

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self._file.write(_encode(_End(self._lines, self._sum.hexdigest())) + b"\n")
                self._file.close()
                self._raw.flush()
                os.fsync(self._raw.fileno())
                self._aside.rename(self._path)
        finally:
            self._raw.close()
            self._aside.unlink(missing_ok=True)


def entries(path: Path) -> Iterator[Entry]:
    """What a backup holds. Raises OSError, or BackupError as soon as something is wrong: only who has read all knows that it is
    whole.
    """
    sum_, count, end = hashlib.sha256(), 0, False
    for line in _lines(path):
        if end:
            raise BackupError(f"{path}: something follows its end")
        if count == 0:
            _check_head(path, line)
        else:
            try:
                entry = _entry.decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise BackupError(f"{path}: line {count + 1} is damaged: {error}") from None
            if isinstance(entry, _End):
                if (entry.lines, entry.sha256) != (count, sum_.hexdigest()):
                    raise BackupError(f"{path}: is damaged: its checksum is wrong")
                end = True
                continue
            yield entry
        sum_.update(line)
        count += 1
    if not end:
        raise BackupError(f"{path}: is not whole: its end is missing")


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") as file:
            while line := file.readline(LONGEST):
                yield line
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BackupError(f"{path}: is no backup, or damaged: {error}") from None


def _check_head(path: Path, line: bytes) -> None:
    try:
        head = _head.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise BackupError(f"{path}: is no backup of this platform") from None
    if head.version != VERSION or head.schema != SCHEMA:
        raise BackupError(
            f"{path}: is of format {head.version}, schema {head.schema}; this platform knows format {VERSION}, schema {SCHEMA}"
        )
